"""crm.studio.*: what the studio needs to know of a definition, for System Managers only."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import Api, create


def studied(api: Api, doctype: str) -> dict[str, Any]:
    answer = api.admin.get("/api/method/crm.studio.doctype", params={"doctype": doctype})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def test_it_tells_who_says_what(api: Api) -> None:
    before = studied(api, "Address")
    assert (before["layer"], before["own"], before["custom_fields"], before["setters"]) == ("core", None, [], [])
    create(
        api.admin, "Custom Field", {"dt": "Address", "fieldname": "studio_note", "fieldtype": "Data", "label": "备注"}
    )
    setter = {"doctype_or_field": "DocField", "doc_type": "Address", "field_name": "city"}
    create(api.admin, "Property Setter", {**setter, "property": "label", "property_type": "Data", "value": "城市"})
    after = studied(api, "Address")
    assert [one["fieldname"] for one in after["custom_fields"]] == ["studio_note"]
    assert [(one["field_name"], one["property"], one["value"]) for one in after["setters"]] == [
        ("city", "label", "城市")
    ]
    assert after["layers"]["studio_note"] == "site"
    assert after["layers"]["city"] == "core"
    assert after["provenance"] == {**before["provenance"], "city.label": "site"}
    (city,) = [row for row in after["doctype"]["fields"] if row["fieldname"] == "city"]
    assert city["label"] == "城市"
    asked = {"doctype": "Address", "_lang": "zh"}
    labels = api.admin.get("/api/method/crm.studio.doctype", params=asked).json()["message"]["labels"]
    assert labels["Country"] == "国家/地区"
    asked = {"doctype": "Customer", "_lang": "zh"}
    labels = api.admin.get("/api/method/crm.studio.doctype", params=asked).json()["message"]["labels"]
    assert labels["The company that this customer belongs to."] == "该客户所属的公司。"
    rows = api.admin.get("/api/method/crm.studio.doctypes").json()["message"]
    (address,) = [row for row in rows if row["name"] == "Address"]
    assert (address["layer"], address["is_changed"], address["fields"]) == ("core", True, len(before["layers"]) + 1)


def test_a_doctype_of_the_site_comes_with_its_own_body(api: Api) -> None:
    fields = [{"fieldname": "title", "fieldtype": "Data", "label": "标题"}]
    thing = {"name": "Studio Thing", "module": "Core", "custom": 1, "is_submittable": 1, "fields": fields}
    create(api.admin, "DocType", thing)
    found = studied(api, "Studio Thing")
    assert (found["layer"], [row["fieldname"] for row in found["own"]["fields"]]) == ("site", ["title"])
    assert [row["fieldname"] for row in found["doctype"]["fields"]] == ["title"], "amended_from is the engine's"


def test_only_system_managers_study_definitions(api: Api) -> None:
    for path in ("crm.studio.doctypes", "crm.studio.doctype?doctype=Address"):
        assert api.guest.get(f"/api/method/{path}").status_code == 403
        refused = api.client("desk@example.com").get(f"/api/method/{path}")
        assert (refused.status_code, refused.json()["exc_type"]) == (403, "PermissionError")
    missing = api.admin.get("/api/method/crm.studio.doctype", params={"doctype": "Nope"})
    assert (missing.status_code, missing.json()["exc_type"]) == (404, "DoesNotExistError")


def asked(api: Api, **arguments: Any) -> dict[str, Any]:
    answer = api.admin.post("/api/method/crm.studio.expression", json=arguments)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["message"]
    return found


def test_an_expression_is_checked_and_tried_on_a_real_document(api: Api) -> None:
    rows = [{"contact_name": "张三", "calls": 3}, {"contact_name": "李四", "calls": 4}]
    body = {"customer_name": "华为", "status": "Active", "annual_revenue": 1200.5, "contacts": rows}
    name = create(api.admin, "Bench Customer", body)["name"]
    about = {"doctype": "Bench Customer", "name": name}
    holds = asked(api, expression="status == 'Active' and sum(contacts.calls) > 6", **about)
    assert (holds["fault"], holds["holds"]) == (None, True)
    assert {"text": "sum(doc.contacts, row.calls)", "value": 7} in holds["trace"]
    assert {"text": "doc.status", "value": "Active"} in holds["trace"]
    assert asked(api, expression="annual_revenue * 2", **about)["value"] == 2401
    changed = asked(api, expression="before.status != doc.status", of_change=True, **about)
    assert (changed["fault"], changed["holds"]) == (None, False)


def test_a_faulty_expression_is_an_answer_with_its_place(api: Api) -> None:
    broken = asked(api, expression="status ==\n  = 'Active'", doctype="Bench Customer")
    assert (broken["tree"], broken["fault"]["line"], broken["fault"]["column"]) == (None, 2, 3)
    typo = asked(api, expression="status == 'A' and statsu == 'B'", doctype="Bench Customer")
    assert typo["fault"] == {
        "message": "Bench Customer has no field statsu (line 1, column 19).",
        "line": 1,
        "column": 19,
    }
    fields = [{"fieldname": "statsu"}]
    assert asked(api, expression="statsu == 'B'", doctype="Bench Customer", fields=fields)["fault"] is None
    assert asked(api, expression="nope == 'B'", doctype="Not Yet There", fields=fields)["fault"]["column"] == 1
    before = asked(api, expression="before.status", doctype="Bench Customer")
    assert (before["tree"], before["fault"]["line"]) == (None, 1)


def test_expressions_tell_nobody_what_he_may_not_see(api: Api) -> None:
    question = {"expression": "status", "doctype": "Bench Customer"}
    path = "/api/method/crm.studio.expression"
    for client in (api.guest, api.client("desk@example.com")):
        assert client.post(path, json=question).status_code == 403
    missing = api.admin.post(path, json={**question, "name": "BC-99999"})
    assert (missing.status_code, missing.json()["exc_type"]) == (404, "DoesNotExistError")
    closed = api.admin.post(path, json={"expression": "api_secret == 'x'", "doctype": "User", "name": "Administrator"})
    assert (closed.status_code, closed.json()["exc_type"]) == (403, "PermissionError")


def test_a_formula_that_reads_itself_is_refused_with_the_ring(api: Api) -> None:
    fields = [
        {"fieldname": "net", "fieldtype": "Currency", "formula": "gross / 1.13"},
        {"fieldname": "gross", "fieldtype": "Currency", "formula": ""},
    ]
    question = {"doctype": "Not Yet There", "fields": fields, "field": "gross"}
    ring = asked(api, expression="net * 1.13", **question)
    assert ring["fault"]["message"] == "gross would depend on itself: gross → net → gross. Take one of them out."
    assert asked(api, expression="100", **question)["fault"] is None
    path = "/api/method/crm.studio.rollup"
    over = {"function": "sum", "field": "gross", "from": "Not Yet There", "link": "parent_link"}
    looped = api.admin.post(path, json={**question, "rollup": over}).json()["message"]
    assert "gross → gross" in looped["fault"]["message"]


@pytest.mark.parametrize("fieldtype", [[{}], {}, None, 5])
def test_a_row_whose_type_is_none_is_no_field(api: Api, fieldtype: Any) -> None:
    question = {"doctype": "Not Yet There", "fields": [{"fieldname": "net", "fieldtype": fieldtype}], "field": "gross"}
    assert asked(api, expression="1 + 1", **question)["fault"] is None


def test_a_roll_up_is_tried_on_a_real_document(api: Api) -> None:
    rows = [{"contact_name": "张三", "calls": 3}, {"contact_name": "李四", "calls": 4}]
    name = create(api.admin, "Bench Customer", {"customer_name": "华为", "contacts": rows})["name"]
    for qty in (2, 5, 7):
        create(api.admin, "Bench Order", {"title": f"订单 {qty}", "customer": name, "qty": qty})
    path = "/api/method/crm.studio.rollup"

    def tried(**rollup: str) -> dict[str, Any]:
        answer = api.admin.post(path, json={"doctype": "Bench Customer", "name": name, "rollup": rollup})
        found: dict[str, Any] = answer.json()["message"]
        return found

    orders = {"from": "Bench Order", "link": "customer"}
    large = tried(function="sum", field="qty", filter="doc.qty > 2", **orders)
    assert (large["value"], large["rows"], large["matching"]) == (12, 3, 2)
    calls = tried(function="max", field="calls", table="contacts")
    assert (calls["value"], calls["rows"]) == (4, 2)
    assert tried(function="sum", **orders)["fault"]["message"] == 'sum needs a "field".'
    assert tried(function="count", filter="qty >", **orders)["fault"]["column"] == 6
    asked_by_others = {"doctype": "Bench Customer", "rollup": {"function": "count", **orders}}
    assert api.client("desk@example.com").post(path, json=asked_by_others).status_code == 403
