"""Signing in and out, cookies, keys, tokens against forged requests (contract §1)."""

from __future__ import annotations

import base64
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from crm_platform.access.identify import Credentials
from crm_platform.api.body import Arguments
from crm_platform.api.call import Call
from crm_platform.api.intake import _credentials
from crm_platform.api.methods import READING, WRITING, Method, ShellMethod, call_method, find_method
from support.api_site import ADMIN_PASSWORD, DESK_USER, LIMITED_USER, PASSWORD, Api
from support.sabotage import always, defended_by, nothing

LOGIN = "/api/method/login"
WHO = "/api/method/frappe.auth.get_logged_user"
KEYS = "/api/method/frappe.core.doctype.user.user.generate_keys"


def cookies_of(answer: httpx.Response) -> SimpleCookie:
    found = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        found.load(header)
    return found


@pytest.mark.parametrize("wrapping", ["json", "data", "params"])
def test_a_sign_in_greets_and_sets_cookies(api: Api, wrapping: str) -> None:
    client = api.client()
    answer = client.post(LOGIN, **{wrapping: {"usr": "Administrator", "pwd": ADMIN_PASSWORD}})
    assert answer.json() == {"message": "Logged In", "home_page": "/app", "full_name": "Administrator"}
    sid = cookies_of(answer)["sid"]
    assert (sid["httponly"], sid["samesite"], sid["path"], sid["secure"]) == (True, "lax", "/", "")
    assert len(sid.value) == 56
    assert client.get(WHO).json() == {"message": "Administrator"}


def test_a_website_user_is_greeted_otherwise(api: Api) -> None:
    answer = api.client().post(LOGIN, data={"usr": LIMITED_USER, "pwd": PASSWORD})
    assert (answer.json()["message"], answer.json()["home_page"]) == ("No App", "/me")
    found = cookies_of(answer)
    assert (found["user_id"].value, found["system_user"].value) == ("limited%40example.com", "no")


@defended_by("crm_platform.api.call:Call.secure", replace_with=False)
def test_G05_a_cookie_over_https_is_secure(api: Api) -> None:
    client = api.client()
    client.http.base_url = httpx.URL("https://testserver")
    answer = client.post(LOGIN, data={"usr": DESK_USER, "pwd": PASSWORD})
    assert cookies_of(answer)["sid"]["secure"] is True


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"usr": "desk@example.com", "pwd": "wrong"}, "Invalid login credentials"),
        ({"usr": "nobody@example.com", "pwd": "wrong"}, "Invalid login credentials"),
        ({}, "Incomplete login details"),
    ],
)
def test_a_wrong_sign_in_is_refused_without_telling_why(api: Api, sent: dict[str, str], message: str) -> None:
    answer = api.guest.post(LOGIN, data=sent)
    assert (answer.status_code, answer.json()["exc_type"]) == (401, "AuthenticationError")
    assert answer.json()["message"] == message
    assert "set-cookie" not in answer.headers


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G07_guessing_ends_in_a_wait(api: Api) -> None:
    client = api.client()
    answers = [client.post(LOGIN, data={"usr": "slow@example.com", "pwd": str(n)}) for n in range(12)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) > 0


@defended_by("crm_platform.access.attempts:_check", replace_with=nothing)
def test_G09_a_client_does_not_say_from_where_it_comes(api: Api) -> None:
    """Without a proxy that is known, headers about an address are nothing: each try counts for the connection's own."""
    client = api.client()
    names = ("x-forwarded-for", "x-real-ip", "forwarded", "client-ip", "x-forwarded-host")
    answers = [
        client.post(
            LOGIN,
            data={"usr": "spoofed@example.com", "pwd": str(n)},
            headers=dict.fromkeys(names, f"for=10.0.0.{n}" if n % 2 else f"10.0.0.{n}"),
        )
        for n in range(12)
    ]
    assert 429 in {answer.status_code for answer in answers}


NO_ALGORITHM = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJBZG1pbmlzdHJhdG9yIn0."
"""A token that says of itself that it needs no signature, for Administrator."""


@defended_by("crm_platform.access.identify:user_of_authorization", replace_with=always("Administrator"))
def test_G10_a_token_that_names_its_own_algorithm_opens_nothing(api: Api) -> None:
    for headers in (
        {"authorization": f"Bearer {NO_ALGORITHM}"},
        {"authorization": f"token {NO_ALGORITHM}"},
        {"authorization": f"token {NO_ALGORITHM}:{NO_ALGORITHM}"},
        {"cookie": f"sid={NO_ALGORITHM}"},
    ):
        answer = api.client(**headers).get("/api/resource/User")
        assert answer.status_code in (401, 403), headers


