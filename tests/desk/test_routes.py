"""Pages of the interface over HTTP: start page with its token, assets, the sentence that says how to build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_platform.api.app import create_app
from crm_platform.desk.assets import Interface
from crm_platform.desk.routes import desk_methods, desk_routes
from support.api_site import ADMIN_PASSWORD, Api, services
from support.sabotage import defended_by, nothing

PAGE = '<!doctype html><html><head><meta name="csrf-token" content="" /></head><body>应用</body></html>'


@pytest.fixture
def desk(api: Api, tmp_path: Path) -> Api:
    """The site behind an application whose interface is one page and one script."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "assets" / "index-1a2b.js").write_text("1;" * 1000, "utf-8")
    return behind(api, Interface(tmp_path))


def behind(api: Api, interface: Interface) -> Api:
    app = create_app(
        api.site.runtime,
        api.site.access,
        services(api.site),
        routes=desk_routes(interface),
        methods=desk_methods(),
    )
    return Api(api.site, app, api.runner, api.keys)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]*)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("url", ["/", "/login", "/app", "/app/customer", "/app/customer/BC-00001%2F2"])
def test_every_address_of_the_interface_is_its_page(desk: Api, url: str) -> None:
    answer = desk.guest.get(url)
    assert (answer.status_code, token_in(answer.text)) == (200, "")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe-eval" not in answer.headers["content-security-policy"]


@defended_by("crm_platform.access.sessions:check_csrf_token", replace_with=nothing)
def test_F06_a_session_that_loaded_the_page_needs_its_token(desk: Api) -> None:
    client = desk.signed_in()
    token = token_in(client.get("/app").text)
    assert len(token) == 56
    assert token_in(client.get("/app").text) == token
    assert client.post("/api/resource/Tag", json={"name": "ohne Zeichen"}).status_code == 400
    with_token = client.post("/api/resource/Tag", json={"name": "mit Zeichen"}, headers={"x-frappe-csrf-token": token})
    assert with_token.status_code == 200


def test_an_asset_is_kept_forever_and_compressed_for_who_can_read_it(desk: Api) -> None:
    plain = desk.guest.get("/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    small = desk.guest.get("/assets/index-1a2b.js", headers={"accept-encoding": "gzip"})
    assert plain.text == small.text == "1;" * 1000
    assert ("content-encoding" in plain.headers, small.headers["content-encoding"]) == (False, "gzip")
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"])
    assert "immutable" in small.headers["cache-control"]
    assert desk.guest.get("/assets/other.js").status_code == 404


def test_the_root_still_answers_frappes_clients(desk: Api) -> None:
    assert desk.guest.get("/", params={"cmd": "ping"}).json() == {"message": "pong"}
    answer = desk.guest.post("/", data={"cmd": "login", "usr": "Administrator", "pwd": ADMIN_PASSWORD})
    assert answer.json()["message"] == "Logged In"


def test_without_a_build_the_page_says_how_to_make_one(api: Api, tmp_path: Path) -> None:
    answer = behind(api, Interface(tmp_path)).guest.get("/app")
    assert answer.status_code == 503
    assert "npm run build" in answer.text
