"""crm.access.exposure: what outsiders reach is listed, a right that opens something appears at once."""

from __future__ import annotations

from typing import Any

from support.api_site import DESK_USER, LIMITED_USER, Api, create

SHELF: dict[str, Any] = {
    "name": "Exposed Shelf",
    "module": "Core",
    "custom": 1,
    "fields": [
        {"fieldname": "title", "fieldtype": "Data", "label": "标题"},
        {"fieldname": "card_no", "fieldtype": "Data", "label": "卡号", "sensitivity": "Confidential"},
    ],
    "permissions": [
        {"role": "System Manager", "read": 1, "write": 1, "mask": 1},
        {"role": "Guest", "read": 1},
        {"role": "Exposed Portal", "read": 1, "write": 1, "mask": 1, "if_owner": 1},
    ],
}


def exposure(api: Api) -> dict[str, Any]:
    answer = api.admin.get("/api/method/crm.access.exposure")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def test_what_opens_to_outsiders_is_listed_with_who_gives_it(api: Api) -> None:
    before = exposure(api)
    assert "login" in before["methods"]
    assert "GET /login" in before["routes"]
    assert "GET /api/resource/{doctype}" not in before["routes"]
    assert "frappe.client.get_list" not in before["methods"]
    create(api.admin, "Role", {"role_name": "Exposed Portal", "desk_access": 0})
    create(api.admin, "DocType", SHELF)
    opened = [one for one in exposure(api)["rights"] if one not in before["rights"]]
    assert api.admin.delete("/api/resource/DocType/Exposed Shelf").status_code == 202, "the site is everybody's"
    assert exposure(api) == before
    shelf = {"doctype": "Exposed Shelf", "level": 0, "layer": "site"}
    assert opened == [
        {**shelf, "role": "Guest", "actions": ["read"], "if_owner": False, "if_team": False, "confidential": []},
        {
            **shelf,
            "role": "Exposed Portal",
            "actions": ["read", "write", "mask"],
            "if_owner": True,
            "if_team": False,
            "confidential": ["card_no"],
        },
    ]


def test_only_system_managers_look_at_it(api: Api) -> None:
    refused = api.desk.get("/api/method/crm.access.exposure")
    assert (refused.status_code, refused.json()["exc_type"]) == (403, "PermissionError")
    assert api.guest.get("/api/method/crm.access.exposure").status_code == 403


def test_shares_and_public_files_are_told_too(api: Api) -> None:
    before = exposure(api)
    names = [create(api.admin, "Bench Customer", {"customer_name": name})["name"] for name in ("甲", "乙", "丙")]
    share = {"share_doctype": "Bench Customer", "read": 1}
    made = [
        create(api.admin, "DocShare", {**share, "share_name": names[0], "everyone": 1, "write": 1}),
        create(api.admin, "DocShare", {**share, "share_name": names[1], "user": LIMITED_USER}),
        create(api.admin, "DocShare", {**share, "share_name": names[2], "user": DESK_USER}),
    ]
    parts = {"files": {"file": ("价目.txt", "¥100".encode(), "text/plain")}, "data": {"is_private": "0"}}
    upload = api.admin.post("/api/method/upload_file", **parts).json()["message"]
    after = exposure(api)
    opened = [one for one in after["shares"] if one not in before["shares"]]
    shared = {"doctype": "Bench Customer"}
    assert opened == [
        {**shared, "name": names[0], "user": "", "rights": ["read", "write"]},
        {**shared, "name": names[1], "user": LIMITED_USER, "rights": ["read"]},
    ], "what is shared with people of the desk is not outside"
    assert after["public_files"] == before["public_files"] + 1
    for doctype, document in (*(("DocShare", one) for one in made), ("File", upload)):
        assert api.admin.delete(f"/api/resource/{doctype}/{document['name']}").status_code == 202
    for name in names:
        assert api.admin.delete(f"/api/resource/Bench Customer/{name}").status_code == 202
