"""/api/v2: the same documents in the envelope of v2, errors as a list, counts and definitions."""

from __future__ import annotations

import pytest

from support.api_site import Api, create

URL = "/api/v2/document/Bench Customer"


def test_documents_live_as_in_v1(api: Api) -> None:
    made = api.admin.post(URL, json={"customer_name": "二版", "territory": "v2"})
    name = made.json()["data"]["name"]
    assert api.admin.get(f"{URL}/{name}").json()["data"]["customer_name"] == "二版"
    for verb, phone in (("PUT", "1"), ("PATCH", "2")):
        assert api.admin.request(verb, f"{URL}/{name}", json={"phone": phone}).json()["data"]["phone"] == phone
    listed = api.admin.get(URL, params={"filters": '{"territory": "v2"}', "fields": '["phone"]', "limit": 5})
    assert listed.json() == {"data": [{"phone": "2"}]}
    deleted = api.admin.delete(f"{URL}/{name}")
    assert (deleted.status_code, deleted.json()) == (202, {"data": "ok"})


def test_errors_are_a_list(api: Api) -> None:
    missing = api.admin.get(f"{URL}/NOPE")
    (error,) = missing.json()["errors"]
    assert (missing.status_code, error["type"], error["message"]) == (
        404,
        "DoesNotExistError",
        "Bench Customer NOPE not found",
    )
    bad = api.admin.post(URL, json={"email": "x", "employees": "y"}).json()
    assert list(bad) == ["errors"]
    assert {entry["field"] for entry in bad["errors"]} >= {"email", "employees"}
    assert all(entry["type"] and entry["message"] for entry in bad["errors"])


def test_a_count_counts_what_may_be_read(api: Api) -> None:
    create(api.admin, "Bench Customer", {"customer_name": "x", "territory": "counted"})
    url = "/api/v2/doctype/Bench Customer/count"
    assert api.desk.get(url, params={"filters": '{"territory": "counted"}'}).json() == {"data": 1}
    assert api.admin.get(url, params={"filters": "junk"}).status_code == 417
    assert api.admin.get("/api/v2/doctype/Nope/count").status_code == 404


def test_meta_is_the_definition(api: Api) -> None:
    body = api.desk.get("/api/v2/doctype/Bench Customer/meta").json()["data"]
    assert (body["name"], body["autoname"], body["fields"][0]["fieldname"]) == (
        "Bench Customer",
        "BC-.#####",
        "customer_name",
    )


@pytest.mark.parametrize(("method", "docstatus"), [("submit", 1), ("cancel", None)])
def test_methods_of_documents_are_in_the_address(api: Api, method: str, docstatus: int | None) -> None:
    name = create(api.admin, "Bench Order", {"title": "订单"})["name"]
    answer = api.admin.post(f"/api/v2/document/Bench Order/{name}/method/{method}")
    if docstatus is None:
        assert (answer.status_code, answer.json()["errors"][0]["type"]) == (417, "DocstatusTransitionError")
    else:
        assert answer.json()["data"]["docstatus"] == docstatus
    assert api.admin.post(f"/api/v2/document/Bench Order/{name}/method/fly").status_code == 404


def test_methods_answer_in_data(api: Api) -> None:
    assert api.guest.get("/api/v2/method/ping").json() == {"data": "pong"}
    answer = api.admin.post("/api/v2/method/frappe.client.get_count", json={"doctype": "Nope"})
    assert (answer.status_code, answer.json()["errors"][0]["type"]) == (404, "DoesNotExistError")
