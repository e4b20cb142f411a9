"""Pages by cursor: together they are the list, whatever it is sorted by and whatever is written in between."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.errors import DataError, PermissionError
from crm_platform.testing import TestSite

FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "number", "fieldtype": "Int", "label": "Number"},
    {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    {"fieldname": "day", "fieldtype": "Date", "label": "Day"},
    {"fieldname": "secret", "fieldtype": "Data", "label": "Secret", "permlevel": 1},
)
ROWS = [
    {"title": title, "number": number, "amount": amount, "day": day}
    for title, number, amount, day in (
        ("", 1, "0.5", "2026-01-01"),
        (None, 2, "0.5", None),
        ("上海", 2, "-3.25", "2026-01-02"),
        ("Ä", 3, "0", "2025-12-31"),
        ("上海", 3, None, "2026-01-02"),
        ("b", 0, "1000000.01", None),
        ("", 2, "0.5", "2026-01-01"),
    )
]
"""Equal, missing and empty values."""


@pytest.fixture
def things(site: TestSite) -> TestSite:
    site.doctype("Thing", *FIELDS, autoname="T-.##")
    for row in ROWS:
        site.insert("Thing", **row)
    return site


def pages(site: TestSite, limit: int, user: str = "Administrator", **request: Any) -> list[list[str]]:
    """The names of each page."""
    found: list[list[str]] = []
    cursor: str | None = "*"
    while cursor:
        asked = {"cursor": cursor, "limit": limit, **request}
        rows, cursor = site.read(lambda ctx, asked=asked: ctx.store.page("Thing", **asked), user)  # type: ignore[misc]
        found.append([row["name"] for row in rows])
        assert len(found) < 20
    return found


def listed(site: TestSite, **request: Any) -> list[str]:
    return [row["name"] for row in site.read(lambda ctx: ctx.store.list("Thing", limit=0, **request))]


SORTED = ("title", "number", "amount", "day", "modified", "name")
ORDERS = [f"{field} {way}" for field in SORTED for way in ("asc", "desc")]


@pytest.mark.parametrize("order_by", [*ORDERS, "number desc, title asc", "title asc, day desc, number asc", None])
def test_pages_make_up_the_list(things: TestSite, order_by: str | None) -> None:
    whole = listed(things, order_by=order_by or "modified desc")
    for limit in (1, 2, 3, 7, 8):
        assert [name for page in pages(things, limit, order_by=order_by) for name in page] == whole, limit


def test_filters_and_fields_go_along(things: TestSite) -> None:
    request: dict[str, Any] = {"filters": {"number": [">", 1]}, "order_by": "day desc"}
    assert [name for page in pages(things, 2, **request) for name in page] == listed(things, **request)
    rows, _ = things.read(lambda ctx: ctx.store.page("Thing", fields=("title", "number as n"), limit=2))
    assert [set(row) for row in rows] == [{"title", "n"}] * 2


def test_what_is_written_in_between_moves_no_other_row(things: TestSite) -> None:
    rows, cursor = things.read(lambda ctx: ctx.store.page("Thing", order_by="number asc", limit=3))
    seen = [row["name"] for row in rows]
    before = listed(things, order_by="number asc")
    things.insert("Thing", title="new", number=-1)
    rest = things.read(lambda ctx: ctx.store.page("Thing", cursor=cursor, order_by="number asc", limit=20))[0]
    assert seen + [row["name"] for row in rest] == before


def test_a_cursor_belongs_to_one_list(things: TestSite) -> None:
    _, cursor = things.read(lambda ctx: ctx.store.page("Thing", order_by="number asc", limit=3))
    forged = urlsafe_b64encode(json.dumps(["Thing,+number,+name", {"$gt": 1}, "x"]).encode()).decode()
    for wrong in (cursor, forged, "x", "%%%", "", "é"):
        with pytest.raises(DataError, match="does not belong"):
            things.read(lambda ctx, wrong=wrong: ctx.store.page("Thing", cursor=wrong, order_by="title asc"))  # type: ignore[misc]


@pytest.mark.parametrize("fields", [["count(name) as n"], ["sum(number) as n"]])
def test_rows_that_are_no_documents_have_no_cursor(things: TestSite, fields: list[str]) -> None:
    with pytest.raises(DataError, match="documents"):
        things.read(lambda ctx: ctx.store.page("Thing", fields=fields))


def test_a_cursor_shows_nothing_that_may_not_be_read(things: TestSite) -> None:
    manager = things.user("li@example.com", "System Manager")
    with pytest.raises(PermissionError, match="Secret"):
        things.read(lambda ctx: ctx.store.page("Thing", order_by="secret asc"), manager)
    with pytest.raises(PermissionError):
        things.read(lambda ctx: ctx.store.page("Thing"), things.user("zhao@example.com"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cursor=st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: urlsafe_b64encode(raw).decode()))
def test_no_text_is_taken_for_a_cursor(things: TestSite, cursor: str) -> None:
    if cursor != "*":
        with pytest.raises(DataError):
            things.read(lambda ctx: ctx.store.page("Thing", cursor=cursor))
