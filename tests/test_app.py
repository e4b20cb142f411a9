"""The composition root: one application of all rooms, and packs' API methods as they are enabled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.app import PackMethods, create_application, create_worker
from crm_platform.errors import PackError, ValidationError
from crm_platform.pack import Context, Manifest, Pack, hookimpl
from crm_platform.packs.hooks import Hooks, guarded
from crm_platform.testing import TestSite, make_site


def greet(ctx: Context, name: str, times: int = 1) -> str:
    return f"你好 {name}" * times


class Greeter(Pack):
    """A pack with one API method."""

    manifest = Manifest(id="greeter", title="Greeter", version="1.0", package="crm_platform.plugins.warranty.locale")

    @hookimpl
    def api_methods(self) -> Mapping[str, Callable[..., Any]]:
        return {"greet": greet}


@pytest.fixture
def site(tmp_path: Path, site_template: Path) -> TestSite:
    return make_site(tmp_path / "site", template=site_template, packs=[Greeter()])


def ask(site: TestSite, address: str, **parameters: Any) -> httpx.Response:
    """One request of Administrator to the application."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(create_application(site.site))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.post("/api/method/login", data={"usr": "Administrator", "pwd": "admin"})
            return await client.get(address, params=parameters)

    return asyncio.run(send())


def test_the_application_answers_for_every_room(site: TestSite) -> None:
    assert ask(site, "/api/method/ping").json() == {"message": "pong"}
    assert ask(site, "/api/resource/User").status_code == 200
    assert ask(site, "/api/method/crm.desk.boot").json()["message"]["user"] == "Administrator"
    assert "<h1" in ask(site, "/printview", doctype="User", name="Administrator").text
    assert ask(site, "/api/openapi.json").json()["openapi"].startswith("3.1")
    site.site.close()


def test_methods_of_packs_come_and_go_with_them(site: TestSite) -> None:
    address = "/api/method/greeter.greet"
    assert ask(site, address, name="李").status_code == 417
    site.enable_pack("greeter")
    assert ask(site, address, name="李", times="2").json() == {"message": "你好 李你好 李"}
    assert ask(site, address).status_code == 417
    assert address in ask(site, "/api/openapi.json").json()["paths"]
    site.disable_pack("greeter")
    assert ask(site, address, name="李").status_code == 417
    site.site.close()


def test_a_guarded_method_is_heard_and_its_faults_name_the_pack() -> None:
    heard: list[tuple[str, str]] = []

    def watch(pack: str, hook: str) -> None:
        heard.append((pack, hook))

    def broken() -> None:
        raise KeyError("inside")

    def refusing() -> None:
        raise ValidationError("Not like this.")

    with pytest.raises(PackError, match="API method x of pack p failed"):
        guarded(watch, "p", "API method x", broken)()
    with pytest.raises(ValidationError, match="Not like this"):
        guarded(watch, "p", "API method x", refusing)()
    assert heard == [("p", "API method x"), ("", "")] * 2


def test_pack_methods_are_collected_once_per_set_of_packs() -> None:
    hooks = Hooks([Greeter()])
    methods = PackMethods(lambda: hooks, lambda *_: None)
    assert list(methods) == ["greeter.greet"]
    assert len(methods) == 1
    assert methods["greeter.greet"] is methods["greeter.greet"]


def test_the_worker_has_nothing_to_do_on_a_new_site(site: TestSite) -> None:
    assert not create_worker(site.site).run_once()
    site.site.close()
