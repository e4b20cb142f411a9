"""The second factor over REST, and the reasons behind a right."""

from __future__ import annotations

import pyotp

from support.api_site import ADMIN_PASSWORD, DESK_USER, PASSWORD, Api

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
