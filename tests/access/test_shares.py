"""Sharing: nobody shares a right that he does not hold, by whatever way."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from crm_platform.access.shares import share, shares_of
from crm_platform.documents.context import Context
from crm_platform.errors import CRMError, DoesNotExistError, LinkValidationError, PermissionError, ValidationError
from support.access_site import Site
from support.sabotage import defended_by, nothing

ANN, BO, CAI = "ann@example.com", "bo@example.com", "cai@example.com"
RIGHTS = ("read", "write", "share", "submit")


@pytest.fixture
def deals(site: Site) -> Site:
    """安 owns a deal that she may write and share; 博 and 蔡 have no roles."""
    site.add_user(ANN, "Sales User")
    site.add_user(BO)
    site.add_user(CAI)
    site.add("Deal", by=ANN, title="安的合同")
    site.add("Deal", title="别人的合同")
    return site


def give(site: Site, by: str, to: str, *rights: str, deal: str = "安的合同", **more: Any) -> None:
    site.write(by, lambda ctx: share(ctx, "Deal", deal, to, rights, **more))


def held(site: Site, user: str, deal: str = "安的合同") -> set[str]:
    return {right for right in RIGHTS if site.allows(user, "Deal", right, deal)}


def test_an_owner_shares_what_he_holds(deals: Site) -> None:
    give(deals, ANN, BO, "write")
    assert held(deals, BO) == {"read", "write"}
    give(deals, ANN, BO, "read")
    assert held(deals, BO) == {"read"}
    give(deals, ANN, BO)
    assert held(deals, BO) == set()


def test_a_share_for_everyone(deals: Site) -> None:
    give(deals, ANN, "", "read", everyone=True)
    assert held(deals, CAI) == {"read"}
    shares = deals.read(ANN, lambda ctx: shares_of(ctx, "Deal", "安的合同"))
    assert [(one["user"], one["everyone"], one["read"]) for one in shares] == [("", 1, 1)]


@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_nobody_shares_a_right_that_he_does_not_hold(deals: Site) -> None:
    for right in ("submit",):
        with pytest.raises(PermissionError, match="you do not have it"):
            give(deals, ANN, BO, right)
    with pytest.raises(PermissionError):
        give(deals, ANN, BO, "read", deal="别人的合同")
    give(deals, ANN, BO, "read", "share")
    with pytest.raises(PermissionError):
        give(deals, BO, CAI, "write")
    with pytest.raises(PermissionError):
        give(deals, BO, BO, "read", "write", "share")
    give(deals, BO, CAI, "read")
    assert held(deals, CAI) == {"read"}


@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_the_share_document_itself_is_no_way_around(deals: Site) -> None:
    deals.add_user("boss@example.com", "System Manager")
    row = {"share_doctype": "Deal", "share_name": "安的合同", "user": "boss@example.com", "write": 1}
    with pytest.raises((PermissionError, DoesNotExistError)):
        deals.add("DocShare", by="boss@example.com", **row)
    with pytest.raises(PermissionError):
        deals.add("DocShare", by=ANN, **{**row, "user": ANN})


@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_a_share_is_not_moved_to_another_document(deals: Site) -> None:
    deals.add_user("boss@example.com", "System Manager", "Sales User")
    deals.add("Deal", by="boss@example.com", title="自己的")
    row = {"share_doctype": "Deal", "share_name": "自己的", "user": BO, "write": 1}
    name = deals.add("DocShare", by="boss@example.com", **row)
    give(deals, ANN, "boss@example.com", "read", "share")
    with pytest.raises(PermissionError):
        deals.change("DocShare", name, by="boss@example.com", share_name="安的合同")
    assert held(deals, BO) == set()


def test_only_who_may_share_takes_shares_away(deals: Site) -> None:
    give(deals, ANN, BO, "read")
    with pytest.raises(PermissionError):
        give(deals, BO, BO)
    assert held(deals, BO) == {"read"}


def test_D1_an_unreadable_document_is_shared_like_a_missing_one(deals: Site) -> None:
    give(deals, ANN, BO, "read", "share")
    answers = set()
    for name in ("别人的合同", "没有的"):
        with pytest.raises(DoesNotExistError) as caught:
            give(deals, BO, CAI, "read", deal=name)
        answers.add(str(caught.value).replace(name, "X"))
    assert len(answers) == 1


def test_odd_shares_are_refused(deals: Site) -> None:
    with pytest.raises(LinkValidationError):
        give(deals, ANN, "nobody@example.com", "read")
    with pytest.raises(ValidationError, match="needs a user"):
        give(deals, ANN, "", "read")
    with pytest.raises(ValidationError, match="cannot be shared"):
        deals.system(lambda ctx: share(ctx, "System Settings", "System Settings", BO, ["read"]))


class Sharing(RuleBasedStateMachine):
    """Users without the right role share, unshare and edit shares at random."""

    site: Site

    @rule(by=st.sampled_from([ANN, BO, CAI]), to=st.sampled_from([BO, CAI]), rights=st.sets(st.sampled_from(RIGHTS)))
    def try_to_share(self, by: str, to: str, rights: set[str]) -> None:
        before = held(self.site, by)
        try:
            give(self.site, by, to, *rights)
        except CRMError:
            return
        assert "share" in before
        assert rights <= before

    @precondition(lambda self: bool(held(self.site, BO)))
    @rule(right=st.sampled_from(RIGHTS))
    def try_to_widen_the_own_share(self, right: str) -> None:
        before = held(self.site, BO)
        names = self.site.system(lambda ctx: [row["name"] for row in ctx.store.list("DocShare", filters={"user": BO})])
        for name in names:
            with pytest.raises(CRMError):
                self.site.change("DocShare", name, by=BO, **{right: 1})
        assert held(self.site, BO) == before

    @invariant()
    def rights_never_grow_beyond_the_owners(self) -> None:
        for user in (BO, CAI):
            assert held(self.site, user) <= {"read", "write", "share"}


def share_at_random(deals: Site, examples: int, steps: int) -> None:
    def start() -> Sharing:
        deals.system(clear)
        machine = Sharing()
        machine.site = deals
        return machine

    def clear(ctx: Context) -> None:
        for row in ctx.store.list("DocShare", limit=0):
            ctx.store.delete("DocShare", row["name"])

    chosen = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(start, settings=chosen)


@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_rights_never_grow_without_a_holder(deals: Site) -> None:
    share_at_random(deals, 8, 8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_rights_never_grow_in_five_hundred_sequences(deals: Site) -> None:
    share_at_random(deals, 500, 50)
