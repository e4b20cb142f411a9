"""Workspaces: each person gets those of their roles, with what they may open on them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from support.api_site import Api, create

LINKS = [
    {"type": "Card Break", "label": "客户"},
    {"type": "Link", "label": "Customers", "link_type": "DocType", "link_to": "Bench Customer"},
    {"type": "Link", "label": "Gone", "link_type": "DocType", "link_to": "没有这种单据"},
    {"type": "Card Break", "label": "Administration"},
    {"type": "Link", "label": "Errors", "link_type": "DocType", "link_to": "Error Log"},
]
SHORTCUTS = [
    {"label": "活跃", "type": "DocType", "link_to": "Bench Customer", "stats_filter": '[["status", "=", "Active"]]'},
    {"label": "Errors", "type": "DocType", "link_to": "Error Log", "doc_view": "Report Builder"},
]


@pytest.fixture(scope="module", autouse=True)
def pages(api: Api) -> None:
    api.make_user("own@example.com", "Bench Role")
    card = {"label": "Bench Customers", "type": "Document Type", "document_type": "Bench Customer"}
    create(api.admin, "Number Card", card)
    everybody = {"label": "Bench Sales", "title": "销售", "sequence_id": 2, "links": LINKS, "shortcuts": SHORTCUTS}
    create(api.admin, "Workspace", {**everybody, "number_cards": [{"number_card_name": "Bench Customers"}]})
    roles = [{"role": "System Manager"}]
    create(api.admin, "Workspace", {**everybody, "label": "Bench Admin", "sequence_id": 1, "roles": roles})
    create(api.admin, "Workspace", {**everybody, "label": "Bench Own", "public": 0, "for_user": "own@example.com"})


def workspaces(api: Api, user: str) -> dict[str, Any]:
    answer = api.client(user).get("/api/method/crm.desk.workspaces")
    assert answer.status_code == 200, answer.text
    return {page["name"]: page for page in answer.json()["message"] if page["name"].startswith("Bench")}


def test_roles_decide_which_there_are_and_their_order(api: Api) -> None:
    assert list(workspaces(api, "Administrator")) == ["Bench Admin", "Bench Sales"]
    assert list(workspaces(api, "own@example.com")) == ["Bench Own", "Bench Sales"]


def test_only_what_the_caller_may_open_stands_on_them(api: Api) -> None:
    api.make_user("seller@example.com", "Bench Role")
    page = workspaces(api, "seller@example.com")["Bench Sales"]
    assert [(card["label"], [link["link_to"] for link in card["links"]]) for card in page["cards"]] == [
        ("客户", ["Bench Customer"])
    ]
    assert [(row["label"], row["filters"]) for row in page["shortcuts"]] == [("活跃", [["status", "=", "Active"]])]
    assert page["number_cards"] == [{"name": "Bench Customers", "label": "Bench Customers"}]
    full = workspaces(api, "Administrator")["Bench Sales"]
    assert [card["label"] for card in full["cards"]] == ["客户", "Administration"]
    assert [row["view"] for row in full["shortcuts"]] == ["List", "Report Builder"]


def test_who_may_open_nothing_of_it_does_not_see_it(api: Api) -> None:
    api.make_user("nobody@example.com")
    assert workspaces(api, "nobody@example.com") == {}


def test_the_value_of_a_card_comes_over_the_api(api: Api) -> None:
    answer = api.admin.get("/api/method/crm.dashboard.card", params={"name": "Bench Customers"}).json()["message"]
    assert (answer["doctype"], answer["fieldtype"]) == ("Bench Customer", "Int")
    assert (
        api.make_user("closed@example.com")
        .get("/api/method/crm.dashboard.card", params={"name": "Bench Customers"})
        .status_code
        == 403
    )


def test_the_layout_of_frappe_says_order_and_width_of_what_the_caller_may_see(api: Api) -> None:
    content = [
        {"type": "number_card", "data": {"number_card_name": "Bench Customers", "col": 12}},
        {"type": "header", "data": {"text": '<span class="h4">客户<img src=x></span>', "col": 40}},
        {"type": "shortcut", "data": {"shortcut_name": "Errors", "col": 3}},
        {"type": "card", "data": {"card_name": "没有", "col": 3}},
        {"type": "spacer", "data": {"col": 12}},
        "nonsense",
    ]
    body = {"label": "Bench Laid Out", "title": "布局", "sequence_id": 3, "links": LINKS, "shortcuts": SHORTCUTS}
    cards = [{"number_card_name": "Bench Customers"}]
    create(api.admin, "Workspace", {**body, "number_cards": cards, "content": orjson.dumps(content).decode()})
    full = workspaces(api, "Administrator")["Bench Laid Out"]["blocks"]
    assert full == [
        {"part": "number_cards", "at": 0, "width": 12},
        {"text": "客户", "width": 12},
        {"part": "shortcuts", "at": 1, "width": 3},
        {"part": "shortcuts", "at": 0, "width": 3},
        {"part": "cards", "at": 0, "width": 4},
        {"part": "cards", "at": 1, "width": 4},
    ]
    seller = workspaces(api, "own@example.com")["Bench Laid Out"]["blocks"]
    assert [block.get("part", "text") for block in seller] == ["number_cards", "text", "shortcuts", "cards"]


def test_without_a_layout_the_parts_stand_in_their_order(api: Api) -> None:
    assert workspaces(api, "Administrator")["Bench Sales"]["blocks"] == []
    create(api.admin, "Workspace", {"label": "Bench Broken", "title": "x", "content": "{", "shortcuts": SHORTCUTS})
    assert workspaces(api, "Administrator")["Bench Broken"]["blocks"] == []


def test_texts_of_a_workspace_are_translated_like_labels(api: Api) -> None:
    heading = {"type": "header", "data": {"text": "<b>Bench Daily</b>", "col": 12}}
    page = {"label": "Bench Texts", "title": "Bench Desk", "links": LINKS, "shortcuts": SHORTCUTS}
    create(api.admin, "Workspace", {**page, "content": orjson.dumps([heading]).decode()})
    asked = api.admin.get("/api/method/crm.studio.workspace_texts", params={"workspace": "Bench Texts"})
    kinds = {one["text"]: one["kind"] for one in asked.json()["message"]["texts"]}
    assert (kinds["Bench Desk"], kinds["Bench Daily"], kinds["活跃"]) == ("Title", "Heading", "Shortcut")
    for text, said in (("Bench Daily", "每日工作"), ("Bench Desk", "工作台")):
        values = {"text": text, "language": "en", "translated": said}
        assert api.admin.post("/api/method/crm.studio.set_text", json=values).status_code == 200
    shown = workspaces(api, "Administrator")["Bench Texts"]
    assert (shown["title"], shown["blocks"][0]["text"]) == ("工作台", "每日工作")
    closed = api.client("own@example.com").get("/api/method/crm.studio.workspace_texts?workspace=Bench Texts")
    assert closed.status_code == 403
