"""Sending a campaign: refused without approval or audience, gone on with after a kill, never twice to one address."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from crm_platform.doctypes.marketing import sending
from crm_platform.errors import CRMError, ValidationError
from crm_platform.pack import queue_mail
from support.campaigns import MANAGER, RECIPIENT, USER, Marketing, marketing
from support.post_office import PostOffice, post, sqlite_post

__all__ = ["post", "sqlite_post"]


class Killed(Exception):
    """The worker is gone."""


def customers(office: Marketing, count: int) -> str:
    """Customers with an address each, two of one; answers the segment of all of them."""
    site = office.post.site
    place = site.insert("Territory", territory_name="华南").name
    for number in (*range(count), 0):
        site.insert("Customer", customer_name=f"户{number}", email_id=f"h{number}@example.org", territory=place)
    return office.segment("Customer", ["territory", "=", place])


def test_a_job_that_is_killed_goes_on_where_it_was(post: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office = marketing(post)
    name = office.approved(customers(office, 7))
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    left = iter([True, True, True])

    def until_killed(*arguments: object, **letter: object) -> str:
        if not next(left, False):
            raise Killed
        return queue_mail(*arguments, **letter)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(sending, "queue_mail", until_killed)
        office.send(name)
    assert len(post.inbox.taken) == 2, "What the second transaction had queued was taken back."
    post.clock.go_on(hours=1)
    post.deliver()
    office.send(name)
    assert Counter(address for address, _ in post.inbox.taken) == {f"h{number}@example.org": 1 for number in range(7)}
    assert office.figures(name, "emails_sent", "skipped") == [7, 0]


def test_nothing_is_sent_without_approval_and_audience(sqlite_post: PostOffice) -> None:
    office = marketing(sqlite_post)
    segment = customers(office, 1)
    draft = office.draft(segment)
    assert "is not approved" in office.refused("send", name=draft)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"segments": []}, "A campaign needs an audience"),
        ({"email_template": None}, "Choose the Email Template"),
        ({"send_email": 0}, "A campaign needs a channel"),
        ({"make_calls": 1}, "Write down what is said"),
        ({"send_literature": 1}, "Choose the literature"),
    ]
    for values, reason in cases:
        made = office.draft(segment, **{"campaign_name": reason, **values})
        with pytest.raises(ValidationError, match=reason):
            office.act(made, "Submit for Review")
    with pytest.raises(ValidationError, match="ends before it starts"):
        office.draft(segment, campaign_name="倒", start_date="2026-05-02", end_date="2026-05-01")

    # Nobody approves the own campaign, nor changes an approved one.
    own = office.draft(segment, user=MANAGER, campaign_name="自")
    office.act(own, "Submit for Review", MANAGER)
    for user, reason in ((USER, "Only Marketing Manager"), (MANAGER, "Who created")):
        with pytest.raises(CRMError, match=reason):
            office.act(own, "Approve", user)
    approved = office.approved(segment, campaign_name="定")
    with pytest.raises(ValidationError, match="were approved as they are"):
        sqlite_post.site.update("Campaign", approved, budget=5)
    office.act(approved, "Reject", MANAGER)
    assert "is not approved" in office.refused("send", name=approved)
    assert sqlite_post.inbox.taken == []


def test_who_gave_no_consent_is_left_out_where_it_is_needed(sqlite_post: PostOffice) -> None:
    office = marketing(sqlite_post)
    segment = customers(office, 3)
    given = {"reference_doctype": "Customer", "purpose": "Marketing", "status": "Given", "evidence": "表单"}
    names = sqlite_post.site.read(lambda ctx: [row["name"] for row in ctx.store.list("Customer", order_by="creation")])
    sqlite_post.site.insert("Consent", reference_name=names[0], channel="Email", **given)
    sqlite_post.site.insert("Consent", reference_name=names[1], valid_until="2026-01-01", **given)
    office.send(office.approved(segment, requires_consent=1))
    assert [address for address, _ in sqlite_post.inbox.taken] == ["h0@example.org"]


def test_a_stranger_reaches_nothing(sqlite_post: PostOffice) -> None:
    office = marketing(sqlite_post)
    name = office.approved(customers(office, 1))
    office.send(name)
    sqlite_post.site.user("service@example.com", "Service User")
    recipient = office.recipient(name, "户0").name
    for method, about in (("send", name), ("log_call", recipient), ("make_opportunity", recipient)):
        answer = office.refused(method, "service@example.com", name=about)
        assert "Permission" in answer or "not found" in answer
    assert "has no telephone number" in office.refused("log_call", name=recipient)
    assert sqlite_post.client("service@example.com").get(f"/api/resource/{RECIPIENT}").status_code == 403
