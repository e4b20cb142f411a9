"""Rules are no way around rights: what they may set and create, with whose rights they run, and who may write them."""

from __future__ import annotations

import pytest

from crm_platform.errors import CRMError, PermissionError, ValidationError
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from support.automation import Desk, computed, creates, desk, desk_template, quiet_desk, sets
from support.sabotage import always, defended_by, nothing, yes

__all__ = ["desk", "desk_template", "quiet_desk"]

RUNS_LATER = ("Automation Rule", "Notification", "Assignment Rule", "Service Level Agreement", "Validation Rule")
KEPT = ("System Settings", "User", "Role", "DocShare", "Custom DocPerm", "DocType", "Print Format", "Notification Log")


@pytest.mark.parametrize("name", [*STANDARD_COLUMNS, "secret_word", "total"])
@defended_by("crm_platform.automation.checks.values:settable_faults", replace_with=always(()))
@defended_by("crm_platform.automation.checks.values:value_faults", replace_with=always(()))
def test_D11_no_system_field_is_set_by_a_rule(quiet_desk: Desk, name: str) -> None:
    with pytest.raises(ValidationError):
        quiet_desk.rule("Rule", "Request", "Created", sets(**{name: 1}))


@pytest.mark.parametrize("doctype", KEPT + RUNS_LATER)
@defended_by("crm_platform.automation.checks.actions:create_faults", replace_with=always(()))
def test_C17_D11_a_rule_makes_nothing_that_decides_about_rights_or_runs_later(quiet_desk: Desk, doctype: str) -> None:
    with pytest.raises(ValidationError, match=f"A rule cannot create a {doctype}"):
        quiet_desk.rule("Rule", "Request", "Created", creates(doctype, title="x"))


@pytest.mark.parametrize("doctype", RUNS_LATER)
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_C17_only_system_managers_write_rules(quiet_desk: Desk, doctype: str) -> None:
    user = quiet_desk.site.user(f"{doctype.replace(' ', '').lower()}@example.com", "Sales Manager", "Service Manager")
    with pytest.raises(PermissionError):
        quiet_desk.site.insert(doctype, user, document_type="Request")


@defended_by("crm_platform.automation.engine:rights_of", replace_with=lambda ctx, rule: ctx.as_system())
@defended_by("crm_platform.automation.running:rights_of", replace_with=lambda ctx, rule: ctx.as_system())
def test_D12_a_rule_has_the_rights_of_who_set_it_off_unless_it_is_marked(desk: Desk) -> None:
    """The same rule, set off by three roles."""
    desk.rule("Secret", "Request", "Created", sets(secret="by rule"), run_as="Triggering User")
    desk.rule("Visit", "Request", "Created", creates("Visit", title="by rule"), run_as="Triggering User")
    everyday = {"read": 1, "write": 1, "create": 1}
    for role, rights in {"Low": ((0, "Request"),), "Middle": ((0, "Request"), (1, "Request"), (0, "Visit"))}.items():
        desk.site.role(role)
        for level, doctype in rights:
            desk.site.insert("Custom DocPerm", parent=doctype, role=role, permlevel=level, **everyday)
    users = [desk.site.user(f"{role.lower()}@example.com", role) for role in ("Low", "Middle")]
    made = [desk.site.insert("Request", user, title="t") for user in (*users, "Administrator")]
    desk.work()
    assert [doc.secret for doc in made] == [None, "by rule", "by rule"], "Administrator has every right"
    assert {row["owner"] for row in desk.rows("Visit", "owner")} == {users[1], "Administrator"}


@defended_by("crm_platform.automation.run:hidden_fields", replace_with=always(frozenset()))
def test_D12_a_rule_does_not_read_for_its_user_what_that_one_may_not(desk: Desk) -> None:
    desk.site.role("Low")
    for doctype in ("Request", "Visit"):
        desk.site.insert("Custom DocPerm", parent=doctype, role="Low", permlevel=0, read=1, write=1, create=1)
    low = desk.site.user("low@example.com", "Low")
    copy = creates("Visit", title=computed("concat('copy ', coalesce(doc.secret, 'of nothing'))"))
    desk.rule("Copy", "Request", "Changed", copy, watched_fields="title", run_as="Triggering User")
    name = desk.site.insert("Request", title="t", secret="CANARY").name
    desk.site.update("Request", name, low, title="changed")
    desk.work()
    assert [row["title"] for row in desk.rows("Visit", "title")] == ["copy of nothing"]


