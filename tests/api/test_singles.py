"""Singles over the API: there before anybody has saved them, with their defaults as values of their fields."""

from __future__ import annotations

import re

import pytest

from support.api_site import Api

DEFAULTS = [
    ("Date", "Today", r"\d{4}-\d\d-\d\d"),
    ("Date", "2026-12-31", "2026-12-31"),
    ("Datetime", "Now", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"),
    ("Time", "Now", r"\d\d:\d\d:\d\d(\.\d{6})?"),
    ("Time", "09:30:00", "09:30:00"),
    ("Select", "Now", "Now"),
    ("Currency", "1.5", "1.5"),
    ("Int", "7", "7"),
    ("Check", "1", "1"),
    ("Data", "红", "红"),
    ("Link", "__user", "Administrator"),
]

OPTIONS = {"Link": {"options": "User"}, "Select": {"options": "Later\nNow"}}


@pytest.fixture
def planner(api: Api) -> str:
    fields = [
        {"fieldname": f"field_{n}", "label": f"Field {n}", "fieldtype": kind, "default": default}
        | OPTIONS.get(kind, {})
        for n, (kind, default, _) in enumerate(DEFAULTS)
    ]
    name = "Planner of Days"
    if api.admin.get(f"/api/resource/DocType/{name}").status_code == 404:
        body = {"name": name, "custom": 1, "issingle": 1, "module": "Core", "fields": fields}
        rights = [{"role": "System Manager", "read": 1, "write": 1}]
        api.admin.post("/api/resource/DocType", json={**body, "permissions": rights}).raise_for_status()
    return name


def test_a_single_shows_its_defaults_before_it_is_saved_and_the_same_after(api: Api, planner: str) -> None:
    url = f"/api/resource/{planner}/{planner}"
    before = api.admin.get(url).json()["data"]
    for n, (kind, default, shown) in enumerate(DEFAULTS):
        assert re.fullmatch(shown, str(before[f"field_{n}"])), (kind, default)
    value = {"doctype": planner, "field": "field_1"}
    asked = api.admin.get("/api/method/frappe.client.get_single_value", params=value)
    assert asked.json()["message"] == "2026-12-31"
    assert api.admin.put(url, json={"field_6": 8}).json()["data"]["field_6"] == 8
    assert api.admin.get(url).json()["data"]["field_1"] == "2026-12-31"


def test_a_new_document_takes_the_same_words_for_defaults(api: Api) -> None:
    name = "Visit of a Day"
    fields = [
        {"fieldname": "arrived", "fieldtype": "Time", "label": "Arrived", "default": "Now"},
        {"fieldname": "urgency", "fieldtype": "Select", "label": "Urgency", "options": "Later\nNow", "default": "Now"},
        {"fieldname": "kind", "fieldtype": "Link", "options": "DocType", "label": "Kind", "default": "User"},
        {"fieldname": "note", "fieldtype": "Data", "label": "Note", "default": "Today"},
    ]
    if api.admin.get(f"/api/resource/DocType/{name}").status_code == 404:
        body = {"name": name, "custom": 1, "module": "Core", "fields": fields}
        rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
        api.admin.post("/api/resource/DocType", json={**body, "permissions": rights}).raise_for_status()
    made = api.admin.post(f"/api/resource/{name}", json={}).json()["data"]
    assert re.fullmatch(r"\d\d:\d\d:\d\d(\.\d+)?", made["arrived"])
    assert (made["kind"], made["urgency"], made["note"]) == ("User", "Now", "Today")


def test_a_single_that_is_not_saved_yet_is_hidden_from_who_has_no_right(api: Api, planner: str) -> None:
    assert api.desk.get(f"/api/resource/{planner}/{planner}").status_code == 403
