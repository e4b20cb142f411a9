"""The smallest change that turns a decision round: told in words, and true when it is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crm_platform.access.explain import Question
from crm_platform.access.remedies import Change
from crm_platform.access.row_filters import RowFilter
from crm_platform.database.conditions import NOTHING
from support.access_site import Site

ANN, BEN, CHEN = "ann@example.com", "ben@example.com", "chen@example.com"


@pytest.fixture
def deals(site: Site) -> Site:
    """Ann sells in 华东 only; Ben has no role at all."""
    for region in ("华东", "欧洲"):
        site.add("Region", title=region)
        site.add("Deal", title=f"D-{region}", region=region)
    site.add_user(ANN, "Sales User")
    site.add_user(BEN)
    site.add("User Permission", user=ANN, allow="Region", for_value="华东")
    return site


def changes(site: Site, user: str, question: Question) -> list[list[str]]:
    """Each proposal as filled sentences."""
    told = site.read("Administrator", lambda ctx: site.access.explain(ctx, question, user))
    return [[one.template.format_map(one.params) for one in together] for together in told.changes]


def set_roles(site: Site, user: str, *, without: str = "", more: str = "") -> None:
    stored = site.read("Administrator", lambda ctx: ctx.store.get("User", user))
    kept = [row["role"] for row in stored["roles"] if row["role"] != without]
    site.change("User", user, roles=[{"role": role} for role in (*kept, *filter(None, (more,)))])


def remove_user_permission(site: Site, change: Change) -> None:
    filters = {"user": change.params["user"], "allow": change.params["allow"], "for_value": change.params["value"]}
    for row in site.read("Administrator", lambda ctx: ctx.store.list("User Permission", filters=filters)):
        site.delete("User Permission", row["name"])


MAKE: dict[str, Callable[[Site, Change], None]] = {
    "Give {user} the role {role}.": lambda site, c: set_roles(site, c.params["user"], more=c.params["role"]),
    "Take the role {role} from {user}.": lambda site, c: set_roles(site, c.params["user"], without=c.params["role"]),
    "Share {doctype} {name} with {user} for {right}.": lambda site, c: site.add(
        "DocShare",
        user=c.params["user"],
        share_doctype=c.params["doctype"],
        share_name=c.params["name"],
        **{"read": 1, c.params["right"]: 1},
    ),
    "Remove the user permission {allow} {value} of {user}.": remove_user_permission,
    "Add the user permission {allow} {value} for {user}.": lambda site, c: site.add(
        "User Permission", user=c.params["user"], allow=c.params["allow"], for_value=c.params["value"]
    ),
}
"""How an administrator makes a proposed change."""

QUESTIONS = [
    (ANN, Question("Deal", "read", "D-欧洲")),
    (ANN, Question("Deal", "read", "D-华东")),
    (ANN, Question("Deal", "write", "D-华东")),
    (ANN, Question("Deal", "read", "D-华东", "margin")),
    (BEN, Question("Deal", "read", "D-欧洲")),
    (BEN, Question("Deal", "create")),
]


@pytest.mark.parametrize("position", range(len(QUESTIONS)))
@pytest.mark.parametrize("choice", range(5))
def test_a_change_that_is_made_turns_the_decision_round(deals: Site, position: int, choice: int) -> None:
    user, question = QUESTIONS[position]
    told = deals.read("Administrator", lambda ctx: deals.access.explain(ctx, question, user))
    assert told.changes
    possible = [together for together in told.changes if all(one.template in MAKE for one in together)]
    if choice >= len(possible):
        return
    for change in possible[choice]:
        MAKE[change.template](deals, change)
    after = deals.read("Administrator", lambda ctx: deals.access.explain(ctx, question, user))
    assert after.allowed != told.allowed, [one.template.format_map(one.params) for one in possible[choice]]


def test_the_ways_to_a_document_of_another_region(deals: Site) -> None:
    assert changes(deals, ANN, Question("Deal", "read", "D-欧洲")) == [
        ["Share Deal D-欧洲 with ann@example.com for read."],
        ["Remove the user permission Region 华东 of ann@example.com."],
        ["Add the user permission Region 欧洲 for ann@example.com."],
    ]


def test_of_two_needed_changes_both_are_told(deals: Site) -> None:
    proposed = changes(deals, ANN, Question("Deal", "delete", "D-欧洲"))
    role, region = "Give {} the role Sales Manager.", "Add the user permission Region 欧洲 for {}."
    assert [role.replace("{}", ANN), region.replace("{}", ANN)] in proposed
    assert all(len(together) == 2 for together in proposed)


def test_no_change_of_rights_helps_against_a_pack_or_for_what_cannot_be_submitted(deals: Site) -> None:
    assert changes(deals, ANN, Question("Memo", "submit")) == []
    deals.filters.append(RowFilter("bank", "Deal", lambda *_: NOTHING))
    assert changes(deals, ANN, Question("Deal", "read", "D-华东")) == []
    told = deals.read("Administrator", lambda ctx: deals.access.explain(ctx, Question("Deal", "read", "D-华东"), ANN))
    (narrowing,) = (reason for reason in told.reasons if reason.kind == "row filter")
    assert (narrowing.layer, narrowing.verdict) == ("bank", False)


def test_nothing_takes_rights_from_the_administrator(deals: Site) -> None:
    assert changes(deals, "Administrator", Question("Deal", "read", "D-华东")) == []


def test_the_team_is_a_reason_and_joining_it_opens_its_documents(deals: Site) -> None:
    deals.add_user(CHEN, "Auditor")
    deals.add("User Group", name="华东队", user_group_members=[{"user": BEN}])
    deals.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Deal"], "D-欧洲", {"owner": BEN}))
    question = Question("Deal", "read", "D-欧洲")
    assert not deals.allows(CHEN, "Deal", "read", "D-欧洲")
    assert [f"Add {CHEN} to the team 华东队."] in changes(deals, CHEN, question)
    deals.change("User Group", "华东队", user_group_members=[{"user": BEN}, {"user": CHEN}])
    assert deals.listed(CHEN, "Deal") == {"D-欧洲"}
    assert [f"Take {CHEN} out of the team 华东队."] in changes(deals, CHEN, question)
    told = deals.read("Administrator", lambda ctx: deals.access.explain(ctx, question, CHEN)).reasons
    assert [reason.params["teams"] for reason in told if reason.kind == "role"] == ["华东队"]
    deals.change("User Group", "华东队", disabled=1)
    assert deals.listed(CHEN, "Deal") == set()
