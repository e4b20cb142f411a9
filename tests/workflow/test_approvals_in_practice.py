"""Approvals as businesses use them: tiers by a computed value, hand-overs, people who have left, later changes."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from crm_platform.errors import CRMError, TimestampMismatchError, WorkflowTransitionError
from crm_platform.files.attachments import Files, Upload
from crm_platform.files.storage import Storage
from crm_platform.testing import TestSite
from crm_platform.workflow.applying import Seen, bulk
from crm_platform.workflow.content import version_seen
from support.offers import MakeOffers, Offers

MANAGER, DIRECTOR = {"role": "Manager"}, {"role": "Director"}


def delegate(offers: Offers, user: str, to: str, first: int = 0, last: int = 1) -> None:
    """From so many days from now on to so many."""
    today = offers.site.site.runtime.clock().date()
    days = {"from_date": str(today + timedelta(days=first)), "to_date": str(today + timedelta(days=last))}
    offers.site.insert("Approval Delegation", user, user=user, delegate=to, **days)


def seen(offers: Offers, name: str) -> Seen:
    def mark(offer: str) -> str:
        return offers.site.read(
            lambda ctx: version_seen(ctx.definitions, ctx.definitions.workflows["Offer"], ctx.store.get("Offer", offer))
        )

    return Seen(mark(name))


def test_three_tiers_by_a_computed_value_in_order_and_side_by_side(make_offers: MakeOffers) -> None:
    offers = make_offers(
        {"tier": 1, **MANAGER},
        {"tier": 1, **MANAGER, "condition": "doc.total > 1000"},
        {"tier": 2, **DIRECTOR, "condition": "doc.total > 5000"},
    )
    total = {"fieldname": "total", "fieldtype": "Currency", "label": "Total", "formula": "doc.amount * 1.13"}
    offers.site.insert("Custom Field", dt="Offer", **total)
    li = offers.person("li", "Clerk")
    wang, zhao = (offers.person(one, "Manager") for one in ("wang", "zhao"))
    chief = offers.person("chief", "Director")
    small, middle, large = (offers.offer(li, amount=amount) for amount in (800, 900, 5000))
    offers.take(wang, small, "Approve")
    assert offers.state(small) == "Approved"
    for name in (middle, large):
        offers.take(wang, name, "Approve")
        assert offers.reason(chief, name, "Approve") == "Only Manager may do this.", "two managers come first"
        offers.take(zhao, name, "Approve")
    assert (offers.state(middle), offers.state(large)) == ("Approved", "审批中")
    offers.take(chief, large, "Approve")
    assert offers.state(large) == "Approved"


def test_delegations_begin_in_time_are_not_handed_on_and_give_no_second_vote(make_offers: MakeOffers) -> None:
    offers = make_offers(approvals_required=2)
    wang, zhao = (offers.person(one, "Manager") for one in ("wang", "zhao"))
    clerk, far, tomorrow = (offers.person(one, "Clerk") for one in ("chen", "far", "morgen"))
    delegate(offers, wang, clerk)
    delegate(offers, clerk, far)
    delegate(offers, wang, tomorrow, 1, 2)
    delegate(offers, zhao, wang)
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    for nobody in (far, tomorrow):
        assert offers.reason(nobody, name, "Approve") == "Only Manager may do this."
    offers.take(wang, name, "Approve")
    assert "approved this already" in offers.reason(wang, name, "Approve"), "his own vote; not another in Zhao's place"
    assert offers.reason(clerk, name, "Approve") == "Only Manager may do this.", "Wang has voted himself"
    offers.take(zhao, name, "Approve")
    assert offers.state(name) == "Approved"
    offers.later = timedelta(days=1, hours=1)
    assert offers.reason(tomorrow, offers.offer(clerk, amount=1), "Approve") == ""


def test_an_escalation_finds_those_who_are_still_there(make_offers: MakeOffers) -> None:
    offers = make_offers({**MANAGER, "tier": 1, "escalate_after": 4, "escalate_to": "Director"})
    left, there = (offers.person(one, "Director") for one in ("left", "da"))
    offers.site.update("User", left, enabled=0)
    name = offers.offer(offers.person("li", "Clerk"), amount=1)
    offers.later = timedelta(hours=5)
    offers.escalate()
    tasks = offers.site.system(lambda ctx: ctx.store.list("ToDo", fields=("allocated_to",), limit=0))
    assert [row["allocated_to"] for row in tasks] == [there]
    clerk = offers.person("chen", "Clerk")
    delegate(offers, there, clerk)
    assert offers.reason(clerk, name, "Approve") == ""
    offers.site.update("Role", "Director", disabled=1)
    assert offers.reason(clerk, name, "Approve") == "Only Director, Manager may do this.", "a disabled role is none"


def stored(site: TestSite, file_name: str, offer: str) -> str:
    """The address of a file beside an offer."""
    upload = Upload(file_name, io.BytesIO(file_name.encode()), doctype="Offer", docname=offer)
    files = Files(Storage(site.site.folder.files))
    return str(site.write(lambda ctx: files.record(ctx, upload, files.store(upload)))["file_url"])


def test_what_counts_as_an_edit(make_offers: MakeOffers) -> None:
    """A row does, and a file in a field; a comment, a file beside the document and a remark do not."""
    offers = make_offers(approvals_required=2)
    site: TestSite = offers.site
    site.doctype("Offer Line", {"fieldname": "item", "fieldtype": "Data", "label": "Item"}, istable=1)
    for field in (
        {"fieldname": "lines", "fieldtype": "Table", "label": "Lines", "options": "Offer Line"},
        {"fieldname": "paper", "fieldtype": "Attach", "label": "Paper"},
    ):
        site.insert("Custom Field", dt="Offer", **field)
    wang = offers.person("wang", "Manager")
    name = offers.offer(offers.person("li", "Clerk"), amount=1, lines=[{"item": "泵"}])

    def votes() -> list[str]:
        return [status for _, _, status in offers.approvals(name)]

    offers.take(wang, name, "Approve")
    stored(site, "合同.txt", name)
    about = {"reference_doctype": "Offer", "reference_name": name}
    site.insert("Comment", comment_type="Comment", content="看过了", **about)
    site.update("Offer", name, remark="eilig")
    assert votes() == ["Valid"]
    site.update("Offer", name, lines=[{"item": "阀"}])
    assert votes() == ["Void"]
    offers.take(wang, name, "Approve")
    site.update("Offer", name, paper=stored(site, "anders.txt", name))
    assert votes() == ["Void", "Void"]


def test_many_are_approved_in_the_versions_seen_or_none(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, **MANAGER})
    li, wang = offers.person("li", "Clerk"), offers.person("wang", "Manager")
    names = [offers.offer(li, amount=amount) for amount in (1, 2)]
    marks = [(name, seen(offers, name)) for name in names]
    offers.site.update("Offer", names[1], amount=999)
    with pytest.raises(TimestampMismatchError, match=names[1]):
        offers.site.write(lambda ctx: bulk(ctx, "Offer", marks, "Approve"), wang)
    assert [offers.state(name) for name in names] == ["审批中", "审批中"]
    marks = [(name, seen(offers, name)) for name in names]
    offers.site.write(lambda ctx: bulk(ctx, "Offer", marks, "Approve"), wang)
    assert [offers.state(name) for name in names] == ["Approved", "Approved"]


def test_nothing_begins_approved_and_a_copy_begins_anew(make_offers: MakeOffers) -> None:
    offers = make_offers({"tier": 1, **MANAGER})
    li, wang = offers.person("li", "Clerk"), offers.person("wang", "Manager")
    name = offers.offer(li, amount=1)
    offers.take(wang, name, "Approve")
    for values in ({"amount": 1}, {"amount": 1, "docstatus": 0}):
        with pytest.raises(CRMError):
            offers.site.insert("Offer", li, workflow_state="Approved", **values)
    with pytest.raises(WorkflowTransitionError):
        offers.take(li, offers.offer(li, amount=1), "Approve")
