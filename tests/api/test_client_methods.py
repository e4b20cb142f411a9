"""frappe.client.*: every method of the contract (§9), by GET and POST, in success and refusal."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from support.api_site import DESK_USER, Api, create
from support.sabotage import defended_by

BASE = "/api/method/frappe.client."


@pytest.fixture(scope="module")
def name(api: Api) -> str:
    values = {"customer_name": "上海汽车", "territory": "华东", "phone": "777", "email": "a@b.cn"}
    return str(create(api.admin, "Bench Customer", {**values, "contacts": [{"contact_name": "王芳"}]})["name"])


def call(api: Api, method: str, **arguments: Any) -> Any:
    """The `message` of a call by POST, or the refusal's status and type."""
    answer = api.admin.post(BASE + method, json=arguments)
    if answer.status_code != 200:
        return answer.status_code, answer.json()["exc_type"]
    return answer.json().get("message", answer.json())


def by_get(api: Api, method: str, **arguments: Any) -> Any:
    texts = {key: value if isinstance(value, str) else orjson.dumps(value).decode() for key, value in arguments.items()}
    answer = api.admin.get(BASE + method, params=texts)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def test_get_list(api: Api, name: str) -> None:
    arguments = {"doctype": "Bench Customer", "fields": ["name", "since"], "filters": {"phone": "777"}}
    expected = [{"name": name, "since": None}]
    assert call(api, "get_list", **arguments, limit_page_length=5) == by_get(api, "get_list", **arguments) == expected
    assert call(api, "get_list", **arguments, as_dict=0) == [[name, None]]
    assert call(api, "get_list", doctype="Bench Customer", order_by="nope") == (417, "DataError")


def test_get_count(api: Api, name: str) -> None:
    assert by_get(api, "get_count", doctype="Bench Customer", filters={"phone": "777"}) == 1
    assert call(api, "get_count", doctype="Bench Customer", or_filters=[["phone", "=", "777"]], limit=1) == 1
    counted = {"doctype": "Bench Customer", "filters": {"phone": "888"}}
    for _ in range(3):
        call(api, "insert", doc={"doctype": "Bench Customer", "customer_name": "count", "phone": "888"})
    whole = call(api, "get_count", **counted)
    assert whole >= 3
    assert [call(api, "get_count", **counted, limit=limit) for limit in (2, whole + 1)] == [2, whole]
    assert call(api, "get_count", doctype="No Such") == (404, "DoesNotExistError")
    assert call(api, "get_count", doctype="Bench Customer", filters={"nope": 1}) == (417, "DataError")


def test_get_keeps_nulls(api: Api, name: str) -> None:
    document = by_get(api, "get", doctype="Bench Customer", name=name)
    assert (document["since"], document["contacts"][0]["contact_email"]) == (None, None)
    assert call(api, "get", doctype="Bench Customer", filters={"phone": "777"})["name"] == name
    assert call(api, "get", doctype="Bench Customer", name="NOPE") == (404, "DoesNotExistError")
    assert call(api, "get", doctype="Bench Customer", filters={"phone": "none"}) == (404, "DoesNotExistError")
    assert call(api, "get", doctype="System Settings")["doctype"] == "System Settings"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"fieldname": "territory", "filters": "NAME"}, {"territory": "华东"}),
        ({"fieldname": "territory", "filters": '"NAME"'}, {"territory": "华东"}),
        ({"fieldname": "territory", "filters": {"phone": "777"}}, {"territory": "华东"}),
        ({"fieldname": ["name", "territory"], "filters": "NAME"}, {"name": "NAME", "territory": "华东"}),
        ({"fieldname": '["name"]', "filters": '{"name": "NAME"}'}, {"name": "NAME"}),
        ({"fieldname": ["name", "territory"], "filters": "NAME", "as_dict": 0}, ["NAME", "华东"]),
        ({"fieldname": "territory", "filters": "NOPE"}, {}),
        ({"fieldname": "nope", "filters": "NAME"}, (417, "DataError")),
    ],
)
def test_get_value(api: Api, name: str, arguments: dict[str, Any], expected: Any) -> None:
    sent = orjson.loads(orjson.dumps(arguments).replace(b"NAME", name.encode()))
    wanted = orjson.loads(orjson.dumps(expected).replace(b"NAME", name.encode()))
    found = call(api, "get_value", doctype="Bench Customer", **sent)
    assert found == (expected if isinstance(expected, tuple) else wanted)


def test_values_of_a_single(api: Api) -> None:
    single = {"doctype": "System Settings", "name": "System Settings"}
    call(api, "set_value", **single, fieldname="date_format", value="yyyy-mm-dd")
    assert call(api, "get_single_value", doctype="System Settings", field="date_format") == "yyyy-mm-dd"
    assert call(api, "get_value", doctype="System Settings", fieldname="date_format") == {"date_format": "yyyy-mm-dd"}
    assert call(api, "get_single_value", doctype="System Settings", field="nope") == (417, "DataError")


