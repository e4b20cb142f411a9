"""crm.access.matrix and compare: the rights of the whole site, and what a change of them does to real users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import Api, create
from support.sabotage import always, defended_by

METHOD = "/api/method/crm.access."
CLERK, CHIEF = "rights.clerk@example.com", "rights.chief@example.com"
PAPER: dict[str, Any] = {
    "name": "Rights Paper",
    "module": "Core",
    "custom": 1,
    "autoname": "field:title",
    "fields": [
        {"fieldname": "title", "fieldtype": "Data", "label": "标题"},
        {"fieldname": "margin", "fieldtype": "Currency", "label": "毛利", "permlevel": 1},
    ],
    "permissions": [
        {"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1},
        {"role": "Rights Clerk", "read": 1, "create": 1},
    ],
}


@pytest.fixture
def papers(api: Api) -> Iterator[Api]:
    """Three papers, one of them the clerk's, and two people; the site is everybody's, so all of it goes again."""
    if CLERK not in api.keys:
        for role in ("Rights Clerk", "Rights Chief"):
            create(api.admin, "Role", {"role_name": role})
        api.make_user(CLERK, "Rights Clerk")
        api.make_user(CHIEF, "System Manager", "Rights Chief")
    create(api.admin, "DocType", PAPER)
    for title in ("甲", "乙"):
        create(api.admin, "Rights Paper", {"title": title})
    create(api.client(CLERK), "Rights Paper", {"title": "丙"})
    yield api
    for title in ("甲", "乙", "丙"):
        assert api.admin.delete(f"/api/resource/Rights Paper/{title}").status_code == 202
    assert api.admin.delete("/api/resource/DocType/Rights Paper").status_code == 202


def permission(role: str, level: int = 0, **rights: int) -> dict[str, Any]:
    name = f"Rights Paper-{role}-{level}"
    return {
        "doctype": "Custom DocPerm",
        "name": name,
        "parent": "Rights Paper",
        "role": role,
        "permlevel": level,
    } | rights


def compared(api: Api, *definitions: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.admin.post(METHOD + "compare", json={"definitions": definitions})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["message"]["rows"]
    return rows


def rights(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Turns by user as "action level scope"."""
    return {
        row["user"]: {
            turn: [f"{one['action']} {one['level']} {one['scope']}" for one in row[turn]]
            for turn in ("gains", "loses", "changes")
            if row[turn]
        }
        for row in rows
    }


def test_the_matrix_shows_every_row_with_who_says_it(papers: Api) -> None:
    found = papers.admin.get(METHOD + "matrix").json()["message"]
    listed = {one["name"]: one for one in found["doctypes"]}
    paper = listed["Rights Paper"]
    assert (paper["layer"], paper["own"], paper["levels"], paper["narrowed_by"]) == ("site", 0, {"1": ["毛利"]}, [])
    assert [(row["role"], row.get("create", 0)) for row in paper["rows"]] == [
        ("System Manager", 1),
        ("Rights Clerk", 1),
    ]
    assert listed["Notification Log"]["narrowed_by"] == ["core"]
    assert listed["Address"]["layer"] == "core"
    assert "Has Role" not in listed, "rows of a child table follow their parent"
    assert found["actions"][:2] == ["select", "read"]


def test_a_draft_is_compared_on_real_users_and_leaves_nothing(papers: Api) -> None:
    draft = [
        permission("System Manager", read=1, write=1, create=1, delete=1),
        permission("Rights Clerk", if_owner=1, read=1, write=1),
        permission("Rights Chief", 1, read=1),
    ]
    before = papers.admin.get("/api/resource/Custom DocPerm", params={"limit": 0}).json()
    rows = compared(papers, *draft)
    assert rights(rows) == {
        CLERK: {"gains": ["write 0 some"], "loses": ["select 0 all", "read 0 all", "create 0 all"]},
        CHIEF: {"gains": ["read 1 all"]},
    }
    counted = {row["user"]: (row["readable_before"], row["readable_after"]) for row in rows}
    assert counted == {CLERK: (3, 1), CHIEF: (3, 3)}
    assert papers.admin.get("/api/resource/Custom DocPerm", params={"limit": 0}).json() == before
    assert len(papers.client(CLERK).get("/api/resource/Rights Paper").json()["data"]) == 3


