"""Rules that set each other off: refused when they are saved, stopped with a sentence when they run."""

from __future__ import annotations

import pytest

from crm_platform.automation.loops import LONGEST, PER_MINUTE
from crm_platform.errors import ValidationError
from support.automation import Desk, computed, creates, sets


def test_a_ring_of_new_documents_is_stopped_and_spelled_out(desk: Desk) -> None:
    condition = "doc.title != 'never'"
    desk.rule("To visit", "Request", "Created", creates("Visit", title="v"), condition=condition)
    desk.rule("To request", "Visit", "Created", creates("Request", title="r"), condition=condition)
    desk.site.insert("Request", title="start")
    assert desk.work() == LONGEST
    ((error, causes),) = desk.log("error", "causes", result="Stopped")
    assert error.startswith(f"Stopped: the chain of rules has more than {LONGEST} steps: Automation Rule To visit →")
    assert len(causes.splitlines()) == LONGEST
    assert len(desk.rows("Visit", "name")) + len(desk.rows("Request", "name")) == LONGEST + 1


def test_a_rule_that_comes_back_to_the_same_document_is_stopped(desk: Desk) -> None:
    """A rule that creates a document that sets fields… of the first one: here by a rule about a date."""
    desk.rule("Due", "Request", "Date Reached", sets(region=computed("concat(doc.region, '+')")), date_field="due")
    again = {"action": "Notify", "users": "Administrator", "subject": "s"}
    desk.rule("Told", "Request", "Changed", again, watched_fields="region")
    name = desk.site.insert("Request", title="t", due="2026-03-29", region="-").name
    desk.clock.go_on(days=1)
    desk.sweep()
    assert desk.site.get("Request", name).region == "-+"
    (causes,) = [row[0] for row in desk.log("causes", rule="Told")]
    assert causes == f"Automation Rule Due → Request {name}"


def test_a_rule_runs_on_a_document_so_often_in_a_minute_and_no_more(desk: Desk) -> None:
    desk.rule("Tell", "Request", "Changed", {"action": "Notify", "users": "Administrator", "subject": "s"})
    name = desk.site.insert("Request", title="t").name
    for number in range(PER_MINUTE + 2):
        desk.site.update("Request", name, amount=number + 1)
    assert len(desk.log("name", result="Queued")) == PER_MINUTE
    errors = desk.log("error", result="Stopped")
    assert errors == [(f"Stopped: the rule ran {PER_MINUTE} times on this document within a minute.",)] * 2
    desk.clock.go_on(seconds=61)
    desk.site.update("Request", name, amount=99)
    assert len(desk.log("name", result="Queued")) == PER_MINUTE + 1


@pytest.mark.parametrize(
    ("values", "action", "refused"),
    [
        ({"watched_fields": "status"}, sets(status="Closed"), True),
        ({"watched_fields": "status", "to_value": "Open"}, sets(status="Closed"), False),
        ({"watched_fields": "status", "to_value": "Closed"}, sets(status="Closed"), True),
        ({"watched_fields": "status", "to_value": "Open"}, sets(status=computed("doc.status")), True),
        ({"watched_fields": "status"}, sets(priority="High"), False),
    ],
)
def test_a_rule_that_sets_what_it_watches_is_refused(
    desk: Desk, values: dict[str, str], action: dict[str, str], refused: bool
) -> None:
    if not refused:
        desk.rule("Rule", "Request", "Changed", action, **values)
        return
    with pytest.raises(ValidationError, match="sets status, which sets it off"):
        desk.rule("Rule", "Request", "Changed", action, **values)


def test_an_unconditional_ring_is_refused_with_its_rules(desk: Desk) -> None:
    with pytest.raises(ValidationError, match=r"for ever: Own \(Request\) ⇒ Own \(Request\)"):
        desk.rule("Own", "Request", "Created", creates("Request", title="again"))
    desk.rule("There", "Request", "Created", creates("Visit", title="v"))
    with pytest.raises(ValidationError, match=r"for ever: Back \(Visit\) ⇒ There \(Request\) ⇒ Back \(Visit\)"):
        desk.rule("Back", "Visit", "Created", creates("Request", title="r"))
    desk.rule("Back", "Visit", "Created", creates("Request", title="r"), condition="doc.stage == 'Done'")
