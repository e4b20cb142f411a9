"""The second factor over REST, and the reasons behind a right."""

from __future__ import annotations

from typing import Any

import pyotp

from support.api_site import ADMIN_PASSWORD, DESK_USER, PASSWORD, Api, Client

LOGIN = "/api/method/login"
METHOD = "/api/method/crm.access."


def test_a_second_factor_is_switched_on_used_and_off(api: Api) -> None:
    client = api.client()
    sign_in = {"usr": DESK_USER, "pwd": PASSWORD}
    assert client.post(LOGIN, json=sign_in).status_code == 200
    secret = client.post(METHOD + "begin_totp", json={}).json()["message"]["secret"]
    assert client.post(METHOD + "confirm_totp", json={"code": "000000x"}).status_code == 417
    confirmed = client.post(METHOD + "confirm_totp", json={"code": pyotp.TOTP(secret).now()}).json()["message"]
    assert len(confirmed["recovery_codes"]) == 10

    asked = api.client().post(LOGIN, json=sign_in)
    assert (asked.status_code, asked.json()["exc_type"]) == (401, "OneTimePasswordRequired")
    first, second = confirmed["recovery_codes"][:2]
    assert api.client().post(LOGIN, json={**sign_in, "otp": first}).status_code == 200
    assert api.client().post(LOGIN, json={**sign_in, "otp": first}).status_code == 401

    assert client.post(METHOD + "disable_totp", json={"code": "wrong"}).status_code == 401
    assert client.post(METHOD + "disable_totp", json={"code": second}).status_code == 200
    assert api.client().post(LOGIN, json=sign_in).status_code == 200


def test_only_a_manager_resets_the_second_factor_of_others(api: Api) -> None:
    client = api.client()
    client.post(LOGIN, json={"usr": DESK_USER, "pwd": PASSWORD})
    assert client.post(METHOD + "reset_totp", json={"user": "Administrator"}).status_code == 403
    manager = api.client()
    manager.post(LOGIN, json={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
    assert manager.post(METHOD + "reset_totp", json={"user": DESK_USER}).status_code == 200


def test_a_right_explains_itself(api: Api) -> None:
    client = api.client()
    client.post(LOGIN, json={"usr": DESK_USER, "pwd": PASSWORD})
    answer = client.get(METHOD + "explain", params={"doctype": "Bench Customer", "action": "write"}).json()["message"]
    assert (answer["user"], answer["allowed"]) == (DESK_USER, False)
    assert all(reason["message"] for reason in answer["reasons"])
    others = client.get(METHOD + "explain", params={"doctype": "Bench Customer", "user": "Administrator"})
    assert others.status_code == 403


def test_everybody_sees_and_ends_the_own_sessions(api: Api) -> None:
    here, there = (api.signed_in(DESK_USER, PASSWORD) for _ in range(2))
    other = api.signed_in()

    def listed(client: Client) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = client.get(METHOD + "sessions").json()["message"]
        return found

    rows = listed(here)
    (current,) = (row for row in rows if row["is_current"])
    assert current.keys() == {"id", "is_current", "created", "last_seen", "expires", "ip", "device"}
    assert here.http.cookies["sid"] not in str(rows)
    (elsewhere,) = (row["id"] for row in listed(there) if row["is_current"])
    foreign = next(row["id"] for row in listed(other) if row["is_current"])
    for unknown in (foreign, "0" * 16, ""):
        assert here.post(METHOD + "end_session", json={"session": unknown}).status_code == 404
    assert here.post(METHOD + "end_session", json={"session": elsewhere}).status_code == 200
    assert there.get(METHOD + "sessions").status_code == 403
    api.signed_in(DESK_USER, PASSWORD)
    assert len(listed(here)) > 1
    assert here.post(METHOD + "end_other_sessions", json={}).status_code == 200
    assert [row["is_current"] for row in listed(here)] == [1]
    assert other.get(METHOD + "sessions").status_code == 200
    assert api.guest.get(METHOD + "sessions").status_code == 403
