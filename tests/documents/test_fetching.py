"""What a document takes over through a dynamic link: of the DocType that it leads to, as far as that has the field."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.testing import TestSite


def data(name: str, **properties: Any) -> dict[str, Any]:
    return {"fieldname": name, "fieldtype": "Data", "label": name.title(), **properties}


@pytest.fixture
def letters(site: TestSite) -> TestSite:
    site.doctype("Firm", data("title"), data("seat"), autoname="field:title")
    site.doctype("Person", data("title"), autoname="field:title")
    kind = {"fieldname": "kind", "fieldtype": "Select", "options": "Firm\nPerson", "label": "Kind"}
    to = {"fieldname": "to", "fieldtype": "Dynamic Link", "options": "kind", "label": "To"}
    took = [data(name, fetch_from=f"to.{name}", read_only=1) for name in ("title", "seat")]
    kept = data("place", fetch_from="to.seat", fetch_if_empty=1)
    site.doctype("Letter", kind, to, *took, kept)
    site.insert("Firm", title="华星", seat="上海")
    site.insert("Person", title="华星")
    return site


def test_values_come_from_whatever_the_link_leads_to(letters: TestSite) -> None:
    letter = letters.insert("Letter", kind="Firm", to="华星")
    assert (letter.title, letter.seat, letter.place) == ("华星", "上海", "上海")
    now = letters.update("Letter", letter.name, kind="Person")
    assert (now.title, now.seat, now.place) == ("华星", None, "上海")
    assert letters.update("Letter", letter.name, to=None).title is None


def test_what_may_not_be_read_is_not_taken_over(letters: TestSite) -> None:
    letters.insert("Custom DocPerm", parent="Letter", role=letters.role("Clerk"), read=1, write=1, create=1)
    letters.insert("Custom DocPerm", parent="Person", role="Clerk", read=1)
    clerk = letters.user("clerk@example.com", "Clerk")
    seen = letters.insert("Letter", clerk, kind="Person", to="华星")
    assert (seen.title, seen.seat) == ("华星", None)
    known = letters.insert("Letter", kind="Firm", to="华星").name
    assert letters.update("Letter", known, clerk, place="北京").seat == "上海"
    assert letters.update("Letter", seen.name, clerk, kind="Firm").title in (None, "")


def test_a_transaction_fetches_what_it_has_changed_itself(letters: TestSite) -> None:
    """Linked documents are read once until something is written, in a savepoint that is taken back, too."""
    asked = {"kind": "Firm", "to": "华星"}

    def seats(ctx: Context) -> list[str]:
        store, found = ctx.store, []
        found.append(store.insert(store.new("Letter", asked)).seat)
        store.update("Firm", "华星", {"seat": "北京"})
        found += [doc.seat for doc in store.insert_many([store.new("Letter", asked) for _ in range(2)])]
        try:
            with ctx.connection.savepoint():
                store.update("Firm", "华星", {"seat": "广州"})
                found.append(store.insert(store.new("Letter", asked)).seat)
                raise LookupError
        except LookupError:
            found.append(store.insert(store.new("Letter", asked)).seat)
        return found

    assert letters.system(seats) == ["上海", "北京", "北京", "广州", "北京"]


def test_settings_are_read_once_until_they_change(site: TestSite) -> None:
    def said(ctx: Context) -> list[str]:
        store, found = ctx.store, []
        for currency in ("CNY", "EUR"):
            store.update("System Settings", "System Settings", {"currency": currency})
            found += [store.get("System Settings", "System Settings").currency for _ in range(2)]
        kept = store.get("System Settings", "System Settings")
        kept.currency = "USD"
        return [*found, store.get("System Settings", "System Settings").currency]

    assert site.system(said) == ["CNY", "CNY", "EUR", "EUR", "EUR"]
