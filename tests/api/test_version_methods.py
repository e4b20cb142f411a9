"""crm.versions.*: an earlier version comes back as an ordinary save, with rows, under the caller's rights."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import Api, create

FIELDS = [
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    {"fieldname": "secret", "fieldtype": "Password", "label": "Secret"},
    {"fieldname": "inner", "fieldtype": "Data", "label": "Inner", "permlevel": 1},
    {"fieldname": "rows", "fieldtype": "Table", "label": "Rows", "options": "Restored Row"},
]
ROW = [
    {"fieldname": "text", "fieldtype": "Data", "label": "Text"},
    {"fieldname": "n", "fieldtype": "Int", "label": "N"},
]
RIGHTS = {"read": 1, "write": 1, "create": 1}


@pytest.fixture(scope="module")
def kind(api: Api) -> str:
    """A tracked, submittable DocType with rows; its writer does not reach level 1."""
    create(api.admin, "DocType", {"name": "Restored Row", "module": "Custom", "custom": 1, "istable": 1, "fields": ROW})
    permissions = [
        {"role": "Sales User", **RIGHTS},
        {"role": "System Manager", **RIGHTS, "submit": 1},
        {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1},
    ]
    body = {"name": "Restored", "module": "Custom", "custom": 1, "fields": FIELDS, "permissions": permissions}
    create(api.admin, "DocType", {**body, "autoname": "hash", "track_changes": 1, "is_submittable": 1})
    return "Restored"


def versions(api: Api, name: str) -> list[str]:
    asked = {"filters": f'[["docname","=","{name}"]]', "order_by": "creation asc", "limit": 0}
    return [row["name"] for row in api.admin.get("/api/resource/Version", params=asked).json()["data"]]


def changed(api: Api, kind: str) -> dict[str, Any]:
    """A document whose fields and rows were changed twice."""
    rows = [{"text": "甲", "n": 1}, {"text": "乙", "n": 2}]
    made = create(api.admin, kind, {"title": "初稿", "amount": 1234.5, "inner": "a", "secret": "x", "rows": rows})
    path = f"/api/resource/{kind}/{made['name']}"
    kept = made["rows"][0]
    first = {
        "title": "二稿",
        "amount": 99,
        "inner": "b",
        "secret": "y",
        "rows": [{**kept, "n": 5}, {"text": "丙", "n": 3}],
    }
    api.admin.put(path, json=first).raise_for_status()
    stored: dict[str, Any] = api.admin.put(path, json={"title": "三稿"}).json()["data"]
    return stored


def test_fields_and_rows_are_as_they_were(api: Api, kind: str) -> None:
    doc = changed(api, kind)
    first, _ = versions(api, doc["name"])
    call = {"doctype": kind, "name": doc["name"], "version": first}
    seen = api.admin.get("/api/method/crm.versions.preview", params=call).json()["message"]
    assert (set(seen["values"]), seen["left"]) == ({"title", "amount", "inner", "rows"}, [])
    answer = api.admin.post("/api/method/crm.versions.restore", json={**call, "modified": doc["modified"]})
    restored = answer.json()["message"]["doc"]
    assert (restored["title"], restored["amount"], restored["inner"]) == ("初稿", 1234.5, "a")
    assert [(row["text"], row["n"]) for row in restored["rows"]] == [("甲", 1), ("乙", 2)]
    assert len(versions(api, doc["name"])) == 3
    again = api.admin.post("/api/method/crm.versions.restore", json=call)
    assert (again.status_code, "holds already" in again.text) == (417, True)


def test_one_change_alone_is_taken_back(api: Api, kind: str) -> None:
    doc = changed(api, kind)
    call = {"doctype": kind, "name": doc["name"], "version": versions(api, doc["name"])[1]}
    restored = api.admin.post("/api/method/crm.versions.restore", json=call).json()["message"]["doc"]
    assert (restored["title"], restored["amount"]) == ("二稿", 99)


def test_what_the_caller_may_not_write_stays(api: Api, kind: str) -> None:
    doc = changed(api, kind)
    clerk = api.make_user("restorer@example.com", "Sales User")
    call = {"doctype": kind, "name": doc["name"], "version": versions(api, doc["name"])[0]}
    answer = clerk.post("/api/method/crm.versions.restore", json=call).json()["message"]
    assert answer["left"] == ["A field closed to you"]
    assert "inner" not in answer["doc"]
    assert api.admin.get(f"/api/resource/{kind}/{doc['name']}").json()["data"]["inner"] == "b"


def test_what_cannot_come_back_is_refused_with_a_reason(api: Api, kind: str) -> None:
    doc, other = changed(api, kind), changed(api, kind)
    restore = "/api/method/crm.versions.restore"
    call = {"doctype": kind, "name": doc["name"], "version": versions(api, doc["name"])[0]}
    assert api.admin.post(restore, json={**call, "version": versions(api, other["name"])[0]}).status_code == 404
    stale = api.admin.post(restore, json={**call, "modified": "2020-01-01 00:00:00"})
    assert stale.json()["exc_type"] == "TimestampMismatchError"
    assert api.make_user("reader@example.com").post(restore, json=call).status_code == 403
    api.admin.put(f"/api/resource/{kind}/{doc['name']}", json={"docstatus": 1}).raise_for_status()
    submitted = api.admin.post(restore, json=call)
    assert (submitted.status_code, "Amend it" in submitted.text) == (417, True)
