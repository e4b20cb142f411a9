"""Packs over the API: safe mode for everybody, plans and changes for System Managers, applied by the plan's id."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_application
from crm_platform.testing import TestSite
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Client
from support.packs import custom_field, make_pack, reopen, thing

SELLER = "seller@example.com"
PASSWORD = "vier gute Worte hier"


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture
def site(sqlite_site: TestSite, tmp_path: Path) -> TestSite:
    values = {"first_name": "李", "user_type": "System User", "enabled": 1, "new_password": PASSWORD}
    sqlite_site.insert("User", email=SELLER, roles=[{"role": "Sales User"}], **values)
    return reopen(sqlite_site, make_pack(tmp_path, "alpha", thing("Gadget"), custom_field("Customer", "colour")))


def signed_in(site: TestSite, runner: asyncio.Runner, user: str, password: str) -> Client:
    client = Client(create_application(site.site), runner, {"host": "localhost"})
    assert client.post("/api/method/login", data={"usr": user, "pwd": password}).status_code == 200
    return client


def call(client: Client, method: str, **values: Any) -> Any:
    answer = client.post(f"/api/method/crm.pack.{method}", json=values)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def test_a_manager_looks_at_the_plan_and_applies_it_by_its_id(site: TestSite, runner: asyncio.Runner) -> None:
    admin = signed_in(site, runner, "Administrator", ADMIN_PASSWORD)
    assert [row["enabled"] for row in call(admin, "list")] == [False]
    plan = call(admin, "preview", pack="alpha", action="enable")
    assert {step["action"] for step in plan["steps"]} == {"create table", "add column"}
    assert call(admin, "list")[0]["enabled"] is False, "a look changes nothing"
    stale = admin.post("/api/method/crm.pack.apply", json={"pack": "alpha", "action": "enable", "plan": "0" * 32})
    assert (stale.status_code, "Look at it again" in stale.text) == (417, True)
    call(admin, "apply", pack="alpha", action="enable", plan=plan["plan"])
    assert admin.post("/api/resource/Gadget", json={"title": "灯"}).status_code == 200
    dropped = call(admin, "preview", pack="alpha", action="drop")
    assert {step["risk"] for step in dropped["steps"]} == {"lossy"}
    call(admin, "apply", pack="alpha", action="drop", plan=dropped["plan"])
    assert admin.get("/api/resource/Gadget").status_code in (403, 404)
    unknown = admin.post("/api/method/crm.pack.preview", json={"pack": "alpha", "action": "explode"})
    assert (unknown.status_code, "There is no action explode" in unknown.text) == (417, True)


def test_others_than_managers_change_no_packs(site: TestSite, runner: asyncio.Runner) -> None:
    seller = signed_in(site, runner, SELLER, PASSWORD)
    for method, values in {
        "list": {},
        "preview": {"pack": "alpha", "action": "enable"},
        "apply": {"pack": "alpha", "action": "enable"},
    }.items():
        assert seller.post(f"/api/method/crm.pack.{method}", json=values).status_code == 403, method


def test_safe_mode_is_told_to_all_and_its_reason_to_managers(site: TestSite, runner: asyncio.Runner) -> None:
    admin = signed_in(site, runner, "Administrator", ADMIN_PASSWORD)
    assert call(admin, "state") == {"safe_mode": False, "missing": []}
    call(admin, "apply", pack="alpha", action="enable")
    name = admin.post("/api/resource/Gadget", json={"title": "灯"}).json()["data"]["name"]
    reopen(site)
    admin, seller = (signed_in(site, runner, *who) for who in (("Administrator", ADMIN_PASSWORD), (SELLER, PASSWORD)))
    told = {"pack": "alpha", "reason": "not installed"}
    assert call(admin, "state") == {"safe_mode": True, "missing": [told]}
    assert call(seller, "state") == {"safe_mode": True, "missing": [{**told, "reason": ""}]}
    assert admin.get(f"/api/resource/Gadget/{name}").json()["data"]["title"] == "灯"
    refused = admin.put(f"/api/resource/Gadget/{name}", json={"title": "改"})
    assert (refused.status_code, "Pack alpha is not at work" in refused.text) == (503, True)
