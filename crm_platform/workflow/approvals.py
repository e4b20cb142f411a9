"""Approvals of a workflow action: which are needed, which are given, who may give the next one, and giving it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crm_platform import expressions
from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError, WorkflowTransitionError
from crm_platform.metadata.model import ApprovalTier, Transition, Workflow
from crm_platform.workflow.content import content_hash
from crm_platform.workflow.history import entered
from crm_platform.workflow.persons import Capacity, capacities, person_of

APPROVAL = "Workflow Approval"
VALID, USED, VOID = "Valid", "Used", "Void"
COLUMNS = (
    "name",
    "creation",
    "workflow_state",
    "action",
    "next_state",
    "user",
    "person",
    "on_behalf_of",
    "tier",
    "role",
    "content_hash",
)


@dataclass(frozen=True)
class TierStatus:
    """How far the approvals of one tier are. `opened` is when its turn came, None while a lower tier is not done."""

    tier: ApprovalTier
    given: tuple[Row, ...]
    opened: datetime | None

    @property
    def missing(self) -> int:
        return max(0, self.tier.approvals - len(self.given))

    def is_escalated(self, now: datetime) -> bool:
        """Whether it has waited so long that the next role may approve, too."""
        hours = self.tier.escalate_after
        return bool(self.opened and self.missing and hours and now >= self.opened + timedelta(hours=hours))

    def roles(self, now: datetime) -> frozenset[str]:
        """Who may give an approval of this tier."""
        escalated = self.tier.escalate_to if self.is_escalated(now) else ""
        return frozenset({self.tier.role, escalated} - {""})


@dataclass(frozen=True)
class Turn:
    """The tier that the caller may approve now, and in whose place."""

    tier: ApprovalTier
    on_behalf_of: str = ""


def tiers_for(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> list[ApprovalTier]:
    """The tiers that count for this document, the first ones first; the action's own role where none does.

    Raises ExpressionError for a condition that cannot be evaluated.
    """
    scope = expression_scope(ctx, doc)
    counting = [t for t in workflow.tiers_of(row) if not t.condition or expressions.compile(t.condition).holds(scope)]
    own = ApprovalTier(row.state, row.action, row.allowed, row.approvals_required)
    return sorted(counting, key=lambda tier: tier.tier) or [own]


def approvals_given(ctx: Context, doc: Document, state: str) -> list[Row]:
    """The approvals in this state that are not void, the first ones first."""
    return _rows(ctx, doc, Compare(("status",), "=", VALID), Compare(("workflow_state",), "=", state))


def _rows(ctx: Context, doc: Document, *conditions: Condition) -> list[Row]:
    meta = ctx.definitions[APPROVAL]
    about = all_of(
        Compare(("reference_doctype",), "=", doc.doctype), Compare(("reference_name",), "=", doc["name"]), *conditions
    )
    rows = ctx.connection.select(Query(meta, tuple(Column((name,), name) for name in COLUMNS), about))
    return sorted(rows, key=lambda row: (row["creation"], row["name"]))


def progress(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> list[TierStatus]:
    """Each tier of the action with the approvals it has, each of them counted once: two tiers of one number and role
    need one each. Raises ExpressionError as tiers_for."""
    now_holds = content_hash(ctx.definitions, workflow, doc)
    given = [
        one
        for one in approvals_given(ctx, doc, row.state)
        if one["action"] == row.action and one["content_hash"] == now_holds
    ]
    found: list[TierStatus] = []
    for tier in tiers_for(ctx, doc, workflow, row):
        fitting = [one for one in given if (one["tier"], one["role"]) == (tier.tier, tier.role)]
        own = tuple(fitting[: tier.approvals])
        given = [one for one in given if one not in own]
        below = [status for status in found if status.tier.tier < tier.tier]
        found.append(TierStatus(tier, own, _opened(ctx, doc, below)))
    return found


def _opened(ctx: Context, doc: Document, below: Sequence[TierStatus]) -> datetime | None:
    """When the tiers below were done; for the first tier when the document came into its state."""
    if any(status.missing for status in below):
        return None
    times = [one["creation"] for status in below for one in status.given]
    return max(times) if times else entered(ctx, doc)


def turn_of(ctx: Context, doc: Document, statuses: Sequence[TierStatus]) -> Turn | str:
    """The tier that the caller may approve, or the sentence why he may not."""
    person = person_of(ctx, ctx.user)
    given = [one for status in statuses for one in status.given]
    gave = {one["person"] for one in given}
    if person in gave:
        return ctx._("You have approved this already.")
    represented = {person_of(ctx, one["on_behalf_of"]) for one in given if one["on_behalf_of"]}
    if person in represented:
        return ctx._("This was approved in your place already.")
    waiting = [status for status in statuses if status.opened is not None and status.missing]
    heard = {*gave, *represented, person_of(ctx, doc["owner"])}
    for capacity in capacities(ctx, doc.doctype):
        if capacity.on_behalf_of and person_of(ctx, capacity.on_behalf_of) in heard:
            continue
        for status in waiting:
            if _fits(ctx, capacity, status):
                return Turn(status.tier, capacity.on_behalf_of)
    roles = sorted({role for status in waiting for role in status.roles(ctx.now())})
    return ctx._("Only {role} may do this.", role=ctx._(", ").join(roles))


def _fits(ctx: Context, capacity: Capacity, status: TierStatus) -> bool:
    return ctx.user == ADMINISTRATOR or bool(status.roles(ctx.now()) & capacity.roles)


def approve(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> bool:
    """Record the caller's approval and say whether it was the last one.

    Raises WorkflowTransitionError when it is not his turn.
    """
    statuses = progress(ctx, doc, workflow, row)
    turn = turn_of(ctx, doc, statuses)
    if isinstance(turn, str):
        raise WorkflowTransitionError("{reason}", reason=turn)
    values = {
        "status": VALID,
        "reference_doctype": doc.doctype,
        "reference_name": doc["name"],
        "workflow_state": row.state,
        "action": row.action,
        "next_state": row.next_state,
        "user": ctx.user,
        "person": person_of(ctx, ctx.user),
        "on_behalf_of": turn.on_behalf_of or None,
        "tier": turn.tier.tier,
        "role": turn.tier.role,
        "content_hash": content_hash(ctx.definitions, workflow, doc),
        "name": random_name(),
    }
    write_as_is(ctx, [Document(ctx.definitions[APPROVAL], ctx.definitions, values)])
    return sum(status.missing for status in statuses) == 1


def close(ctx: Context, doc: Document, state: str, action: str, reason: str) -> None:
    """The approvals of a state are over: those of the action taken were used, the others are void for `reason`."""
    for row in approvals_given(ctx, doc, state):
        used = row["action"] == action
        _mark(ctx, row, USED if used else VOID, "" if used else reason)


def void(ctx: Context, rows: Sequence[Row], reason: str) -> None:
    for row in rows:
        _mark(ctx, row, VOID, reason)


def _mark(ctx: Context, row: Row, status: str, reason: str) -> None:
    changed: dict[str, Any] = {"status": status, "reason": reason, "modified": ctx.now(), "modified_by": ctx.user}
    ctx.connection.update_row(ctx.definitions[APPROVAL], row["name"], changed)


def approvals_behind(ctx: Context, doc: Document, state: str) -> list[Row]:
    """The used approvals that brought the document into this state."""
    return _rows(ctx, doc, Compare(("status",), "=", USED), Compare(("next_state",), "=", state))


def describe(ctx: Context, doc: Document, workflow: Workflow, row: Transition) -> list[dict[str, Any]]:
    """The tiers of an action for people: role, how many are needed, who gave them in whose place, escalation."""
    try:
        statuses = progress(ctx, doc, workflow, row)
    except ExpressionError:
        return []
    return [
        {
            "tier": status.tier.tier,
            "role": status.tier.role,
            "needed": status.tier.approvals,
            "given": [{"user": one["user"], "on_behalf_of": one["on_behalf_of"] or ""} for one in status.given],
            "is_open": int(status.opened is not None and bool(status.missing)),
            "is_escalated": int(status.is_escalated(ctx.now())),
            "escalate_to": status.tier.escalate_to,
        }
        for status in statuses
    ]