@defended_by("crm_platform.automation.actions.notify:may_read", replace_with=yes)
@defended_by("crm_platform.automation.telling:may_read", replace_with=yes)
def test_B23_nobody_is_told_of_what_he_may_not_read(desk: Desk) -> None:
    stranger = desk.site.user("stranger@example.com")
    desk.rule("Tell", "Request", "Created", {"action": "Notify", "users": stranger, "subject": "{{ doc.title }}"})
    name = desk.site.insert("Request", title="CANARY").name
    values = {"reference_doctype": "Request", "reference_name": name, "content": f"@{stranger} CANARY"}
    desk.site.insert("Comment", comment_type="Comment", **values)
    desk.work()
    assert desk.rows("Notification Log", "subject", for_user=stranger) == []


@defended_by("crm_platform.automation.inbox:_readable", replace_with=yes)
def test_B23_notifications_follow_the_rights_of_today(desk: Desk) -> None:
    from_today = desk.site.user("reader@example.com")
    name = desk.site.insert("Request", title="CANARY").name
    share = {"share_doctype": "Request", "share_name": name, "user": from_today, "read": 1}
    shared = desk.site.insert("DocShare", **share)
    desk.rule("Tell", "Request", "Changed", {"action": "Notify", "users": from_today, "subject": "CANARY"})
    desk.site.update("Request", name, title="CANARY 2")
    desk.work()
    desk.site.write(lambda ctx: ctx.store.delete("DocShare", shared.name))
    api = desk.api()
    try:
        client = desk.client(api, from_today)
        logs = "/api/method/frappe.desk.doctype.notification_log.notification_log.get_notification_logs"
        answers = [client.get(logs), client.get('/api/resource/Notification Log?fields=["*"]&limit=0')]
    finally:
        api.runner.close()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("CANARY" not in answer.text for answer in answers)


@pytest.mark.parametrize(
    "text", ["__import__('os').system('id')", "doc.__class__", "().__class__", "open('/etc/passwd')"]
)
@defended_by("crm_platform.automation.checks.rule:condition_faults", replace_with=always(()))
@defended_by("crm_platform.automation.records:condition_of", replace_with=nothing)
def test_D09_D10_a_condition_is_no_program(quiet_desk: Desk, text: str) -> None:
    with pytest.raises(CRMError):
        quiet_desk.rule("Rule", "Request", "Created", sets(priority="High"), condition=text)


@defended_by("crm_platform.automation.engine:stopped", replace_with=always(""))
def test_X22_a_ring_of_rules_ends(desk: Desk) -> None:
    """Without its protection the ring goes on as long as somebody works it off: here for thirty jobs."""
    condition = "doc.title != 'never'"
    desk.rule("There", "Request", "Created", creates("Visit", title="v"), condition=condition)
    desk.rule("Back", "Visit", "Created", creates("Request", title="r"), condition=condition)
    desk.site.insert("Request", title="start")
    assert desk.work(most=30) < 30
    assert desk.log("result", result="Stopped") == [("Stopped",)]


@defended_by("crm_platform.automation.checks.rule:cycle_faults", replace_with=always(()))
def test_X22_a_ring_without_an_end_is_refused_and_spelled_out(desk: Desk) -> None:
    desk.rule("There", "Request", "Created", creates("Visit", title="v"))
    with pytest.raises(ValidationError, match="There"):
        desk.rule("Back", "Visit", "Created", creates("Request", title="r"))


@defended_by("crm_platform.api.automation_methods:require_manager", replace_with=nothing)
def test_C06_a_test_run_is_for_system_managers(desk: Desk) -> None:
    desk.rule("Rule", "Request", "Created", {"action": "Notify", "users": "Administrator", "subject": "CANARY"})
    name = desk.site.insert("Request", title="t").name
    user = desk.site.user("clerk@example.com")
    api = desk.api()
    try:
        answer = desk.client(api, user).post("/api/method/crm.automation.test", json={"rule": "Rule", "name": name})
    finally:
        api.runner.close()
    assert answer.status_code == 403
    assert "CANARY" not in answer.text
