"""Activities belong to any record, end after they begin, and remind; private events are their owner's."""

from __future__ import annotations

import pytest

from support.crm import Crm


@pytest.mark.parametrize(
    ("doctype", "values"),
    [
        ("Event", {"subject": "会议", "starts_on": "2026-05-04 10:00:00", "ends_on": "2026-05-04 09:00:00"}),
        ("Customer Visit", {"subject": "拜访", "starts_on": "2026-05-04 10:00:00", "ends_on": "2026-05-03 09:00:00"}),
        ("Call Log", {"start_time": "2026-05-04 10:00:00", "end_time": "2026-05-04 09:59:59"}),
    ],
)
def test_what_ends_before_it_begins_is_refused(crm: Crm, doctype: str, values: dict[str, str]) -> None:
    assert "ends before it starts" in crm.sales.refused_new(doctype, **values)


@pytest.mark.parametrize(
    ("doctype", "values"),
    [
        ("Task", {"subject": "回访"}),
        ("Call Log", {"type": "Incoming", "from": "+86-138-0000-9200"}),
        ("Event", {"subject": "演示", "starts_on": "2026-05-04 10:00:00"}),
        ("Customer Visit", {"subject": "上门", "starts_on": "2026-05-04 10:00:00"}),
    ],
)
def test_an_activity_belongs_to_any_record(crm: Crm, doctype: str, values: dict[str, str]) -> None:
    rep = crm.sales
    lead = rep.create("Lead", first_name=f"活动 {doctype}")["name"]
    rep.create(doctype, reference_doctype="Lead", reference_docname=lead, **values)
    ways = rep.call("crm.desk.connections", doctype="Lead", name=lead)
    assert {way["doctype"]: way["count"] for way in ways}[doctype] == 1
    assert rep.refused_new(doctype, reference_doctype="Lead", reference_docname="nobody", **values)


def test_a_visit_that_took_place_has_findings(crm: Crm) -> None:
    name = crm.sales.create("Customer Visit", subject="验收", starts_on="2026-05-04 10:00:00")["name"]
    assert "Findings" in crm.sales.refused_change("Customer Visit", name, status="Done")
    assert crm.sales.change("Customer Visit", name, status="Done", findings="一切正常")["status"] == "Done"


def test_a_private_event_is_its_owners(crm: Crm) -> None:
    values = {"subject": "体检", "starts_on": "2026-05-04 10:00:00"}
    private = crm.sales.create("Event", event_type="Private", **values)["name"]
    public = crm.sales.create("Event", **values)["name"]
    there = {row["name"] for row in crm.sales_manager.list("Event", filters={"subject": "体检"})}
    assert public in there
    assert private not in there
    assert crm.sales_manager.client.get(f"/api/resource/Event/{private}").status_code == 404
