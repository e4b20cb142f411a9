"""The methods of the search over HTTP."""

from __future__ import annotations

from support.api_site import Api, create


def test_search_over_http(api: Api) -> None:
    create(api.admin, "Bench Customer", {"customer_name": "云计算 Müller", "notes": "geht nach <b>Łódź</b>"})
    answer = api.admin.get("/api/method/crm.search.query", params={"text": "lodz", "doctype": "Bench Customer"})
    body = answer.json()["message"]
    (hit,) = body["hits"]
    assert (hit["title"], hit["rank"]) == ("云计算 Müller", "anywhere")
    assert hit["excerpts"][0]["html"].count("<mark>Łódź</mark>") == 1
    assert "<b>" not in hit["excerpts"][0]["html"]
    assert (body["facets"], body["total"], body["more"]) == ([{"doctype": "Bench Customer", "count": 1}], 1, False)


def test_frappes_global_search(api: Api) -> None:
    create(api.admin, "Bench Customer", {"customer_name": "Wang Fang", "notes": "喜欢茶叶"})
    rows = api.admin.get("/api/method/frappe.utils.global_search.search", params={"text": "茶叶"}).json()["message"]
    assert [(row["doctype"], row["title"], row["content"]) for row in rows] == [
        ("Bench Customer", "Wang Fang", "Notes : 喜欢<mark>茶叶</mark>")
    ]


def test_guests_do_not_search_and_bad_arguments_are_named(api: Api) -> None:
    assert api.client("").get("/api/method/crm.search.query", params={"text": "x"}).status_code == 403
    assert api.admin.get("/api/method/crm.search.query").status_code == 417
    assert api.admin.get("/api/method/crm.search.query", params={"text": "x", "limit": "many"}).status_code == 417
    refused = api.admin.get("/api/method/crm.search.query", params={"text": "x", "doctype": "No Such"})
    assert refused.status_code == 404
