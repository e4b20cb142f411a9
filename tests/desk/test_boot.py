"""crm.desk.boot: facts for the signed-in, next to nothing for guests."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import DESK_USER, LIMITED_USER, Api, create
from support.sabotage import defended_by, yes


def boot(api: Api, user: str = "", query: str = "") -> dict[str, Any]:
    answer = api.client(user).get(f"/api/method/crm.desk.boot{query}")
    assert answer.status_code == 200
    facts: dict[str, Any] = answer.json()["message"]
    return facts


def test_a_user_gets_what_he_may_open(api: Api) -> None:
    facts = boot(api, DESK_USER)
    entries = {entry["name"]: entry for entry in facts["doctypes"]}
    assert (facts["guest"], facts["user"], facts["full_name"]) == (False, DESK_USER, "desk")
    assert (facts["site_name"], facts["time_zone"]) == ("bench", "UTC")
    assert facts["version"]
    assert entries["Bench Customer"] == {
        "name": "Bench Customer",
        "label": "Bench Customer",
        "module": "Core",
        "administers": 1,
        "issingle": 0,
        "is_tree": 0,
        "is_submittable": 0,
        "has_titles": 0,
        "can_create": 0,
    }
    assert not {"Bench Order", "Bench Contact Row"} & entries.keys()
    assert entries["User"]["only"] == [DESK_USER], "colleagues are told by name, their accounts stay closed"


def test_documents_shared_one_by_one_are_named(api: Api) -> None:
    order = create(api.admin, "Bench Order", {"title": "Shared"})["name"]
    share = {"doctype": "Bench Order", "name": order, "user": LIMITED_USER, "read": 1}
    assert api.admin.post("/api/method/frappe.share.add", json=share).status_code == 200
    [shared] = [entry for entry in boot(api, LIMITED_USER)["doctypes"] if entry["name"] == "Bench Order"]
    assert shared["only"] == [order]
    assert [entry["name"] for entry in boot(api, "Administrator")["doctypes"] if "only" in entry] == []


@pytest.mark.parametrize(("kind", "new"), [("Audit Log", 0), ("Version", 0), ("Communication", 1), ("Customer", 1)])
def test_nobody_is_offered_to_write_what_the_platform_alone_writes(api: Api, kind: str, new: int) -> None:
    offered = {entry["name"]: entry["can_create"] for entry in boot(api, "Administrator")["doctypes"]}
    rights = api.admin.get("/api/method/crm.desk.meta", params={"doctype": kind}).json()["message"]["permissions"]
    assert (offered[kind], *(rights[right] for right in ("create", "write", "delete"))) == (new,) * 4
    assert rights["read"]
    assert (api.admin.post(f"/api/resource/{kind}", json={}).status_code == 403) is not bool(new)


@defended_by("crm_platform.desk.boot:_may_open", replace_with=yes)
def test_I06_a_guest_learns_nothing(api: Api) -> None:
    facts = boot(api)
    assert (facts["guest"], facts["version"], facts["doctypes"], facts["csrf_token"]) == (True, "", [], "")


def test_definitions_texts_come_in_the_asked_language(api: Api) -> None:
    facts = boot(api, "Administrator", "?_lang=zh-CN")
    labels = {entry["name"]: entry["label"] for entry in facts["doctypes"]}
    assert (facts["language"], labels["Customer"], facts["messages"]["Customer"]) == ("zh", "客户", "客户")
    assert facts["messages"]["Sales Manager"] == "销售经理", "records that an administrator shapes have names"
    assert "Sales Manager" not in boot(api, DESK_USER, "?_lang=zh-CN")["messages"]
    assert boot(api, "Administrator")["messages"] == {}


def test_a_session_gets_its_token_and_a_key_has_none(api: Api) -> None:
    client = api.signed_in()
    tokens = {client.get("/api/method/crm.desk.boot").json()["message"]["csrf_token"] for _ in range(2)}
    assert [len(token) for token in tokens] == [56]
    assert boot(api, "Administrator")["csrf_token"] == ""