def test_set_value(api: Api, name: str) -> None:
    target = {"doctype": "Bench Customer", "name": name}
    assert call(api, "set_value", **target, fieldname="notes", value="一")["notes"] == "一"
    assert call(api, "set_value", **target, fieldname={"notes": "二", "website": "w"})["notes"] == "二"
    assert call(api, "set_value", **target, fieldname='{"notes": "三"}')["notes"] == "三"
    assert call(api, "set_value", **target, fieldname="notes", value=None)["notes"] in ("", None)
    assert call(api, "set_value", **target, fieldname="owner", value="x") == (417, "ValidationError")
    assert call(api, "set_value", **target, fieldname="nope", value="x") == (417, "ValidationError")
    assert call(api, "set_value", **{**target, "name": "NOPE"}, fieldname="notes", value="x") == (
        404,
        "DoesNotExistError",
    )


@defended_by("crm_platform.api.methods:WRITING", replace_with=("GET", "POST", "PUT", "DELETE"))
def test_F06_what_writes_is_not_called_by_get(api: Api, name: str) -> None:
    parameters = {"doctype": "Bench Customer", "name": name, "fieldname": "notes", "value": "by get"}
    answer = api.admin.get(BASE + "set_value", params=parameters)
    assert (answer.status_code, answer.json()["exc_type"]) == (405, "NotAllowedMethodError")
    assert answer.headers["allow"] == "POST, PUT, DELETE, OPTIONS"


def test_insert(api: Api) -> None:
    doc = {"doctype": "Bench Customer", "customer_name": "新"}
    made = call(api, "insert", doc=doc)
    assert (made["customer_name"], made["since"]) == ("新", None)
    assert call(api, "insert", doc=orjson.dumps(doc).decode())["name"] > made["name"]
    assert call(api, "insert", doc={"customer_name": "x"}) == (417, "ValidationError")
    assert call(api, "insert", doc="[]") == (417, "ValidationError")


def test_insert_of_a_row_changes_its_parent(api: Api, name: str) -> None:
    row = {"doctype": "Bench Contact Row", "parent": name, "parenttype": "Bench Customer", "parentfield": "contacts"}
    parent = call(api, "insert", doc={**row, "contact_name": "李雷", "calls": "4"})
    assert [(r["contact_name"], r["calls"]) for r in parent["contacts"]] == [("王芳", 0), ("李雷", 4)]
    assert call(api, "insert", doc={**row, "parentfield": "phone", "contact_name": "x"}) == (417, "ValidationError")
    refused = api.desk.post(BASE + "insert", json={"doc": {**row, "contact_name": "x"}})
    assert refused.status_code == 403


def test_insert_many_is_all_or_nothing(api: Api) -> None:
    docs = [{"doctype": "Bench Customer", "customer_name": str(n)} for n in range(2)]
    names = call(api, "insert_many", docs=orjson.dumps(docs).decode())
    assert len(set(names)) == 2
    before = call(api, "get_count", doctype="Bench Customer")
    assert call(api, "insert_many", docs=[docs[0], {"doctype": "Bench Customer"}]) == (417, "MandatoryError")
    assert call(api, "insert_many", docs=docs * 101) == (417, "ValidationError")
    assert call(api, "insert_many", docs=[1]) == (417, "ValidationError")
    assert call(api, "get_count", doctype="Bench Customer") == before


def test_save_needs_the_document_as_it_was_read(api: Api) -> None:
    made = call(api, "insert", doc={"doctype": "Bench Customer", "customer_name": "保存"})
    saved = call(api, "save", doc={**made, "phone": "1"})
    assert saved["phone"] == "1"
    assert call(api, "save", doc={**made, "phone": "2"}) == (417, "TimestampMismatchError")
    without = {key: value for key, value in saved.items() if key != "modified"}
    assert call(api, "save", doc=without) == (417, "TimestampMismatchError")
    assert call(api, "save", doc={"doctype": "Bench Customer", "customer_name": "neu"})["customer_name"] == "neu"


def test_submit_and_cancel(api: Api) -> None:
    made = call(api, "insert", doc={"doctype": "Bench Order", "title": "订单"})
    submitted = call(api, "submit", doc=made)
    assert submitted["docstatus"] == 1
    assert call(api, "submit", doc=submitted)["docstatus"] == 1
    assert call(api, "cancel", doctype="Bench Order", name=made["name"])["docstatus"] == 2
    assert call(api, "cancel", doctype="Bench Order", name=made["name"]) == (417, "ValidationError")
    assert call(api, "submit", doc={"doctype": "Bench Order", "title": "neu"})["docstatus"] == 1