def from_the_address(request: Request, body: Arguments) -> Credentials:
    """Credentials of an address count like those of the headers."""
    asked, sent = request.query_params, _credentials(request, body)
    token = asked.get("token") or f"{asked.get('api_key')}:{asked.get('api_secret')}"
    return replace(sent, authorization="" if "sid" in asked else f"token {token}", sid=asked.get("sid", ""))


@defended_by("crm_platform.api.intake:_credentials", replace_with=from_the_address)
@defended_by("crm_platform.api.intake:query_arguments", replace_with=lambda query: {})
def test_G06_what_opens_a_site_is_not_read_from_an_address(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """An address stands in logs and histories; what is there opens nothing, and our own log has none of it."""
    caplog.set_level("DEBUG")
    key, _, secret = api.keys["Administrator"].partition(":")
    session = api.signed_in().http.cookies["sid"]
    for query in (
        {"api_key": key, "api_secret": secret},
        {"token": f"{key}:{secret}", "access_token": f"{key}:{secret}"},
        {"sid": session, "csrf_token": session},
    ):
        answer = api.guest.get("/api/resource/User", params=query)
        assert answer.status_code in (401, 403, 417), answer.text
        assert secret not in answer.text and session not in answer.text
    ours = [record for record in caplog.records if record.name.startswith(("crm_platform", "uvicorn"))]
    assert not [record for record in ours if secret in record.getMessage() or session in record.getMessage()]


async def leading_on(call: Call, name: str) -> Response:
    """Answers, and leads the browser where its address says."""
    place = call.request.query_params.get("redirect-to")
    call.arguments.clear()
    answer = await call_method(call, name)
    answer.headers.update({"location": place} if place else {})
    return answer


@defended_by("crm_platform.api.methods:call_method", replace_with=leading_on)
def test_F08_no_answer_leads_to_another_place(api: Api) -> None:
    names = ("redirect-to", "redirect_to", "redirect", "next", "return_to", "url", "to")
    for place in ("https://evil.example", "//evil.example", "/\\evil.example", "/%2f%2fevil.example", "javascript:x"):
        query = dict.fromkeys(names, place)
        for url in ("/", "/app", "/login", "/api/method/logout", "/api/method/ping", "/update-password"):
            answer = api.guest.get(url, params=query)
            assert "location" not in answer.headers or answer.headers["location"].startswith("/app"), url
        sent = {"usr": DESK_USER, "pwd": PASSWORD, "redirect-to": place}
        answer = api.guest.post(LOGIN, data=sent)
        assert "evil" not in answer.text
        assert "location" not in answer.headers


async def by_any_verb(call: Call, name: str) -> Method | None:
    """Every method, for all verbs."""
    found = await find_method(call, name)
    return replace(found, verbs=(*READING, *WRITING)) if isinstance(found, ShellMethod) else found


@defended_by("crm_platform.api.methods:find_method", replace_with=by_any_verb)
def test_F06_a_sign_in_by_get_is_refused(api: Api) -> None:
    answer = api.guest.get(LOGIN, params={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_v2_signs_in_with_an_empty_answer(api: Api) -> None:
    client = api.client()
    assert client.post("/api/v2/method/login", data={"usr": DESK_USER, "pwd": PASSWORD}).json() == {}
    assert client.get("/api/v2/method/frappe.auth.get_logged_user").json() == {"data": DESK_USER}


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_sign_out_ends_the_session(api: Api, verb: str) -> None:
    client = api.signed_in(DESK_USER, PASSWORD)
    old = client.http.cookies["sid"]
    answer = client.request(verb, "/api/method/logout")
    assert (answer.status_code, answer.json()) == (200, {})
    assert cookies_of(answer)["sid"].value == ""
    late = api.client(cookie=f"sid={old}").get(WHO)
    assert (late.status_code, late.json()["session_expired"]) == (403, 1)
    assert late.json()["exc_type"] == "PermissionError"
    assert cookies_of(late)["sid"].value == ""


def test_an_old_session_does_not_close_what_is_open(api: Api) -> None:
    client = api.client(cookie="sid=0123")
    assert client.get("/api/method/ping").json() == {"message": "pong"}
    assert client.post(LOGIN, data={"usr": DESK_USER, "pwd": PASSWORD}).status_code == 200
    late = client.get("/api/resource/Bench Customer")
    assert (late.status_code, late.json()["session_expired"]) == (403, 1)


def test_a_key_acts_as_its_user(api: Api) -> None:
    basic = base64.b64encode(api.keys[DESK_USER].encode()).decode()
    for header in (f"token {api.keys[DESK_USER]}", f"Basic {basic}"):
        assert api.client(authorization=header).get(WHO).json() == {"message": DESK_USER}


@pytest.mark.parametrize(
    "header",
    [
        "token a:b",
        "token nonsense",
        "Basic !!!",
        "Basic " + base64.b64encode(f"{DESK_USER}:{PASSWORD}".encode()).decode(),
        "Bearer junk",
        "Digest x",
    ],
)
def test_a_wrong_key_is_refused(api: Api, header: str) -> None:
    answer = api.client(authorization=header).get("/api/method/ping")
    assert (answer.status_code, answer.json()["exc_type"]) == (401, "AuthenticationError")
    assert "message" not in answer.json()


def test_a_new_secret_replaces_the_old_one_and_is_shown_once(api: Api) -> None:
    client = api.signed_in(DESK_USER, PASSWORD)
    old = api.keys[DESK_USER]
    made = client.post(KEYS, json={"user": DESK_USER}, headers={"idempotency-key": "once"}).json()["message"][
        "api_secret"
    ]
    assert api.client(authorization=f"token {old}").get(WHO).status_code == 401
    again = client.post(KEYS, json={"user": DESK_USER}, headers={"idempotency-key": "once"}).json()["message"]
    assert again["api_secret"] != made
    assert again["api_key"] == old.partition(":")[0]
    api.keys[DESK_USER] = f"{old.partition(':')[0]}:{again['api_secret']}"
    shown = client.get(f"/api/resource/User/{DESK_USER}").text
    assert again["api_secret"] not in shown


def test_a_password_is_changed_by_who_knows_the_old_one(api: Api) -> None:
    url = "/api/method/frappe.core.doctype.user.user.update_password"
    client, other = api.signed_in(LIMITED_USER, PASSWORD), api.signed_in(LIMITED_USER, PASSWORD)
    refused = client.post(url, json={"old_password": "wrong", "new_password": "a brand new phrase"})
    assert refused.status_code == 401
    changed = client.post(url, json={"old_password": PASSWORD, "new_password": "a brand new phrase"})
    assert (changed.status_code, changed.json()) == (200, {})
    assert client.get(WHO).status_code == 200
    assert other.get(WHO).status_code == 403
    back = client.post(url, json={"old_password": "a brand new phrase", "new_password": PASSWORD})
    assert back.status_code == 200


CREATE = "/api/resource/Tag"


def test_a_session_needs_no_token_until_it_has_one(api: Api) -> None:
    client = api.signed_in()
    assert client.post(CREATE, json={"name": "ohne"}).status_code == 200
    token = client.get("/api/method/crm.desk.boot").json()["message"]["csrf_token"]
    for headers in ({}, {"x-frappe-csrf-token": "wrong"}):
        refused = client.post(CREATE, json={"name": "mit"}, headers=headers)
        assert (refused.status_code, refused.json()["exc_type"]) == (400, "CSRFTokenError")
    assert client.get(WHO).status_code == 200
    assert client.post(CREATE, json={"name": "mit"}, headers={"x-frappe-csrf-token": token}).status_code == 200
    assert client.post(CREATE, json={"name": "im Leib", "csrf_token": token}).status_code == 200
    assert client.post("/api/method/logout").status_code == 400
    assert client.post("/api/method/logout", json={"csrf_token": token}).status_code == 200


FOREIGN = (
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://["},
)
OWN = (
    {},
    {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy"},
    {"sec-fetch-site": "none"},
    {"origin": "http://testserver"},
)


@defended_by("crm_platform.api.routing:check_origin", replace_with=nothing)
@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_F06_an_unsafe_request_of_another_sites_page_is_refused(api: Api, headers: dict[str, str]) -> None:
    client = api.signed_in()
    answer = client.post(CREATE, json={"name": "fremd"}, headers=headers)
    assert (answer.status_code, answer.json()["exc_type"]) == (400, "CSRFTokenError")
    assert client.get(WHO, headers=headers).status_code == 200
    assert api.admin.post(CREATE, json={"name": f"key {headers}"}, headers=headers).status_code == 200


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_an_unsafe_request_of_an_own_page_passes(api: Api, headers: dict[str, str]) -> None:
    answer = api.signed_in().post(CREATE, json={"name": f"own {headers}"}, headers=headers)
    assert answer.status_code == 200
