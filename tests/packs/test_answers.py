"""What API methods of packs answer: values as documents show them; what JSON has no form for names pack and method."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_application
from crm_platform.pack import Context, writes
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Client
from support.packs import answering, make_pack, reopen


@dataclass
class Point:
    x: int


@writes
def spoiled(ctx: Context) -> object:
    """Writes, then answers with what cannot be shown."""
    ctx.store.insert(ctx.store.new("Industry", {"industry": "造纸"}))
    return {"seen": {1, 2}}


def document(ctx: Context) -> object:
    return ctx.store.new("Industry", {"industry": "印刷"})


def giving(value: Any) -> Callable[[Context], object]:
    return lambda ctx: value


SHOWN = {
    "amount": (Decimal("19.90"), 19.9),
    "nested": ({"rows": [{"rate": Decimal(3), "on": date(2026, 3, 1)}]}, {"rows": [{"rate": 3, "on": "2026-03-01"}]}),
    "pair": ((1, "二"), [1, "二"]),
    "moment": (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01 09:30:00.000000"),
    "clock": (time(9, 30), "09:30:00"),
    "nothing": ([], []),
}
REFUSED = {
    "numbers": {1, 2},
    "point": [Point(1)],
    "thing": {"place": object()},
    "bytes": b"abc",
    "keys": {(1, 2): "x"},
    "large": 2**70,
    "half": "\ud800",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[TestSite]:
    folder = tmp_path_factory.mktemp("answers")
    values = {**{name: value for name, (value, _) in SHOWN.items()}, **REFUSED}
    methods = {name: giving(value) for name, value in values.items()}
    pack = make_pack(folder, "trial", **answering("api_methods", {**methods, "spoiled": spoiled, "document": document}))
    made = reopen(make_site(folder / "site", template=site_template), pack)
    made.enable_pack("trial")
    yield made
    made.site.close()


@pytest.fixture(scope="module")
def admin(site: TestSite) -> Iterator[Client]:
    with asyncio.Runner() as runner:
        client = Client(create_application(site.site), runner, {"host": "localhost"})
        client.post("/api/method/login", data={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
        yield client


@pytest.mark.parametrize("name", SHOWN)
def test_values_are_shown_as_documents_show_them(admin: Client, name: str) -> None:
    answer = admin.get(f"/api/method/trial.{name}")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"message": SHOWN[name][1]}


def test_a_document_is_shown_as_the_api_shows_it(admin: Client) -> None:
    shown = admin.get("/api/method/trial.document").json()["message"]
    assert (shown["doctype"], shown["industry"]) == ("Industry", "印刷")


@pytest.mark.parametrize("name", REFUSED)
def test_what_json_cannot_show_names_pack_and_method(admin: Client, name: str) -> None:
    answer = admin.get(f"/api/method/trial.{name}")
    assert (answer.status_code, answer.json()["exc_type"]) == (500, "PackError")
    assert f"The API method {name} of pack trial answers with what JSON cannot show" in answer.text


def test_nothing_is_saved_by_a_method_whose_answer_cannot_be_shown(admin: Client, site: TestSite) -> None:
    assert "of pack trial" in admin.post("/api/method/trial.spoiled").text
    assert not site.read(lambda ctx: ctx.store.exists("Industry", "造纸"))
