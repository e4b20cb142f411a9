"""Duplicates and merging over HTTP, and Frappe's renaming that merges."""

from __future__ import annotations

from typing import Any

from support.api_site import Api, create


def call(api: Api, method: str, **arguments: Any) -> Any:
    answer = api.admin.post(f"/api/method/{method}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def customer(api: Api, name: str, **values: Any) -> str:
    return str(create(api.admin, "Customer", {"customer_name": name, "customer_type": "Company", **values})["name"])


def test_find_merge_and_take_back(api: Api) -> None:
    one = customer(api, "星云科技有限公司", mobile_no="+86 139 1111 2222")
    other = customer(api, "星云科技 Ltd", email_id="info@xingyun.example")
    draft = {"customer_name": "星云科技", "mobile_no": "13911112222"}
    found = call(api, "crm.duplicates.find", doctype="Customer", doc=draft)
    assert [(match["name"], match["score"]) for match in found] == [(one, 98), (other, 60)]
    assert found[0]["explanation"] == "Customer Name equal: 60, Mobile No 95 % similar: 38"
    assert [match["name"] for match in call(api, "crm.duplicates.of", doctype="Customer", name=one)] == [other]
    merged = call(
        api, "crm.duplicates.merge", doctype="Customer", keep=one, others=[other], choices={"customer_name": other}
    )
    assert (merged["doc"]["customer_name"], merged["doc"]["email_id"]) == ("星云科技 Ltd", "info@xingyun.example")
    assert api.admin.get(f"/api/resource/Customer/{other}").status_code == 404
    undone = call(api, "crm.duplicates.undo_merge", log=merged["log"])
    assert undone == {"restored": [other], "links": 0, "left": []}
    assert api.admin.get(f"/api/resource/Customer/{other}").json()["data"]["customer_name"] == "星云科技 Ltd"


def test_pairs_are_told_apart_and_searched_for(api: Api) -> None:
    one, other = customer(api, "双胞胎"), customer(api, "双胞胎")
    assert call(api, "crm.duplicates.tell_apart", doctype="Customer", name=one, other=other)
    assert call(api, "crm.duplicates.of", doctype="Customer", name=one) == []
    job = call(api, "crm.duplicates.scan", doctype="Customer")
    assert call(api, "crm.jobs.get", job=job)["state"] == "queued"


def test_frappes_renaming_merges_when_it_is_asked_to(api: Api) -> None:
    one, other = customer(api, "甲公司"), customer(api, "乙公司")
    assert call(api, "frappe.client.rename_doc", doctype="Customer", old_name=other, new_name=one, merge=1) == one
    assert api.admin.get(f"/api/resource/Customer/{other}").status_code == 404


def test_what_is_compared_and_what_a_merge_would_move(api: Api) -> None:
    fields = call(api, "crm.duplicates.fields", doctype="Customer")
    assert {"customer_name", "mobile_no"} <= set(fields)
    assert call(api, "crm.duplicates.fields", doctype="Tag") == []
    one, other = customer(api, "丙公司"), customer(api, "丁公司")
    for name in (one, other, other):
        create(api.admin, "Comment", {"reference_doctype": "Customer", "reference_name": name, "content": "好"})
    moved = {
        row["doctype"]: row["count"] for row in call(api, "crm.duplicates.linked", doctype="Customer", names=[other])
    }
    assert moved["Comment"] == 2
    stranger = api.make_user("linked@example.com")
    refused = stranger.post("/api/method/crm.duplicates.linked", json={"doctype": "Customer", "names": [other]})
    assert refused.status_code in {403, 404}
    assert stranger.get("/api/method/crm.duplicates.fields", params={"doctype": "Customer"}).status_code == 403
