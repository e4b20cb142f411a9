"""A rule that could never work is refused when it is saved: every fault at once, with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_platform.automation.examination import broken
from crm_platform.errors import DefinitionError, ValidationError
from support.automation import Desk, computed, creates, sets

NOTIFY = {"action": "Notify", "users": "Administrator", "subject": "s"}


@pytest.mark.parametrize(
    ("trigger", "values", "field", "sentence"),
    [
        ("Created", {"condition": "doc.amount >"}, "condition", "cannot be used"),
        ("Created", {"condition": "doc.nothing"}, "condition", "Request has no field nothing"),
        ("Created", {"condition": "before.nothing"}, "condition", "Request has no field nothing"),
        ("Changed", {"watched_fields": "nothing"}, "watched_fields", "Request has no field nothing"),
        ("Changed", {"watched_fields": "status\nregion", "to_value": "x"}, "to_value", "exactly one watched field"),
        ("Changed", {"watched_fields": "status", "to_value": "Lost"}, "to_value", "cannot be"),
        ("Submitted", {}, "trigger", "Request is not submittable"),
        ("Workflow State", {"workflow_state": "Done"}, "workflow_state", "no active Workflow"),
        ("Date Reached", {"date_field": "title"}, "date_field", "must be a field of the type Date, Datetime"),
        ("Date Reached", {"date_field": "due", "days_offset": 99999}, "days_offset", "At most 36500"),
        ("Schedule", {"cron": "every day"}, "cron", "is not a cron expression"),
        ("Schedule", {"cron": "0 8 * * *", "run_as": "Triggering User"}, "run_as", "let it run as System"),
    ],
)
def test_when_and_if_are_checked(
    quiet_desk: Desk, trigger: str, values: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        quiet_desk.rule("Rule", "Request", trigger, NOTIFY, **values)
    assert any(error.field == field and sentence in error.message() for error in refused.value.errors)


@pytest.mark.parametrize(
    ("action", "field", "sentence"),
    [
        (sets(), "field_values", "Name at least one field"),
        (sets(nothing=1), "field_values", "Request has no field nothing"),
        (sets(status="Lost"), "field_values", "cannot be"),
        (sets(amount="much"), "field_values", "must be a number"),
        (sets(agent="nobody@example.com"), "field_values", "Could not find"),
        (sets(due=computed("add_days(")), "field_values", "cannot be used"),
        (sets(due=computed("doc.nothing")), "field_values", "Request has no field nothing"),
        ({"action": "Set Fields", "field_values": "{"}, "field_values", "not valid JSON"),
        ({"action": "Set Fields", "field_values": "[1]"}, "field_values", "must be a JSON object"),
        (creates("Visit"), "field_values", "Visit needs a value for title"),
        (creates("Visit", title=computed("before.title")), "field_values", "cannot be used"),
        (creates("Contact Email", email_id="x"), "target_doctype", "A rule cannot create a Contact Email"),
        ({"action": "Notify"}, "users", "Say for whom"),
        ({"action": "Notify", "users": "nobody@example.com"}, "users", "User nobody@example.com not found"),
        ({"action": "Notify", "user_fields": "nothing"}, "user_fields", "Request has no field nothing"),
        ({"action": "Assign", "choose_by": "Lookup", "lookup_field": "x"}, "lookup_field", "no field x"),
        ({"action": "Assign", "choose_by": "Lookup", "lookup_field": "agent.x"}, "lookup_field", "does not lead to"),
        (
            {"action": "Assign", "choose_by": "Lookup", "lookup_field": "region", "lookup": '{"a": "nobody"}'},
            "lookup",
            "User nobody not found",
        ),
        ({"action": "Webhook", "webhook": "none"}, "webhook", "There is no Webhook none"),
    ],
)
def test_actions_are_checked_in_their_row(quiet_desk: Desk, action: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        quiet_desk.rule("Rule", "Request", "Created", NOTIFY, action)
    faults = [error for error in refused.value.errors if error.field == field and error.row == 2]
    assert any(sentence in fault.message() for fault in faults), [e.message() for e in refused.value.errors]
    assert {fault.table for fault in faults} == {"actions"}


def test_all_faults_are_told_at_once(quiet_desk: Desk) -> None:
    with pytest.raises(ValidationError) as refused:
        quiet_desk.rule("Rule", "Request", "Changed", sets(nothing=1), {"action": "Notify"}, watched_fields="none")
    assert [error.field for error in refused.value.errors] == ["watched_fields", "field_values", "users"]


@pytest.mark.parametrize(
    "doctype", ["Automation Log", "Notification Log", "Version", "Contact Email", "System Settings"]
)
def test_what_the_engine_writes_itself_sets_off_no_rule(quiet_desk: Desk, doctype: str) -> None:
    with pytest.raises(ValidationError, match="Rules cannot be about"):
        quiet_desk.rule("Rule", doctype, "Created", NOTIFY)


def test_a_field_that_a_rule_reads_stays(desk: Desk) -> None:
    desk.site.insert("Custom Field", dt="Request", fieldname="extra", fieldtype="Data", label="Extra")
    desk.rule("Extra", "Request", "Created", sets(region=computed("doc.extra")), condition="doc.extra == ''")
    assert desk.site.system(lambda ctx: list(broken(ctx))) == []
    with pytest.raises(DefinitionError, match="Automation Rule Extra: Request has no field extra"):
        desk.site.write(lambda ctx: ctx.store.delete("Custom Field", "Request-extra"))
    desk.site.write(lambda ctx: ctx.store.delete("Automation Rule", "Extra"))
    desk.site.write(lambda ctx: ctx.store.delete("Custom Field", "Request-extra"))
    assert desk.site.insert("Request", title="still saved").title == "still saved"


def test_a_change_is_another_revision(desk: Desk) -> None:
    assert desk.rule("Rule", "Request", "Created", NOTIFY).revision == 1
    assert desk.site.update("Automation Rule", "Rule", priority=3).revision == 2
    name = desk.site.insert("Request", title="t").name
    assert desk.log("revision", document_name=name) == [(2,)]
    assert json.loads(desk.site.get("Automation Rule", "Rule").actions[0].field_values or "{}") == {}
