"""No sequence of approvals and edits gets past the persons who must agree."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.offers import MakeOffers, Offers
from support.sabotage import defended_by

TWO = {"approvals_required": 2}
STEPS = st.lists(st.sampled_from(("a", "b", "b2", "c", "edit")), max_size=12)
AGAIN = [HealthCheck.function_scoped_fixture]
"""Every example goes on with the same site, and makes an offer of its own."""


def approve_and_edit(offers: Offers, steps: list[str]) -> None:
    """Against a plain model: the set of persons who approved since the last edit."""
    name = offers.offer("li@example.com", amount=1)
    gave: set[str] = set()
    for number, who in enumerate(steps):
        if len(gave) == 2:
            break
        if who == "edit":
            offers.site.update("Offer", name, "li@example.com", amount=number + 2)
            gave.clear()
        elif who[0] in gave:
            assert offers.reason(f"{who}@example.com", name, "Approve")
        else:
            offers.take(f"{who}@example.com", name, "Approve")
            gave.add(who[0])
    assert offers.state(name) == ("Approved" if len(gave) == 2 else "审批中")


@defended_by("crm_platform.workflow.approvals:person_of", replace_with=lambda _, user: user)
@settings(max_examples=15, deadline=None, suppress_health_check=AGAIN)
@given(steps=STEPS)
def test_C12_C14_no_sequence_of_approvals_and_edits_gets_past_two_persons(
    offers_of_three: Offers, steps: list[str]
) -> None:
    approve_and_edit(offers_of_three, steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@defended_by("crm_platform.workflow.approvals:person_of", replace_with=lambda _, user: user)
@settings(max_examples=1000, deadline=None, suppress_health_check=AGAIN)
@given(steps=STEPS)
def test_C12_C14_a_thousand_sequences_of_approvals_and_edits(offers_of_three: Offers, steps: list[str]) -> None:
    approve_and_edit(offers_of_three, steps)


@pytest.fixture
def offers_of_three(make_offers: MakeOffers) -> Offers:
    offers = make_offers(**TWO)
    offers.person("li", "Clerk")
    for name in ("a", "b", "b2", "c"):
        offers.person(name, "Manager")
    offers.site.update("User", "b2@example.com", same_person_as="b@example.com")
    return offers
