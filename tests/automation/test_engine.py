"""Rules at work: set off by a save, decided in its transaction, done once after it, and told in the log."""

from __future__ import annotations

import pytest

from crm_platform.errors import ValidationError, WorkflowTransitionError
from crm_platform.workflow import applying
from support.automation import Desk, computed, creates, sets


def test_a_rule_sets_fields_in_the_transaction_of_the_save_and_says_why(desk: Desk) -> None:
    action = sets(priority="High", due=computed("add_days(today(), 3)"))
    desk.rule("Big ones first", "Request", "Created", action, condition="doc.amount > 1000 and doc.status == 'Open'")
    big = desk.site.insert("Request", title="大客户", amount=5000)
    small = desk.site.insert("Request", title="small", amount=5)
    assert (big.priority, str(big.due)) == ("High", "2026-03-31")
    assert desk.site.get("Request", big.name).priority == "High"
    assert small.priority == "Low"
    assert desk.log("rule", "document_name", "result", "reason", "done") == [
        (
            "Big ones first",
            big.name,
            "Done",
            "(doc.amount > 1000) and (doc.status == 'Open') holds.",
            "priority is set to High.\ndue is set to 2026-03-31.",
        ),
        ("Big ones first", small.name, "Not Matched", "doc.amount > 1000 does not hold (amount: 5).", None),
    ]
    assert desk.work() == 0


@pytest.mark.parametrize(
    ("watched", "change", "fires"),
    [
        ({}, {"title": "other"}, True),
        ({}, {}, False),
        ({"watched_fields": "status\nregion"}, {"region": "North"}, True),
        ({"watched_fields": "status"}, {"region": "North"}, False),
        ({"watched_fields": "status", "to_value": "Closed"}, {"status": "Closed"}, True),
        ({"watched_fields": "status", "to_value": "Closed"}, {"status": "Replied"}, False),
        ({"watched_fields": "status", "from_value": "Open"}, {"status": "Replied"}, True),
        ({"watched_fields": "status", "from_value": "Replied"}, {"status": "Closed"}, False),
        ({"watched_fields": "amount", "to_value": "10"}, {"amount": 10}, True),
        ({"condition": "before.amount < doc.amount"}, {"amount": 2}, True),
        ({"condition": "before.amount > doc.amount"}, {"amount": 2}, False),
    ],
)
def test_a_change_sets_off_the_rules_that_watch_it(
    desk: Desk, watched: dict[str, str], change: dict[str, object], fires: bool
) -> None:
    desk.rule("Watch", "Request", "Changed", sets(priority="High"), **watched)
    made = desk.site.insert("Request", title="t", amount=1)
    assert made.priority == "Low"
    assert (desk.site.update("Request", made.name, **change).priority == "High") is fires


def flow(desk: Desk) -> None:
    """Visits are New, then Checked, then Over, which submits them; they may come back from Checked."""
    states = (("New", "0"), ("Checked", "0"), ("Over", "1"))
    steps = (("New", "Check", "Checked"), ("Checked", "Back", "New"), ("Checked", "End", "Over"))
    for state, _ in states:
        desk.site.insert("Workflow State", workflow_state_name=state)
    for _, action, _ in steps:
        desk.site.insert("Workflow Action Master", workflow_action_name=action)
    everyone = {"allowed": "System Manager", "allow_self_approval": 1}
    desk.site.insert(
        "Workflow",
        workflow_name="Visits",
        document_type="Visit",
        is_active=1,
        states=[{"state": state, "doc_status": status, "allow_edit": "System Manager"} for state, status in states],
        transitions=[{"state": a, "action": action, "next_state": b, **everyone} for a, action, b in steps],
    )


def test_a_document_that_enters_a_workflow_state_sets_off_the_rules_of_that_state(each_desk: Desk) -> None:
    desk = each_desk
    flow(desk)
    for state in ("New", "Checked", "Over"):
        told = creates("Request", title=computed(f"concat('{state} ', doc.title)"))
        desk.rule(state, "Visit", "Workflow State", told, workflow_state=state)

    def requests() -> list[str]:
        return sorted(row["title"] for row in desk.rows("Request", "title"))

    def step(action: str) -> None:
        desk.site.write(lambda ctx: applying.apply(ctx, "Visit", name, action))
        desk.work()

    name = str(desk.site.insert("Visit", title="上门").name)
    desk.work()
    assert requests() == ["New 上门"]
    step("Check")
    desk.site.update("Visit", name, day="2026-03-30")
    desk.work()
    assert requests() == ["Checked 上门", "New 上门"], "staying in a state sets nothing off"
    with pytest.raises(WorkflowTransitionError):
        step("Check")
    for action in ("Back", "Check", "End"):
        step(action)
    assert requests() == ["Checked 上门", "Checked 上门", "New 上门", "New 上门", "Over 上门"]
    assert {row["result"] for row in desk.rows("Automation Log", "result", document_name=name)} == {"Done"}


