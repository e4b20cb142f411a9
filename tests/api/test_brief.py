"""Reads on the event loop: what is brief stays there, what is not goes to a thread, and both see the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.api.brief import FIRST_PAUSE, LONGEST_PAUSE, BriefReads
from crm_platform.app import create_application
from crm_platform.database.brief import ROWS, NotBriefError
from crm_platform.pack import EVERYTHING
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site
from support.api_site import Client
from support.packs import answering, make_pack, reopen, thing
from support.sabotage import defended_by, nothing

GADGET = "/api/resource/Gadget"


@pytest.fixture
def site(tmp_path: Path, site_template: Path) -> Iterator[TestSite]:
    """A site on SQLite: only there reads may be brief."""
    made = make_site(tmp_path / "site", template=site_template)
    made.site.runtime.database.brief_limit = 3600.0  # no busy machine ends a read here
    made.doctype("Gadget", {"fieldname": "title", "fieldtype": "Data", "label": "Title"}, autoname="prompt")
    made.insert("Gadget", name="g1", title="轴承")
    yield made
    made.site.close()


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


def client_of(site: TestSite, runner: asyncio.Runner) -> Client:
    secret = site.write(lambda ctx: generate_keys(ctx, "Administrator"))
    key = site.get("User", "Administrator").api_key
    app = create_application(site.site)
    return Client(app, runner, {"authorization": f"token {key}:{secret}"})


def refuse(*_: Any) -> NoReturn:
    raise AssertionError("This read went to a thread.")


READS = [
    f"{GADGET}/g1",
    f'{GADGET}?fields=["name","title"]&filters={{"title":"轴承"}}',
    "/api/method/frappe.client.get_count?doctype=Gadget",
    "/api/method/frappe.client.get?doctype=Gadget&name=g1",
    "/api/v2/doctype/Gadget/count",
]


@pytest.mark.parametrize("address", READS)
def test_what_is_brief_needs_no_thread(
    site: TestSite, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    client = client_of(site, runner)
    known = [client.get(address) for _ in range(3)]
    assert [answer.status_code for answer in known] == [200, 200, 200]
    monkeypatch.setattr(site.site.runtime, "read", refuse)
    assert client.get(address).json() == known[0].json() == known[2].json()


def test_what_is_not_there_or_not_allowed_is_told_the_same_way(site: TestSite, runner: asyncio.Runner) -> None:
    client = client_of(site, runner)
    for _ in range(3):
        assert client.get(f"{GADGET}/没有").status_code == 404
        assert client.get(f"{GADGET}/g1", headers={"authorization": "token a:b"}).status_code == 401
        assert client.get(f'{GADGET}?fields=["nothing"]').status_code == 417


def test_a_long_answer_comes_from_a_thread_and_is_whole(site: TestSite, runner: asyncio.Runner) -> None:
    for number in range(ROWS):
        site.insert("Gadget", name=f"n{number}", title="齿轮")
    client = client_of(site, runner)
    for _ in range(3):
        assert len(client.get(f"{GADGET}?limit=0").json()["data"]) == ROWS + 1
        assert len(client.get(f"{GADGET}?limit=20").json()["data"]) == 20


@defended_by("crm_platform.database.sqlite:SqliteDatabase.give_up_brief_read", replace_with=nothing)
def test_X17_a_pack_never_runs_on_the_event_loop(site: TestSite, runner: asyncio.Runner, tmp_path: Path) -> None:
    """A row filter that loops would stop every request, and the supervisor could not tell what for."""
    threads: set[int] = set()

    def narrows(ctx: Any, action: str) -> Any:
        threads.add(threading.get_ident())
        return EVERYTHING

    pack = make_pack(tmp_path, "trial", thing("Widget"), **answering("row_filters", {"Gadget": narrows}))
    reopen(site, pack)
    site.enable_pack("trial")
    site.user("li@example.com", "System Manager")
    secret = site.write(lambda ctx: generate_keys(ctx, "li@example.com"))
    key = site.get("User", "li@example.com").api_key
    client = Client(create_application(site.site), runner, {"authorization": f"token {key}:{secret}"})
    threads.clear()
    for address in READS * 3:
        assert client.get(address).status_code == 200
    assert threads
    assert threading.get_ident() not in threads


def test_a_change_of_another_process_is_seen_by_the_next_read(site: TestSite, runner: asyncio.Runner) -> None:
    client = client_of(site, runner)
    for _ in range(3):
        assert client.get(f"{GADGET}/g1").json()["data"]["title"] == "轴承"
    other = TestSite(open_site(site.site.folder.path))
    gadget = other.get("Gadget", "g1")
    other.write(lambda ctx: ctx.store.update("Gadget", "g1", {"title": "齿轮", "modified": gadget.modified}))
    assert client.get(f"{GADGET}/g1").json()["data"]["title"] == "齿轮"
    other.insert("Custom Field", dt="Gadget", fieldname="tier", fieldtype="Data", label="Tier", default="A")
    other.write(lambda ctx: ctx.store.update("Gadget", "g1", {"tier": "B"}))
    assert client.get(f"{GADGET}/g1").json()["data"]["tier"] == "B"
    other.site.close()


def test_a_key_that_another_process_replaced_is_refused_at_once(site: TestSite, runner: asyncio.Runner) -> None:
    client = client_of(site, runner)
    for _ in range(3):
        assert client.get(f"{GADGET}/g1").status_code == 200
    other = TestSite(open_site(site.site.folder.path))
    other.write(lambda ctx: generate_keys(ctx, "Administrator"))
    assert client.get(f"{GADGET}/g1").status_code == 401
    other.site.close()


def test_a_read_that_took_long_is_tried_again_later_and_later() -> None:
    now = 0.0
    reads = BriefReads(lambda: now)
    for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE):
        assert reads.expects("list")
        reads.given_up("list", NotBriefError(lasting=True))
        assert not reads.expects("list")
        assert reads.expects("get")
        now += pause
    for _ in range(20):
        reads.given_up("list", NotBriefError(lasting=True))
    now += LONGEST_PAUSE
    assert reads.expects("list")
    reads.was_brief("list")
    reads.given_up("list", NotBriefError(lasting=False))
    assert reads.expects("list")
