"""DocType Layout: what a form shows to people of a role; rights never depend on it."""

from __future__ import annotations

from typing import Any

from support.api_site import Api, create

FORM = [
    {"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1},
    {"fieldname": "note", "fieldtype": "Data", "label": "Note"},
    {"fieldname": "part", "fieldtype": "Section Break", "label": "Part"},
    {"fieldname": "amount", "fieldtype": "Int", "label": "Amount"},
]
RIGHTS = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}, {"role": "Bench Role", "read": 1, "write": 1}]


def form(client: Any) -> list[tuple[str, str, int]]:
    body = client.get("/api/method/crm.desk.meta", params={"doctype": "Laid Out"}).json()["message"]["doctype"]
    return [(field["fieldname"], field["label"], field["hidden"]) for field in body["fields"]]


def test_a_layout_orders_hides_and_names_for_its_role_only(api: Api) -> None:
    create(
        api.admin, "DocType", {"name": "Laid Out", "module": "Core", "custom": 1, "fields": FORM, "permissions": RIGHTS}
    )
    usual = form(api.admin)
    assert [name for name, _, _ in usual] == ["title", "note", "part", "amount"]
    fields = [{"fieldname": "amount", "label": "金额"}, {"fieldname": "part"}]
    layout = {"name": "For the bench", "document_type": "Laid Out", "role": "Bench Role", "fields": fields}
    create(api.admin, "DocType Layout", layout)
    bench = api.client("desk@example.com")
    assert form(bench) == [("amount", "金额", 0), ("part", "Part", 0), ("title", "Title", 0), ("note", "Note", 1)]
    name = create(api.admin, "Laid Out", {"title": "样", "note": "kept"})["name"]
    path = f"/api/resource/Laid Out/{name}"
    assert bench.get(path).json()["data"]["note"] == "kept", "what is not shown is not closed"
    assert bench.put(path, json={"note": "changed"}).status_code == 200
    api.admin.put("/api/resource/DocType Layout/For the bench", json={"disabled": 1}).raise_for_status()
    assert form(bench) == usual


def test_a_layout_of_fields_that_are_not_there_is_refused(api: Api) -> None:
    body = {"name": "Broken", "document_type": "Bench Customer", "role": "Bench Role"}
    for names, sentence in ((["nope"], "has no field nope"), (["phone", "phone"], "stands twice")):
        refused = api.admin.post(
            "/api/resource/DocType Layout", json={**body, "fields": [{"fieldname": name} for name in names]}
        )
        assert refused.status_code == 417
        assert sentence in refused.text
    assert api.client("desk@example.com").get("/api/resource/DocType Layout").status_code == 403
