"""The route table: every row declares who may enter and whether it writes; what lies outside of it; headers."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from crm_platform.access.identify import Access
from crm_platform.api.app import BUILT_IN, COMMANDS, LAST, ROUTES, create_app
from crm_platform.api.methods import ApiMethod, method_table
from crm_platform.api.site import Options
from crm_platform.desk.routes import desk_methods, desk_routes
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from support.api_site import Api, services
from support.sabotage import defended_by, nothing

TABLE = (*ROUTES, *COMMANDS, *desk_routes(), *LAST)
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}

OPEN_METHODS = {
    *("login", "logout", "ping", "frappe.ping", "crm.desk.boot"),
    "frappe.core.doctype.user.user.reset_password",
    "frappe.core.doctype.user.user.update_password",
}
"""All that a guest may call. A method joins this list by decision only."""


def test_B12_every_route_declares_its_guard(api: Api) -> None:
    assert {route.guard for route in TABLE} == {"guest", "policy", "user", "method"}
    guests = {(route.verb, route.path) for route in TABLE if route.guard == "guest" and route.verb != "OPTIONS"}
    assert {path for _, path in guests} == {
        "/",
        "/login",
        "/update-password",
        "/unsubscribe",
        "/manifest.webmanifest",
        "/sw.js",
        "/app",
        "/app/{path:path}",
        "/assets/{path:path}",
        "/{path:path}",
    }


def test_B12_no_address_is_served_that_the_table_does_not_have(api: Api) -> None:
    served = {getattr(route, "path", "") for route in api.app.routes}
    assert served == {route.path for route in TABLE}


def test_what_changes_by_get_is_known(api: Api) -> None:
    reading = {route.path for route in TABLE if route.verb == "GET" and not route.writes}
    by_get = {route.path for route in TABLE if route.verb == "GET"} - reading
    assert {path for path in by_get if "method" not in path} == {
        "/",
        "/login",
        "/update-password",
        "/app",
        "/app/{path:path}",
    }
    unknown = {route.path for route in LAST}
    assert all(route.writes or route.path in unknown for route in TABLE if route.verb in CHANGING)


def test_C09_guests_call_a_closed_list_of_methods(api: Api) -> None:
    table = method_table(*BUILT_IN, desk_methods())
    assert {name for name, method in table.items() if method.guest} == OPEN_METHODS
    assert {name for name, method in table.items() if method.writes and "GET" in method.verbs} == {
        "logout",
        "crm.desk.boot",
    }


@defended_by("crm_platform.api.scope:require_user", replace_with=nothing)
def test_B20_a_guest_gets_no_further_than_the_door(api: Api) -> None:
    for name in method_table(*BUILT_IN, desk_methods()):
        if name not in OPEN_METHODS:
            answer = api.guest.post(f"/api/method/{name}", json={})
            assert (name, answer.status_code) == (name, 403)


def test_two_methods_of_one_name_are_refused() -> None:
    method = ApiMethod("twice", len)
    with pytest.raises(ValidationError, match="twice"):
        method_table([method], [method])


@pytest.mark.parametrize(
    ("verb", "url", "allowed"),
    [
        ("PATCH", "/api/resource/Bench Customer", "GET, POST, HEAD, OPTIONS"),
        ("PATCH", "/api/resource/Bench Customer/x", "GET, PUT, DELETE, POST, HEAD, OPTIONS"),
        ("PATCH", "/api/method/ping", "GET, POST, HEAD, OPTIONS"),
        ("DELETE", "/api/method/login", "POST, OPTIONS"),
        ("TRACE", "/printview", "GET, HEAD, OPTIONS"),
        ("POST", "/files/x", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_verb_that_is_not_there_is_named(api: Api, verb: str, url: str, allowed: str) -> None:
    answer = api.admin.request(verb, url)
    assert (answer.status_code, answer.json()["exc_type"]) == (405, "NotAllowedMethodError")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("url", ["/api", "/api/v3/resource/User", "/api/nothing", "/wp-login.php", "/api/resource"])
def test_an_unknown_address_is_not_found(api: Api, verb: str, url: str) -> None:
    answer = api.admin.request(verb, url)
    assert (answer.status_code, answer.json()["exc_type"]) == (404, "DoesNotExistError")


def test_head_is_get_without_a_body(api: Api) -> None:
    got, head = (api.admin.request(verb, "/api/resource/Bench Customer") for verb in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_options_says_what_is_allowed(api: Api) -> None:
    answer = api.guest.request("OPTIONS", "/api/resource/Bench Customer")
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    for method, allowed in (("login", "POST, OPTIONS"), ("ping", "GET, POST, HEAD, OPTIONS"), ("nope", "OPTIONS")):
        assert api.guest.request("OPTIONS", f"/api/method/{method}").headers["allow"] == allowed


@defended_by("crm_platform.api.routing:HEADERS", replace_with=dict.fromkeys(("api", "page", "file"), ()))
@pytest.mark.parametrize("url", ["/api/method/ping", "/api/resource/Nope", "/api/nothing", "/login", "/files/x"])
def test_F07_every_answer_carries_its_defences(api: Api, url: str) -> None:
    headers = api.guest.get(url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src" in headers["content-security-policy"]
    assert "frame-ancestors" in headers["content-security-policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", headers["x-request-id"])


def test_answers_of_the_api_are_not_stored(api: Api) -> None:
    answer = api.admin.get("/api/resource/Bench Customer")
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")


def application(api: Api, hosts: frozenset[str] = frozenset(), **methods: Any) -> Api:
    """The same site behind another application."""
    listed = [ApiMethod(name, function, guest=True) for name, function in methods.items()]
    options = Options(hosts=hosts)
    app = create_app(api.site.runtime, api.site.access, services(api.site), options=options, methods=listed)
    return Api(api.site, app, api.runner, api.keys)


@defended_by("crm_platform.api.routing:check_host", replace_with=nothing)
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("crm.example.com", 200),
        ("CRM.example.com:8000", 200),
        ("evil.example.com", 400),
        ("crm.example.com.evil.com", 400),
        ("crm.example.com@evil.com", 400),
        ("", 400),
    ],
)
def test_G01_an_unknown_host_is_refused(api: Api, host: str, status: int) -> None:
    other = application(api, frozenset({"crm.example.com"}))
    answer = other.client(host=host).get("/api/method/ping")
    assert answer.status_code == status
    assert "evil" not in answer.text


def test_any_host_is_taken_when_none_is_configured(api: Api) -> None:
    assert api.client(host="whatever").get("/api/method/ping").status_code == 200


def test_our_own_fault_is_told_to_the_log_only(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    def broken(ctx: Context) -> None:
        raise RuntimeError("CANARY select * from secrets")

    with caplog.at_level(logging.ERROR):
        answer = application(api, broken=broken).guest.get("/api/method/broken")
    body = answer.json()
    assert (answer.status_code, body["exc_type"]) == (500, "ServerError")
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["request_id"] in body["_server_messages"]
    assert "CANARY" not in answer.text
    assert "CANARY" in caplog.text
    assert body["request_id"] in caplog.text


def test_packs_add_methods_of_their_own(api: Api) -> None:
    def shout(ctx: Context, text: str, times: int = 1) -> str:
        return text.upper() * times

    guest = application(api, **{"my_pack.shout": shout}).guest
    assert guest.get("/api/method/my_pack.shout", params={"text": "hé", "times": "2"}).json() == {"message": "HÉHÉ"}
    assert guest.get("/api/method/my_pack.shout").status_code == 417


def test_access_is_the_only_way_in() -> None:
    """The application cannot be made without the access room: its parameter has no default."""
    assert create_app.__kwdefaults__.keys() == {"options", "routes", "methods"}
    assert create_app.__annotations__["access"] == Access.__name__
