"""frappe.desk.*: what form, list and link clients of Frappe call (contract §13)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from support.api_site import DESK_USER, Api, create

BASE = "/api/method/frappe.desk."


@pytest.fixture(scope="module")
def name(api: Api) -> str:
    values = {"customer_name": "苏州丝绸", "territory": "江苏", "email": "silk@example.cn"}
    return str(create(api.admin, "Bench Customer", values)["name"])


def message(api: Api, method: str, **arguments: Any) -> Any:
    answer = api.admin.post(BASE + method, json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json().get("message")


def test_a_link_field_finds_by_name_title_and_search_fields(api: Api, name: str) -> None:
    for txt in (name, name.lower(), "丝绸", "silk@", "江苏"):
        (found,) = message(api, "search.search_link", doctype="Bench Customer", txt=txt)
        assert found == {"value": name, "description": "苏州丝绸, silk@example.cn, 江苏"}
    assert message(api, "search.search_link", doctype="Bench Customer", txt="没有") == []


def test_what_begins_with_the_text_comes_first(api: Api) -> None:
    for tag in ("xx-anfang", "anfang", "anfang-2"):
        create(api.admin, "Tag", {"name": tag})
    found = message(api, "search.search_link", doctype="Tag", txt="anfang", page_length=3)
    assert [entry["value"] for entry in found[:2]] == ["anfang", "anfang-2"]  # the text itself before what it begins
    assert len(message(api, "search.search_link", doctype="Tag", txt="anfang", page_length=2)) == 2


def test_a_link_search_keeps_filters_and_permissions(api: Api, name: str) -> None:
    narrow = {"doctype": "Bench Customer", "txt": "丝绸", "filters": {"territory": "浙江"}}
    assert message(api, "search.search_link", **narrow) == []
    answer = api.admin.post(BASE + "search.search_link", json={**narrow, "ignore_user_permissions": 1})
    assert answer.status_code == 417
    assert api.admin.post(BASE + "search.search_link", json={"doctype": "Nope", "txt": ""}).status_code == 404
    assert api.admin.post(BASE + "search.search_link", json={"doctype": "Role"}).status_code == 417


def test_a_link_search_leaves_out_what_is_out_of_use_unless_asked(api: Api) -> None:
    for role, disabled in (("闲置 QX7", 1), ("在用 QX7", 0)):
        create(api.admin, "Role", {"role_name": role, "disabled": disabled})

    def found(**filters: Any) -> set[str]:
        rows = message(api, "search.search_link", doctype="Role", txt="QX7", **filters)
        return {row["value"] for row in rows}

    assert found() == {"在用 QX7"}
    assert found(filters=[["is_custom", "=", 0]]) == {"在用 QX7"}
    assert found(filters={"include_disabled": 1}) == {"闲置 QX7", "在用 QX7"}
    assert found(filters={"disabled": 1}) == {"闲置 QX7"}


def test_search_widget_answers_rows(api: Api, name: str) -> None:
    rows = message(api, "search.search_widget", doctype="Bench Customer", txt="丝绸")
    assert rows == [[name, "苏州丝绸", "silk@example.cn", "江苏"]]


def test_getdoc_has_the_document_and_what_is_around_it(api: Api, name: str) -> None:
    api.admin.put(f"/api/resource/Bench Customer/{name}", json={"phone": "4711"})
    message(api, "form.utils.add_comment", reference_doctype="Bench Customer", reference_name=name, content="好")
    message(api, "doctype.tag.tag.add_tag", tag="重要", dt="Bench Customer", dn=name)
    body = api.desk.get(BASE + "form.load.getdoc", params={"doctype": "Bench Customer", "name": name}).json()
    (document,), info = body["docs"], body["docinfo"]
    assert (document["name"], "since" in document) == (name, False)
    assert info["comments"][0]["content"] == "好"
    assert orjson.loads(info["versions"][0]["data"])["changed"] == [["phone", None, "4711"]]
    assert info["tags"] == "重要"
    assert (info["permissions"]["read"], info["permissions"]["write"]) == (1, 0)


def test_getdoc_of_a_missing_document_is_an_empty_list(api: Api) -> None:
    answer = api.admin.get(BASE + "form.load.getdoc", params={"doctype": "Bench Customer", "name": "NOPE"})
    assert (answer.status_code, answer.json()) == (200, {"message": []})


def test_getdoctype_has_the_definition_and_its_tables(api: Api) -> None:
    body = api.desk.get(BASE + "form.load.getdoctype", params={"doctype": "Bench Customer"}).json()
    assert [definition["name"] for definition in body["docs"]] == ["Bench Customer", "Bench Contact Row"]
    field = body["docs"][0]["fields"][0]
    assert (field["fieldname"], field["fieldtype"], field["reqd"], field["idx"]) == ("customer_name", "Data", 1, 1)
    assert body["docs"][0]["permissions"]
    assert api.admin.get(BASE + "form.load.getdoctype", params={"doctype": "Nope"}).status_code == 404


def test_savedocs_saves_submits_and_cancels(api: Api) -> None:
    def act(doc: dict[str, Any], action: str) -> Any:
        return api.admin.post(BASE + "form.save.savedocs", data={"doc": orjson.dumps(doc).decode(), "action": action})

    made = act({"doctype": "Bench Order", "title": "订单", "__islocal": 1, "name": "new-bench-order-1"}, "Save").json()
    assert made["docinfo"]["name"] == made["docs"][0]["name"]
    submitted = act(made["docs"][0], "Submit").json()["docs"][0]
    assert submitted["docstatus"] == 1
    assert act(submitted, "Cancel").json()["docs"][0]["docstatus"] == 2
    assert act(submitted, "Fly").status_code == 417


def test_reportview_answers_keys_and_values(api: Api, name: str) -> None:
    fields = '["`tabBench Customer`.`name`","`tabBench Customer`.`territory`"]'
    filters = '[["Bench Customer","territory","=","江苏"]]'
    asked = {"doctype": "Bench Customer", "fields": fields, "filters": filters, "start": 0, "page_length": 20}
    found = message(api, "reportview.get", **asked)
    assert (found["keys"], found["values"]) == (["name", "territory"], [[name, "江苏"]])
    assert message(api, "reportview.get", **{**asked, "filters": '{"territory": "-"}'}) == []
    assert message(api, "reportview.get_count", doctype="Bench Customer", filters=filters) == 1


@pytest.mark.parametrize(("kind", "extension"), [("CSV", "csv"), ("Excel", "xlsx")])
def test_an_export_is_a_file_of_what_the_list_shows(api: Api, name: str, kind: str, extension: str) -> None:
    asked = {"doctype": "Bench Customer", "fields": '["name","territory"]', "filters": '{"territory": "江苏"}'}
    answer = api.admin.get(BASE + "reportview.export_query", params={**asked, "file_format_type": kind})
    assert answer.text.split("\n") == [extension, "name,Territory", f"{name},江苏"]
    assert f'filename="Bench Customer.{extension}"' in answer.headers["content-disposition"]
    wrong = api.admin.get(BASE + "reportview.export_query", params={**asked, "file_format_type": "exe"})
    assert wrong.status_code == 417


def test_assignments_are_given_once_and_taken_back(api: Api, name: str) -> None:
    asked = {"doctype": "Bench Customer", "name": name}
    for _ in range(2):
        people = message(api, "form.assign_to.add", **asked, assign_to=f'["{DESK_USER}"]', description="回电")
    assert [(row["owner"], row["description"]) for row in people] == [(DESK_USER, "回电")]
    unknown = api.admin.post(BASE + "form.assign_to.add", json={**asked, "assign_to": ["ghost@x.y"]})
    assert unknown.status_code == 417
    by_stranger = api.limited.post(BASE + "form.assign_to.remove", json={**asked, "assign_to": DESK_USER})
    assert by_stranger.status_code == 403
    own = api.desk.post(BASE + "form.assign_to.remove", json={**asked, "assign_to": DESK_USER})
    assert own.json() == {"message": []}


def test_tags_are_put_on_and_taken_off(api: Api, name: str) -> None:
    for _ in range(2):
        assert message(api, "doctype.tag.tag.add_tag", tag="两次", dt="Bench Customer", dn=name) == "两次"
    message(api, "doctype.tag.tag.remove_tag", tag="两次", dt="Bench Customer", dn=name)
    tags = api.admin.post(f"/api/resource/Bench Customer/{name}", params={"run_method": "get_tags"})
    assert "两次" not in tags.json()["data"]


def test_a_share_is_updated_not_doubled(api: Api, name: str) -> None:
    base = "/api/method/frappe.share."
    colleague = "colleague@example.com"
    api.make_user(colleague, kind="Website User")
    asked = {"doctype": "Bench Customer", "name": name, "user": colleague}
    for write in (0, 1):
        assert api.admin.post(base + "add", json={**asked, "write": write}).status_code == 200
    (share,) = api.admin.get(base + "get_users", params=asked).json()["message"]
    assert (share["user"], share["read"], share["write"]) == (colleague, 1, 1)
    nobody = api.admin.post(base + "add", json={"doctype": "Bench Customer", "name": name})
    assert nobody.status_code == 417