def test_submitting_and_cancelling_and_deleting_are_events_of_their_own(desk: Desk) -> None:
    for trigger in ("Submitted", "Cancelled", "Deleted"):
        desk.rule(trigger, "Visit", trigger, creates("Request", title=computed(f"concat('{trigger} ', doc.title)")))
    visit = desk.site.insert("Visit", title="上门")
    desk.site.write(lambda ctx: ctx.store.submit("Visit", visit.name))
    desk.work()
    assert [row["title"] for row in desk.rows("Request", "title")] == ["Submitted 上门"]
    desk.site.write(lambda ctx: ctx.store.cancel("Visit", visit.name))
    desk.site.write(lambda ctx: ctx.store.delete("Visit", visit.name))
    desk.work()
    titles = [row["title"] for row in desk.rows("Request", "title")]
    assert titles == ["Submitted 上门", "Cancelled 上门", "Deleted 上门"]


def test_what_is_outside_the_document_happens_after_the_commit_and_once(desk: Desk) -> None:
    create = creates("Visit", title=computed("doc.title"), request=computed("doc.name"), stage="Planned")
    desk.rule("Plan a visit", "Request", "Created", create, condition="doc.priority == 'High'")
    request = desk.site.insert("Request", title="回访", priority="High")
    assert desk.rows("Visit", "name") == []
    assert desk.log("result") == [("Queued",)]
    assert desk.work() == 1
    assert desk.work() == 0
    (visit,) = desk.rows("Visit", "title", "request", "stage")
    assert visit == {"title": "回访", "request": request.name, "stage": "Planned"}
    ((result, done),) = desk.log("result", "done")
    assert result == "Done"
    assert done.startswith("Visit is created (title: 回访")


def test_a_refused_save_leaves_no_log_and_no_job(desk: Desk) -> None:
    desk.rule("Plan", "Visit", "Created", {"action": "Notify", "users": "Administrator", "subject": "s"})
    with pytest.raises(ValidationError):
        desk.site.insert("Visit", title="")
    assert desk.log("result") == []
    assert desk.work() == 0


def test_a_condition_that_cannot_be_evaluated_is_logged_and_refuses_only_when_told_to(desk: Desk) -> None:
    desk.rule("Broken", "Request", "Created", sets(priority="High"), condition="doc.title * 2 > 1")
    made = desk.site.insert("Request", title="no number")
    assert made.priority == "Low"
    assert desk.log("result", "error") == [("Failed", "'no number' is not a number.")]
    desk.site.update("Automation Rule", "Broken", refuse_on_error=1)
    with pytest.raises(ValidationError, match="Broken failed and refuses the document: 'no number' is not a number"):
        desk.site.insert("Request", title="no number")


def test_rules_run_once_per_save_the_most_important_first(desk: Desk) -> None:
    desk.rule("Second", "Request", "Created", sets(region=computed("concat(doc.region, 'b')")))
    desk.rule("First", "Request", "Created", sets(region=computed("concat(doc.region, 'a')")), priority=5)
    assert desk.site.insert("Request", title="t", region="-").region == "-ab"


def test_a_disabled_or_deleted_rule_is_gone_at_once_for_everybody(desk: Desk) -> None:
    desk.rule("Rule", "Request", "Created", sets(priority="High"))
    assert desk.site.insert("Request", title="t").priority == "High"
    desk.site.update("Automation Rule", "Rule", enabled=0)
    assert desk.site.insert("Request", title="t").priority == "Low"
    desk.site.update("Automation Rule", "Rule", enabled=1)
    desk.site.write(lambda ctx: ctx.store.delete("Automation Rule", "Rule"))
    assert desk.site.insert("Request", title="t").priority == "Low"


def test_a_doctype_without_rules_has_no_listener(desk: Desk) -> None:
    desk.rule("Rule", "Request", "Created", sets(priority="High"))

    def listeners(doctype: str) -> int:
        def count(ctx: object) -> int:
            table = desk.site.site.runtime.events(ctx)  # type: ignore[arg-type]
            return len([one for one in table.listeners(doctype, "validate") if one.doctype == doctype])

        return desk.site.read(count)

    assert (listeners("Request"), listeners("Visit")) == (1, 0)


def test_a_recipient_is_told_what_that_one_may_read(desk: Desk) -> None:
    desk.site.role("Clerk")
    clerk, stranger = desk.site.user("clerk@example.com", "Clerk"), desk.site.user("stranger@example.com")
    rights = {"parent": "Request", "role": "Clerk", "permlevel": 0, "read": 1}
    desk.site.insert("Custom DocPerm", **rights)
    notify = {
        "action": "Notify",
        "users": f"{clerk}\n{stranger}\nAdministrator",
        "subject": "{{ doc.title }} {{ doc.secret }}",
    }
    desk.rule("Tell", "Request", "Created", notify)
    desk.site.insert("Request", title="新请求", secret="CANARY")
    desk.work()
    told = {row["for_user"]: row["subject"] for row in desk.rows("Notification Log", "for_user", "subject")}
    assert told == {clerk: "新请求 {{ doc.secret }}", "Administrator": "新请求 CANARY"}
    ((done,),) = desk.log("done")
    assert f"{stranger} is not told: no right to read the document." in done
