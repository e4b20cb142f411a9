"""Approvals: by different persons, in tiers, in somebody's place, of the version seen; an edit makes them void."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm_platform.documents.naming import random_name
from crm_platform.errors import (
    DefinitionError,
    PermissionError,
    TimestampMismatchError,
    ValidationError,
    WorkflowTransitionError,
)
from crm_platform.workflow.applying import Seen
from crm_platform.workflow.content import version_seen
from crm_platform.workflow.decisions import steps_taken
from crm_platform.workflow.waiting import waiting_for
from support.offers import MakeOffers, Offers
from support.sabotage import defended_by, no, nothing

TWO = {"approvals_required": 2}


def waiting(offers: Offers, user: str) -> list[tuple[str, str]]:
    found = offers.site.read(lambda ctx: waiting_for(offers.at(ctx), 50), user)
    return [(str(doc["name"]), row.action) for doc, row in found]


def test_two_persons_must_approve(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    clerk = offers.person("li", "Clerk")
    wang, zhao = (offers.person(name, "Manager") for name in ("wang", "zhao"))
    name = offers.offer(clerk, title="水泵", amount=900)
    assert waiting(offers, wang) == [(name, "Approve")]
    offers.take(wang, name, "Approve")
    assert (offers.state(name), waiting(offers, wang), waiting(offers, zhao)) == ("审批中", [], [(name, "Approve")])
    with pytest.raises(WorkflowTransitionError, match="approved this already"):
        offers.take(wang, name, "Approve")
    offers.take(zhao, name, "Approve")
    assert offers.state(name) == "Approved"
    assert offers.approvals(name) == [(wang, "", "Used"), (zhao, "", "Used")]


@defended_by("crm_platform.workflow.approvals:person_of", replace_with=lambda _, user: user)
def test_C12_two_accounts_of_one_person_count_once(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    name = offers.offer(offers.person("li", "Clerk"), title="水泵")
    wang, second, third = (offers.person(one, "Manager") for one in ("wang", "wang2", "wang3"))
    offers.site.update("User", second, same_person_as=wang)
    offers.site.update("User", third, same_person_as=second)
    offers.take(wang, name, "Approve")
    for account in (second, third):
        assert "approved this already" in offers.reason(account, name, "Approve")
        with pytest.raises(WorkflowTransitionError):
            offers.take(account, name, "Approve")
    assert offers.state(name) == "审批中"


@defended_by("crm_platform.workflow.transitions:_made_it", replace_with=no)
def test_C12_nobody_approves_his_own_with_another_account(make_offers: MakeOffers) -> None:
    offers = make_offers()
    li, second = offers.person("li", "Clerk"), offers.person("li2", "Manager")
    name = offers.offer(li, title="水泵")
    assert offers.reason(second, name, "Approve") == ""
    offers.site.update("User", second, same_person_as=li)
    assert "may not approve it" in offers.reason(second, name, "Approve")
    with pytest.raises(WorkflowTransitionError, match="may not approve it"):
        offers.take(second, name, "Approve")


def test_a_ring_of_accounts_is_one_person(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    first, second = (offers.person(name, "Manager") for name in ("a", "b"))
    offers.site.update("User", first, same_person_as=second)
    offers.site.update("User", second, same_person_as=first)
    name = offers.offer(offers.person("li", "Clerk"), title="水泵")
    offers.take(second, name, "Approve")
    assert "approved this already" in offers.reason(first, name, "Approve")


TIERS = (
    {"tier": 1, "role": "Manager", "approvals": 1},
    {"tier": 2, "role": "Director", "approvals": 1, "condition": "doc.amount > 10000"},
)


def test_tiers_come_in_order_and_by_condition(make_offers: MakeOffers) -> None:
    offers = make_offers(*TIERS)
    clerk, manager = offers.person("li", "Clerk"), offers.person("wang", "Manager")
    director = offers.person("zhao", "Director")
    small, large = offers.offer(clerk, amount=10000), offers.offer(clerk, amount="10000.01")
    assert offers.reason(director, large, "Approve") == "Only Manager may do this."
    for name in (small, large):
        offers.take(manager, name, "Approve")
    assert (offers.state(small), offers.state(large)) == ("Approved", "审批中")
    offers.take(director, large, "Approve")
    assert offers.state(large) == "Approved"


def test_tiers_of_one_number_stand_side_by_side(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager"}, {"tier": 1, "role": "Director"})
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.take(offers.person("zhao", "Director"), name, "Approve")
    assert offers.state(name) == "审批中"
    offers.take(offers.person("wang", "Manager"), name, "Approve")
    assert offers.state(name) == "Approved"


@defended_by("crm_platform.workflow.approvals:person_of", replace_with=lambda *_: random_name())
def test_C12_a_person_with_both_roles_approves_one_tier(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager"}, {"tier": 2, "role": "Director"})
    both = offers.person("both", "Manager", "Director")
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.take(both, name, "Approve")
    assert "approved this already" in offers.reason(both, name, "Approve")


@defended_by("crm_platform.workflow.applying:check_seen", replace_with=nothing)
def test_C13_an_approval_is_of_the_version_seen(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    clerk, manager = offers.person("li", "Clerk"), offers.person("wang", "Manager")
    name = offers.offer(clerk, amount=100)
    seen = offers.site.get("Offer", name)
    offers.site.update("Offer", name, clerk, amount=100000)
    with pytest.raises(TimestampMismatchError, match="Look at it again"):
        offers.take(manager, name, "Approve", Seen(modified=seen.modified.isoformat()))
    with pytest.raises(TimestampMismatchError):
        offers.take(manager, name, "Approve", Seen("0" * 64))
    with pytest.raises(ValidationError, match="which version"):
        offers.take(manager, name, "Approve", Seen())
    assert offers.approvals(name) == []


@defended_by("crm_platform.workflow.fallback:_edited", replace_with=nothing)
def test_C14_an_edit_makes_approvals_void(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    clerk = offers.person("li", "Clerk")
    wang, zhao = (offers.person(name, "Manager") for name in ("wang", "zhao"))
    name = offers.offer(clerk, amount=100)
    offers.take(wang, name, "Approve")
    offers.site.update("Offer", name, clerk, remark="no matter of approval")
    assert offers.approvals(name) == [(wang, "", "Valid")]
    offers.site.update("Offer", name, clerk, amount=101)
    assert offers.approvals(name) == [(wang, "", "Void")]
    offers.take(zhao, name, "Approve")
    assert offers.state(name) == "审批中"
    offers.take(wang, name, "Approve")
    assert offers.state(name) == "Approved"


@defended_by("crm_platform.workflow.fallback:_edited", replace_with=nothing)
def test_C14_an_edit_of_an_approved_document_takes_it_back(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    clerk = offers.person("li", "Clerk")
    name = offers.offer(clerk, amount=100)
    for one in ("wang", "zhao"):
        offers.take(offers.person(one, "Manager"), name, "Approve")
    offers.site.update("Offer", name, clerk, remark="printed")
    assert offers.state(name) == "Approved"
    offers.site.update("Offer", name, clerk, amount=1000000)
    assert offers.state(name) == "审批中"
    assert {status for _, _, status in offers.approvals(name)} == {"Void"}


def test_a_rejection_ends_what_was_approved(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    name = offers.offer(offers.person("li", "Clerk"), amount=100)
    offers.take(offers.person("wang", "Manager"), name, "Approve")
    offers.take(offers.person("zhao", "Manager"), name, "Reject")
    assert offers.state(name) == "Rejected"
    assert [status for _, _, status in offers.approvals(name)] == ["Void"]


def delegate(offers: Offers, user: str, to: str, first: str, last: str, doctype: str = "") -> None:
    days = {"from_date": first, "to_date": last, "document_type": doctype}
    offers.site.insert("Approval Delegation", user, user=user, delegate=to, **days)


def test_a_delegate_approves_in_somebodys_place(make_offers: MakeOffers) -> None:
    offers = make_offers()
    li, wang, chen = offers.person("li", "Clerk"), offers.person("wang", "Manager"), offers.person("chen", "Clerk")
    name = offers.offer(li, amount=1)
    today = offers.site.site.runtime.clock().date()
    day = timedelta(days=1)
    delegate(offers, wang, chen, str(today - 9 * day), str(today - day))
    delegate(offers, wang, chen, str(today), str(today + day), "Customer")
    assert offers.reason(chen, name, "Approve") == "Only Manager may do this."
    delegate(offers, wang, chen, str(today), str(today + day), "Offer")
    offers.later = timedelta(days=3)
    assert offers.reason(chen, name, "Approve") == "Only Manager may do this."
    offers.later = timedelta()
    offers.site.update("User", wang, enabled=0)
    assert offers.reason(chen, name, "Approve") == "Only Manager may do this."
    offers.site.update("User", wang, enabled=1)
    offers.take(chen, name, "Approve")
    assert offers.state(name) == "Approved"
    assert f"Approve in the place of {wang}." in offers.told(name)


def test_an_approval_says_in_whose_place_it_was_given(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager"})
    wang, chen = offers.person("wang", "Manager"), offers.person("chen", "Clerk")
    today = str(offers.site.site.runtime.clock().date())
    delegate(offers, wang, chen, today, today)
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.take(chen, name, "Approve")
    assert offers.approvals(name) == [(chen, wang, "Used")]


def test_nobody_approves_what_who_delegated_has_made(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager"})
    wang, chen = offers.person("wang", "Manager", "Clerk"), offers.person("chen", "Clerk")
    today = str(offers.site.site.runtime.clock().date())
    delegate(offers, wang, chen, today, today)
    assert offers.reason(chen, offers.offer(wang, amount=1), "Approve") == "Only Manager may do this."


@defended_by("crm_platform.workflow.approvals:person_of", replace_with=lambda *_: random_name())
def test_C12_a_delegate_and_who_delegated_count_once(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    wang, chen = offers.person("wang", "Manager"), offers.person("chen", "Manager")
    today = str(offers.site.site.runtime.clock().date())
    delegate(offers, wang, chen, today, today)
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.take(chen, name, "Approve")
    assert "approved this already" in offers.reason(chen, name, "Approve")
    offers.take(wang, name, "Approve")
    assert offers.state(name) == "Approved"


def test_several_delegates_of_one_person_and_himself_count_once(make_offers: MakeOffers) -> None:
    offers = make_offers(**TWO)
    wang, zhao = offers.person("wang", "Manager"), offers.person("zhao", "Manager")
    chen, dai = offers.person("chen", "Clerk"), offers.person("dai", "Clerk")
    today = str(offers.site.site.runtime.clock().date())
    for one in (chen, dai):
        delegate(offers, wang, one, today, today)
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.take(chen, name, "Approve")
    assert offers.reason(wang, name, "Approve") == "This was approved in your place already."
    assert offers.reason(dai, name, "Approve") == "Only Manager may do this."
    with pytest.raises(WorkflowTransitionError, match="in your place already"):
        offers.take(wang, name, "Approve")
    offers.take(zhao, name, "Approve")
    assert offers.state(name) == "Approved"


def test_nobody_approves_what_another_account_of_who_delegated_has_made(make_offers: MakeOffers) -> None:
    offers = make_offers()
    li, second, chen = offers.person("li", "Clerk"), offers.person("li2", "Manager"), offers.person("chen", "Clerk")
    today = str(offers.site.site.runtime.clock().date())
    delegate(offers, second, chen, today, today)
    name = offers.offer(li, amount=1)
    assert offers.reason(chen, name, "Approve") == ""
    offers.site.update("User", second, same_person_as=li)
    assert offers.reason(chen, name, "Approve") == "Only Manager may do this."


def test_nobody_delegates_to_himself_for_others_or_backwards(make_offers: MakeOffers) -> None:
    offers = make_offers()
    wang, second, chen = (offers.person(name, "Manager") for name in ("wang", "wang2", "chen"))
    offers.site.update("User", second, same_person_as=wang)
    with pytest.raises(ValidationError, match="another person"):
        delegate(offers, wang, second, "2026-01-01", "2026-01-02")
    with pytest.raises(ValidationError, match="before the first"):
        delegate(offers, wang, chen, "2026-01-02", "2026-01-01")
    with pytest.raises(PermissionError, match="your own"):
        offers.site.insert(
            "Approval Delegation", chen, user=wang, delegate=chen, from_date="2026-01-01", to_date="2026-01-02"
        )


def test_after_some_time_the_next_role_may_approve(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager", "escalate_after": 24, "escalate_to": "Director"})
    director = offers.person("zhao", "Director")
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.later = timedelta(hours=23)
    assert offers.reason(director, name, "Approve") == "Only Manager may do this."
    offers.later = timedelta(hours=25)
    for _ in range(2):
        offers.escalate()
    tasks = offers.site.read(lambda ctx: ctx.store.list("ToDo", fields=("allocated_to",), limit=0))
    assert [row["allocated_to"] for row in tasks] == [director]
    offers.take(director, name, "Approve")
    assert offers.state(name) == "Approved"


def test_an_escalation_that_fails_holds_up_no_other(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, "role": "Manager", "escalate_after": 24, "escalate_to": "Director"})
    offers.person("zhao", "Director")
    clerk = offers.person("li", "Clerk")
    first, second = (offers.offer(clerk, amount=amount) for amount in (1, 2))
    rule = {"rule_name": "Never", "document_type": "ToDo", "enabled": 1, "message": "Not this one."}
    made = offers.site.insert("Validation Rule", **rule, condition=f"doc.reference_name != '{first}'")
    offers.later = timedelta(hours=25)
    with pytest.raises(ValidationError, match=f"1 approvals could not be escalated. The first: Offer {first}"):
        offers.escalate()
    assert [any("escalated" in line for line in offers.told(name)) for name in (first, second)] == [False, True]
    offers.site.write(lambda ctx: ctx.store.delete("Validation Rule", made.name))
    offers.escalate()
    fields = ("reference_name",)
    tasks = offers.site.read(lambda ctx: ctx.store.list("ToDo", fields=fields, limit=0, order_by="reference_name asc"))
    assert [row["reference_name"] for row in tasks] == [first, second]


def test_what_other_documents_change_is_no_edit(make_offers: MakeOffers) -> None:
    """Roll-ups, and formulas over them, follow documents that link here: approvals stay, and so does the mark."""
    offers = make_offers(**TWO)
    site = offers.site
    link = {"fieldname": "offer", "fieldtype": "Link", "label": "Offer", "options": "Offer"}
    site.doctype("Cost", link, {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"})
    money = {"dt": "Offer", "fieldtype": "Currency"}
    over = {"function": "sum", "field": "amount", "from": "Cost", "link": "offer"}
    site.insert("Custom Field", **money, fieldname="costs", label="Costs", rollup=over)
    site.insert("Custom Field", **money, fieldname="margin", label="Margin", formula="doc.amount - doc.costs")
    site.insert("Custom Field", **money, fieldname="share", label="Share", formula="doc.margin / 2")
    clerk, wang, zhao = offers.person("li", "Clerk"), *(offers.person(name, "Manager") for name in ("wang", "zhao"))
    name = offers.offer(clerk, amount=100)
    shown = site.read(
        lambda ctx: version_seen(ctx.definitions, ctx.definitions.workflows["Offer"], ctx.store.get("Offer", name))
    )
    offers.take(wang, name, "Approve")
    site.insert("Cost", offer=name, amount=30)
    assert site.get("Offer", name).share == 35
    site.update("Offer", name, clerk, remark="no matter of approval")
    assert offers.approvals(name) == [(wang, "", "Valid")]
    site.insert("Cost", offer=name, amount=10)
    with pytest.raises(TimestampMismatchError):
        offers.take(zhao, name, "Approve", Seen(shown))
    offers.take(zhao, name, "Approve")
    assert offers.state(name) == "Approved"


def test_a_step_tells_who_approved_it(make_offers: MakeOffers) -> None:
    """The approvals of the version that was decided about, in their order; not those that an edit made void."""
    offers = make_offers(**TWO)
    clerk, wang, zhao = offers.person("li", "Clerk"), *(offers.person(name, "Manager") for name in ("wang", "zhao"))
    name = offers.offer(clerk, amount=100)
    offers.take(zhao, name, "Approve")
    offers.site.update("Offer", name, clerk, amount=200)
    for user in (wang, zhao):
        offers.take(user, name, "Approve")
    step, *_ = offers.site.read(lambda ctx: list(steps_taken(ctx, ctx.store.get("Offer", name))), clerk)
    assert (step["to"], step["user"], step["approved_by"]) == ("Approved", zhao, [wang, zhao])
    assert step["sentence"].endswith(f"Approved by {wang}, {zhao}.")


def test_a_condition_beyond_the_language_is_refused(make_offers: MakeOffers) -> None:
    with pytest.raises(DefinitionError, match="beyond the expression language"):
        make_offers({"tier": 1, "role": "Manager", "condition": "frappe.allowed(doc)"})