def test_who_asks_stands_first_in_the_comparison(papers: Api) -> None:
    """What one takes from oneself is told also where there are more people than are looked at."""
    own = "zz.last@example.com"
    manager = papers.make_user(own, "System Manager", "Rights Clerk")
    draft = [permission("System Manager", read=1), permission("Rights Clerk", read=1)]
    answer = manager.post(METHOD + "compare", json={"definitions": draft})
    users = [row["user"] for row in answer.json()["message"]["rows"]]
    assert users[0] == own
    assert users[1:] == sorted(users[1:])
    assert len(users) > 1


def test_user_permissions_roles_and_profiles_are_compared_too(papers: Api) -> None:
    narrowed = {"doctype": "User Permission", "name": "rights-narrow", "user": CLERK, "allow": "Rights Paper"}
    rows = compared(papers, narrowed | {"for_value": "甲", "apply_to_all_doctypes": 1})
    (paper,) = (row for row in rows if row["doctype"] == "Rights Paper")
    assert (paper["user"], paper["readable_before"], paper["readable_after"]) == (CLERK, 3, 1)
    assert "read 0 all" in rights([paper])[CLERK]["loses"]
    taken = compared(papers, {"doctype": "Role", "name": "Rights Clerk", "role_name": "Rights Clerk", "disabled": 1})
    (paper,) = (row for row in taken if row["doctype"] == "Rights Paper")
    assert (paper["user"], paper["readable_after"], paper["loses"][-1]["action"]) == (CLERK, 0, "create")
    assert papers.admin.get("/api/resource/User Permission").json()["data"] == []


def test_a_draft_with_faults_and_a_foreign_record_are_refused(papers: Api) -> None:
    aimless = {"doctype": "Custom Field", "dt": "Rights Paper", "fieldname": "to", "fieldtype": "Link", "label": "To"}
    faulty = papers.admin.post(METHOD + "compare", json={"definitions": [aimless]})
    assert faulty.status_code == 417, faulty.text
    missing = {"doctype": "User Permission", "name": "x", "user": "nobody@example.com", "allow": "User"}
    refused = papers.admin.post(METHOD + "compare", json={"definitions": [missing | {"for_value": CLERK}]})
    assert refused.status_code == 417


@defended_by("crm_platform.access.privilege:is_manager", replace_with=always(True))
@defended_by("crm_platform.api.rights_methods:is_manager", replace_with=always(True))
@defended_by("crm_platform.api.plan_jobs:is_manager", replace_with=always(True))
def test_B19_only_system_managers_see_rights_of_others(papers: Api) -> None:
    for client in (papers.client(CLERK), papers.guest):
        assert client.get(METHOD + "matrix").status_code == 403
        assert client.post(METHOD + "compare", json={"definitions": []}).status_code == 403


def test_a_role_profile_gives_its_roles_and_hands_on_its_changes(api: Api) -> None:
    create(api.admin, "Role Profile", {"role_profile": "Rights 内勤", "roles": [{"role": "Bench Role"}]})
    profiled = "rights.profiled@example.com"
    values = {"email": profiled, "first_name": "李", "role_profile_name": "Rights 内勤"}
    user = create(api.admin, "User", values | {"roles": [{"role": "System Manager"}]})
    assert [row["role"] for row in user["roles"]] == ["Bench Role"]
    changed = {"roles": [{"role": "Bench Role"}, {"role": "Sales User"}]}
    assert api.admin.put("/api/resource/Role Profile/Rights 内勤", json=changed).status_code == 200
    roles = api.admin.get(f"/api/resource/User/{profiled}").json()["data"]["roles"]
    assert [row["role"] for row in roles] == ["Bench Role", "Sales User"]
    kept = api.admin.delete("/api/resource/Role Profile/Rights 内勤")
    assert (kept.status_code, profiled in kept.json()["exception"]) == (417, True)
    assert api.admin.delete(f"/api/resource/User/{profiled}").status_code == 202
    assert api.admin.delete("/api/resource/Role Profile/Rights 内勤").status_code == 202
