"""What the people of a site make of a workflow: actions that nobody there could take, or not enough of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.metadata.model import ApprovalTier, Transition, Workflow
from crm_platform.metadata.problems import Problem
from crm_platform.workflow.cast import EVERYBODY, Cast, cast_of
from crm_platform.workflow.persons import everybody_with, live_roles

MOST_SEATS = 50
"""Approvals of one tier that are tried on people; more are never given."""

SENTENCES = {
    "D830": (
        "The workflow {workflow}: nobody can take {action} from {state}: all with the role {role} are disabled.",
        "Give the role to somebody who may sign in, or the action to another role.",
    ),
    "D831": (
        "The workflow {workflow}: {action} from {state} needs {count} persons with the role {role}; there are {found}.",
        "Give the role to more persons, or ask for fewer approvals. Several accounts of one person count once.",
    ),
    "D832": (
        "The workflow {workflow}: nobody can take {action} from {state}, for the role {role} is not there or disabled.",
        "Add or enable the role, or give the action to another one.",
    ),
}


def understaffed(ctx: Context, workflows: Iterable[Workflow]) -> Iterator[Problem]:
    """Faults of workflows that are not in force yet, seen with the roles and accounts of the site as they are.

    A role that nobody was ever given is none: people may still come.
    """
    flows = list(workflows)
    if not flows:
        return
    cast, live = cast_of(ctx), live_roles(ctx) | EVERYBODY
    for flow in flows:
        for row in flow.transitions:
            yield from _of_transition(ctx, flow, row, cast, live)


def _of_transition(
    ctx: Context, flow: Workflow, row: Transition, cast: Cast, live: frozenset[str]
) -> Iterator[Problem]:
    tiers = flow.tiers_of(row) or (ApprovalTier(row.state, row.action, row.allowed, row.approvals_required),)
    about = {"workflow": flow.name, "action": row.action, "state": row.state}
    roles = sorted({role for tier in tiers for role in (tier.role, tier.escalate_to)} - {""})
    lacking = [role for role in roles if role not in live]
    yield from (_problem(flow, "D832", {**about, "role": role}) for role in lacking)
    empty = [role for role in roles if role in live and not cast.with_role(role)]
    gone = [role for role in empty if everybody_with(ctx, role)]
    yield from (_problem(flow, "D830", {**about, "role": role}) for role in gone)
    if roles and not lacking and not empty:
        yield from _too_few(flow, tiers, cast, about)


def _too_few(flow: Workflow, tiers: Sequence[ApprovalTier], cast: Cast, about: dict[str, Any]) -> Iterator[Problem]:
    """Whether the tiers that always count can be filled, and these together with each that counts at times."""
    always = [tier for tier in tiers if not tier.condition]
    for together in [[*always, tier] for tier in tiers if tier.condition] or [always]:
        able = [cast.with_any({tier.role, tier.escalate_to} - {""}) for tier in together]
        seats = [who for who, tier in zip(able, together, strict=True) for _ in range(min(tier.approvals, MOST_SEATS))]
        if not cast.fill(seats):
            persons = {cast.persons[user] for who in able for user in who}
            named = ", ".join(sorted({tier.role for tier in together}))
            count = sum(tier.approvals for tier in together)
            yield _problem(flow, "D831", {**about, "role": named, "count": count, "found": len(persons)})
            return


def _problem(flow: Workflow, code: str, params: dict[str, Any]) -> Problem:
    template, remedy = SENTENCES[code]
    return Problem(code, template, remedy, "warning", source=flow.name, doctype=flow.document_type, params=params)