def test_delete_answers_nothing(api: Api) -> None:
    made = call(api, "insert", doc={"doctype": "Bench Customer", "customer_name": "weg"})
    assert call(api, "delete", doctype="Bench Customer", name=made["name"]) == {}
    assert call(api, "delete", doctype="Bench Customer", name=made["name"]) == (404, "DoesNotExistError")


def test_rename_doc(api: Api) -> None:
    create(api.admin, "Role", {"role_name": "Alt"})
    renamed = call(api, "rename_doc", doctype="Role", old_name="Alt", new_name="新角色")
    taken = call(api, "rename_doc", doctype="Role", old_name="新角色", new_name="Bench Role")
    assert renamed == "新角色"
    assert taken[0] in (409, 417)


def test_bulk_update_reports_each_refusal(api: Api, name: str) -> None:
    docs = [
        {"doctype": "Bench Customer", "docname": name, "website": "gut"},
        {"doctype": "Bench Customer", "docname": name, "status": "Weird"},
        {"doctype": "Bench Customer", "website": "nameless"},
    ]
    failed = call(api, "bulk_update", docs=orjson.dumps(docs).decode())["failed_docs"]
    assert [entry["doc"] for entry in failed] == docs[1:]
    assert failed[0]["exc"].startswith("ValidationError: ")
    assert call(api, "get_value", doctype="Bench Customer", fieldname="website", filters=name) == {"website": "gut"}
    assert call(api, "bulk_update", docs=docs * 100) == (417, "ValidationError")


def test_has_permission(api: Api, name: str) -> None:
    asked = {"doctype": "Bench Customer", "docname": name}
    assert call(api, "has_permission", **asked, perm_type="write") == {"has_permission": True}
    assert call(api, "has_permission", **{**asked, "docname": "NOPE"}) == {"has_permission": False}
    assert call(api, "has_permission", **asked, perm_type="fly") == (417, "DataError")
    answer = api.desk.get(BASE + "has_permission", params={**asked, "perm_type": "write"})
    assert answer.json() == {"message": {"has_permission": False}}


def test_get_doc_permissions(api: Api, name: str) -> None:
    answer = api.desk.get(BASE + "get_doc_permissions", params={"doctype": "Bench Customer", "docname": name})
    rights = answer.json()["message"]["permissions"]
    assert (rights["read"], rights["write"], rights["submit"]) == (1, 0, 0)


def test_validate_link(api: Api, name: str) -> None:
    found = by_get(api, "validate_link", doctype="Bench Customer", docname=name, fields=["customer_name"])
    assert found == {"name": name, "customer_name": "上海汽车"}
    assert call(api, "validate_link", doctype="Bench Customer", docname="NOPE") == {"name": None}


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "unknown method": ("frappe.client.fly", {}),
    "importable function": ("os.system", {"command": "true"}),
    "unknown module": ("no.such.module", {}),
    "missing argument": ("frappe.client.get_value", {"fieldname": "x"}),
    "null for a required argument": ("frappe.client.get", {"doctype": None}),
    "list for a text": ("frappe.client.get", {"doctype": ["Bench Customer"]}),
    "truth for a text": ("frappe.client.get", {"doctype": True}),
    "text for a list": ("frappe.client.insert_many", {"docs": "x"}),
    "broken JSON": ("frappe.client.insert", {"doc": "{broken"}),
    "text for a number": ("frappe.desk.search.search_link", {"doctype": "Role", "txt": "", "page_length": "x"}),
    "number for a truth": ("frappe.client.get_value", {"doctype": "Role", "as_dict": 7}),
    "internal flag": ("frappe.client.insert", {"doc": {"doctype": "Tag"}, "ignore_permissions": 1}),
    "internal flags": ("frappe.client.get_list", {"doctype": "Tag", "flags": {"a": 1}}),
    "dunder": ("frappe.client.get_list", {"doctype": "Tag", "__class__": "x"}),
    "context": ("frappe.client.get_list", {"doctype": "Tag", "ctx": "x"}),
}


@defended_by("crm_platform.api.arguments:INTERNAL", replace_with=re.compile("never"))
@pytest.mark.parametrize("case", WRONG)
def test_C03_C07_a_wrong_call_is_refused(api: Api, case: str) -> None:
    method, arguments = WRONG[case]
    answer = api.admin.post(f"/api/method/{method}", json=arguments)
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "ValidationError")


def test_surplus_arguments_are_ignored(api: Api, name: str) -> None:
    assert call(api, "get_count", doctype="Bench Customer", filters={"phone": "777"}, debug=1, cache=True, x=2) == 1


def test_a_user_lists_only_what_he_may(api: Api) -> None:
    answer = api.desk.get(BASE + "get_list", params={"doctype": "User", "fields": '["name"]'})
    names = [row["name"] for row in answer.json().get("message", [])]
    assert names in ([], [DESK_USER])
