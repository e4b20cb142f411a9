"""/api/resource: create, read, change and delete documents; what each answer looks like."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from support.api_site import Api, create

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")
URL = "/api/resource/Bench Customer"


def customer(api: Api, **values: Any) -> dict[str, Any]:
    return create(api.admin, "Bench Customer", {"customer_name": "上海汽车", **values})


def test_the_answer_of_a_create_is_the_whole_document(api: Api) -> None:
    values = {"customer_name": "上海汽车", "employees": 12, "contacts": [{"contact_name": "王芳", "calls": 3}]}
    document = api.admin.post(URL, json=values).json()["data"]
    keys = ["name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "customer_name"]
    assert list(document)[:8] == keys
    assert list(document)[-2:] == ["doctype", "contacts"]
    assert re.fullmatch(r"BC-\d{5}", document["name"])
    assert MOMENT.fullmatch(document["creation"])
    assert document["owner"] == document["modified_by"] == "Administrator"
    unset = (document["status"], document["industry"], document["annual_revenue"], "email" in document)
    assert unset == ("Lead", "", 0.0, False)
    (row,) = document["contacts"]
    assert (row["idx"], row["parent"], row["parentfield"], row["__unsaved"]) == (1, document["name"], "contacts", 1)
    assert re.fullmatch(r"[0-9a-z]{10}", row["name"])


def test_a_read_leaves_nulls_and_the_unsaved_mark_out(api: Api) -> None:
    made = customer(api, contacts=[{"contact_name": "王芳"}])
    answer = api.admin.get(f"{URL}/{made['name']}", params={"fields": '["nope"]'})
    document = answer.json()["data"]
    del made["contacts"][0]["__unsaved"]
    assert document == made
    assert None not in document.values()


def test_v1_in_the_address_is_the_same(api: Api) -> None:
    made = customer(api)
    assert api.admin.get(f"/api/v1/resource/Bench Customer/{made['name']}").json()["data"]["name"] == made["name"]


@pytest.mark.parametrize(
    "parts",
    [
        {"json": {"customer_name": "Form"}},
        {"content": b'{"customer_name": "Form"}', "headers": {"content-type": "text/plain"}},
        {"content": b'{"customer_name": "Form"}'},
        {"data": {"customer_name": "Form"}},
        {"data": {"data": '{"customer_name": "Form"}'}},
        {"json": {"data": {"customer_name": "Form"}}},
        {"json": {"data": '{"customer_name": "Form"}'}},
        {"files": {"customer_name": (None, "Form")}},
    ],
    ids=["json", "text", "untyped", "form", "form data", "json data", "json text", "multipart"],
)
def test_a_document_may_come_in_many_wrappings(api: Api, parts: dict[str, Any]) -> None:
    answer = api.admin.post(URL, **parts)
    assert answer.json()["data"]["customer_name"] == "Form"


def test_a_name_in_the_body_is_ignored_under_a_series(api: Api) -> None:
    made = customer(
        api, name="MINE", owner="desk@example.com", creation="2001-01-01", __newname="X", doctype="Bench Customer"
    )
    assert (made["name"][:3], made["owner"], made["creation"][:4] != "2001") == ("BC-", "Administrator", True)


def test_an_unknown_key_is_refused_by_name(api: Api) -> None:
    answer = api.admin.post(URL, json={"customer_name": "x", "nope": 1, "_private": 2})
    assert answer.status_code == 417
    assert [fault["field"] for fault in answer.json()["errors"]] == ["nope"]


@pytest.mark.parametrize("doctype", ["Bench Order", {}, None, 7])
def test_a_document_of_another_doctype_is_refused(api: Api, doctype: Any) -> None:
    answer = api.admin.post(URL, json={"customer_name": "x", "doctype": doctype})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (417, "doctype")


@pytest.mark.parametrize("value", [{}, [1], True])
@pytest.mark.parametrize("column", ["idx", "owner", "modified", "name", "docstatus"])
def test_a_standard_column_is_text_or_a_number(api: Api, column: str, value: Any) -> None:
    answer = api.admin.post(URL, json={"customer_name": "x", column: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (417, column)


def test_a_change_merges_the_sent_fields(api: Api) -> None:
    made = customer(api, phone="1", territory="华东")
    changed = api.admin.put(f"{URL}/{made['name']}", json={"phone": "2"}).json()["data"]
    assert (changed["phone"], changed["territory"]) == ("2", "华东")
    assert changed["modified"] > made["modified"]


def test_a_whole_document_may_be_sent_back(api: Api) -> None:
    made = customer(api, contacts=[{"contact_name": "王芳"}])
    answer = api.admin.put(f"{URL}/{made['name']}", json={**made, "phone": "7"})
    assert answer.json()["data"]["phone"] == "7"


def test_a_form_changes_a_document_too(api: Api) -> None:
    made = customer(api)
    answer = api.admin.put(f"{URL}/{made['name']}", data={"data": '{"phone": "9"}'})
    assert answer.json()["data"]["phone"] == "9"


def test_null_empties_a_value(api: Api) -> None:
    made = customer(api, since="2020-01-31", owner_user="Administrator", employees=5)
    changed = api.admin.put(f"{URL}/{made['name']}", json={"since": None, "owner_user": None, "employees": None})
    document = changed.json()["data"]
    assert ("since" in document, "owner_user" in document, document["employees"]) == (False, False, 0)


def test_a_stale_change_is_refused_and_an_unmarked_one_wins(api: Api) -> None:
    made = customer(api)
    api.admin.put(f"{URL}/{made['name']}", json={"phone": "1"})
    stale = api.admin.put(f"{URL}/{made['name']}", json={"phone": "2", "modified": made["modified"]})
    assert (stale.status_code, stale.json()["exc_type"]) == (417, "TimestampMismatchError")
    assert api.admin.put(f"{URL}/{made['name']}", json={"phone": "3"}).json()["data"]["phone"] == "3"


def test_a_table_is_replaced_as_a_whole(api: Api) -> None:
    made = customer(api, contacts=[{"contact_name": "A", "calls": 3}, {"contact_name": "B"}])
    kept = made["contacts"][0]["name"]
    rows = [{"contact_name": "C"}, {"name": kept, "contact_name": "A2"}]
    changed = api.admin.put(f"{URL}/{made['name']}", json={"contacts": rows}).json()["data"]["contacts"]
    assert [(row["idx"], row["contact_name"], row["calls"]) for row in changed] == [(1, "C", 0), (2, "A2", 0)]
    assert changed[1]["name"] == kept
    emptied = api.admin.put(f"{URL}/{made['name']}", json={"contacts": []}).json()["data"]
    assert emptied["contacts"] == []


def test_the_name_of_another_document_in_the_body_is_not_found(api: Api) -> None:
    made, other = customer(api), customer(api)
    answer = api.admin.put(f"{URL}/{made['name']}", json={"name": other["name"], "phone": "x"})
    assert answer.status_code == 404


def test_a_delete_is_accepted_once(api: Api) -> None:
    made = customer(api)
    first = api.admin.delete(f"{URL}/{made['name']}")
    assert (first.status_code, first.json()) == (202, {"data": "ok"})
    again = api.admin.delete(f"{URL}/{made['name']}")
    assert (again.status_code, again.json()["exc_type"]) == (404, "DoesNotExistError")


def test_a_linked_document_is_not_deleted(api: Api) -> None:
    made = customer(api)
    create(api.admin, "Bench Order", {"title": "Link", "customer": made["name"]})
    answer = api.admin.delete(f"{URL}/{made['name']}")
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "LinkExistsError")


@pytest.mark.parametrize(("verb", "body"), [("GET", None), ("PUT", {"phone": "1"}), ("DELETE", None)])
def test_a_missing_document_is_not_found(api: Api, verb: str, body: Any) -> None:
    answer = api.admin.request(verb, f"{URL}/NOPE", json=body)
    assert answer.status_code == 404
    messages = [orjson.loads(text) for text in orjson.loads(answer.json()["_server_messages"])]
    assert messages[0]["message"] == "Bench Customer NOPE not found"
    assert "exc" not in answer.json()
    assert "exception" not in answer.json()


def test_names_are_exact(api: Api) -> None:
    made = customer(api)
    assert api.admin.get(f"{URL}/{made['name'].lower()}").status_code == 404
    assert api.admin.get(f"/api/resource/bench customer/{made['name']}").status_code == 404


def test_names_with_slashes_and_signs_are_found(api: Api) -> None:
    tag = create(api.admin, "Tag", {"name": "a/b +% 标签"})
    assert api.admin.get("/api/resource/Tag/a%2Fb%20+%25%20%E6%A0%87%E7%AD%BE").json()["data"]["name"] == tag["name"]


def test_a_trailing_slash_changes_nothing(api: Api) -> None:
    made = customer(api)
    assert api.admin.get(f"{URL}/{made['name']}/").json()["data"]["name"] == made["name"]
    assert api.admin.get(f"{URL}/", params={"limit": 1}).status_code == 200
    assert api.guest.get("/api/method/ping/").json() == {"message": "pong"}


def test_many_at_once_get_names_of_their_own(api: Api) -> None:
    requests = [("POST", URL, {"customer_name": f"{number}"}) for number in range(24)]
    answers = api.admin.gather(*requests)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["data"]["name"] for answer in answers}) == 24


ORDERS = "/api/resource/Bench Order"


def order(api: Api, **values: Any) -> str:
    return str(create(api.admin, "Bench Order", {"title": "订单", "qty": 1, **values})["name"])


def test_an_order_is_submitted_and_cancelled_by_run_method(api: Api) -> None:
    name = order(api)
    submitted = api.admin.post(f"{ORDERS}/{name}", params={"run_method": "submit"})
    assert (submitted.status_code, submitted.json()["data"]["docstatus"]) == (200, 1)
    cancelled = api.admin.post(f"{ORDERS}/{name}", data={"run_method": "cancel"})
    assert cancelled.json()["data"]["docstatus"] == 2


@pytest.mark.parametrize(
    ("before", "body", "kind"),
    [
        (0, {"docstatus": 2}, "DocstatusTransitionError"),
        (1, {"docstatus": 0}, "DocstatusTransitionError"),
        (1, {"qty": 5}, "UpdateAfterSubmitError"),
        (2, {"title": "x"}, "ValidationError"),
    ],
)
def test_a_move_that_is_not_open_is_refused(api: Api, before: int, body: dict[str, Any], kind: str) -> None:
    name = order(api)
    for status in range(1, before + 1):
        assert api.admin.put(f"{ORDERS}/{name}", json={"docstatus": status}).status_code == 200
    answer = api.admin.put(f"{ORDERS}/{name}", json=body)
    assert (answer.status_code, answer.json()["exc_type"]) == (417, kind)


def test_an_open_field_changes_after_submit(api: Api) -> None:
    name = order(api, docstatus=1)
    assert api.admin.put(f"{ORDERS}/{name}", json={"remark": "晚到"}).json()["data"]["remark"] == "晚到"


def test_an_amended_order_is_named_after_the_cancelled_one(api: Api) -> None:
    name = order(api, docstatus=1)
    api.admin.put(f"{ORDERS}/{name}", json={"docstatus": 2})
    assert order(api, amended_from=name) == f"{name}-1"


def test_what_is_not_submittable_is_not_submitted(api: Api) -> None:
    made = customer(api)
    answer = api.admin.post(f"{URL}/{made['name']}", params={"run_method": "submit"})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "DocstatusTransitionError")


def test_document_methods_are_a_closed_list(api: Api) -> None:
    made = customer(api)
    unknown = api.admin.post(f"{URL}/{made['name']}", params={"run_method": "get_title"})
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/json")
    assert api.admin.post(f"{URL}/{made['name']}").status_code == 417


def test_comments_and_tags_are_document_methods(api: Api) -> None:
    made = customer(api)
    comment = api.admin.post(
        f"{URL}/{made['name']}", params={"run_method": "add_comment"}, json={"text": "好<script>1</script>"}
    )
    assert comment.json()["data"]["content"] == "好"
    api.admin.post(f"{URL}/{made['name']}", params={"run_method": "add_tag"}, json={"tag": "重要"})
    tags = api.admin.post(f"{URL}/{made['name']}", params={"run_method": "get_tags"})
    assert tags.json() == {"data": ["重要"]}
