"""What an administrator does about the accounts of others: sessions, second factors and API keys are taken away."""

from __future__ import annotations

import pytest

from support.api_site import ADMIN_PASSWORD, DESK_USER, PASSWORD, Api, Client, create

LOGIN = "/api/method/login"
WHO = "/api/method/frappe.auth.get_logged_user"
KEYS = "/api/method/frappe.core.doctype.user.user.generate_keys"
DEEDS = ("end_sessions", "reset_second_factor", "revoke_keys")


def signed_in(api: Api, user: str, password: str) -> Client:
    client = api.client()
    assert client.post(LOGIN, json={"usr": user, "pwd": password}).status_code == 200
    return client


@pytest.fixture
def manager(api: Api) -> Client:
    return signed_in(api, "Administrator", ADMIN_PASSWORD)


def leaver(api: Api, email: str) -> str:
    """A user of one test: the keys of the others are everybody's."""
    values = {"email": email, "first_name": "离职", "new_password": PASSWORD, "user_type": "System User", "enabled": 1}
    create(api.admin, "User", values)
    return email


def test_sessions_of_somebody_else_end_at_once(api: Api, manager: Client) -> None:
    user = leaver(api, "ended@example.com")
    theirs = signed_in(api, user, PASSWORD)
    assert theirs.get(WHO).json()["message"] == user
    assert manager.post("/api/method/crm.users.end_sessions", json={"name": user}).status_code == 200
    assert theirs.get(WHO).status_code in (401, 403)
    assert manager.get(WHO).json()["message"] == "Administrator"


def test_a_revoked_key_opens_nothing_and_a_new_one_does(api: Api, manager: Client) -> None:
    user = leaver(api, "revoked@example.com")

    def key() -> dict[str, str]:
        made = manager.post(KEYS, json={"user": user}).json()["message"]
        return {"Authorization": f"token {made['api_key']}:{made['api_secret']}"}

    first, plain = key(), api.client()
    assert plain.get(WHO, headers=first).json()["message"] == user
    assert manager.post("/api/method/crm.users.revoke_keys", json={"name": user}).status_code == 200
    assert plain.get(WHO, headers=first).status_code == 401
    assert manager.get(f"/api/resource/User/{user}").json()["data"].get("api_key") is None
    assert plain.get(WHO, headers=key()).json()["message"] == user


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_else_reaches_the_accounts_of_others(api: Api, deed: str) -> None:
    client = signed_in(api, DESK_USER, PASSWORD)
    assert client.post(f"/api/method/crm.users.{deed}", json={"name": "Administrator"}).status_code == 403
