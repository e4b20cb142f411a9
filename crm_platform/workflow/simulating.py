"""A workflow that is not in force yet, tried on documents that are there: where they would be, who could move them on,
where they would be stuck. Without effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from crm_platform import expressions
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import ApprovalTier, Transition, Workflow
from crm_platform.workflow.cast import Cast
from crm_platform.workflow.retracing import Retraced, retrace

Placing = Literal["kept", "mapped", "first", "none"]
"""How a document comes to its state: it has it already, the mapping says so, it gets the first one of its document
status, or there is none for it."""

Outcome = Literal["open", "end", "stuck"]
"""Somebody can move it on; no transition leaves its state; there are transitions but nobody can take one (or it has no
state)."""


@dataclass(frozen=True)
class Way:
    """One transition out of the document's state: who can take it now, or the sentence why nobody can."""

    transition: Transition
    users: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Simulated:
    """What the workflow would make of one document; `past` are the steps that it took under the workflow in force."""

    doc: Document
    before: str
    state: str
    placing: Placing
    ways: tuple[Way, ...]
    past: tuple[Retraced, ...]

    @property
    def outcome(self) -> Outcome:
        if self.placing == "none":
            return "stuck"
        if not self.ways:
            return "end"
        return "open" if any(not way.reason for way in self.ways) else "stuck"


def simulate(ctx: Context, workflow: Workflow, docs: Sequence[Document], cast: Cast) -> Iterator[Simulated]:
    """Try `workflow` on each document, with its values as they are and the people of `cast`."""
    for doc in docs:
        before = _state_now(ctx, doc)
        state, placing = _place(workflow, doc, before)
        leaving = [row for row in workflow.transitions if row.state == state] if placing != "none" else []
        ways = tuple(_way(ctx, doc, workflow, row, cast) for row in leaving)
        yield Simulated(doc, before, state, placing, ways, tuple(retrace(ctx, workflow, doc, before, cast)))


def _state_now(ctx: Context, doc: Document) -> str:
    """The state under the workflow in force; empty without one."""
    flow = ctx.definitions.workflows.get(doc.doctype)
    return str(doc.get(flow.state_field) or "") if flow is not None else ""


def _place(workflow: Workflow, doc: Document, before: str) -> tuple[str, Placing]:
    if before in workflow.statuses:
        return before, "kept"
    target = workflow.becomes.get(before, "")
    if workflow.statuses.get(target) == doc["docstatus"]:
        return target, "mapped"
    fitting = [name for name, status in workflow.statuses.items() if status == doc["docstatus"]]
    return (fitting[0], "first") if fitting and not before else ("", "none")


def _way(ctx: Context, doc: Document, workflow: Workflow, row: Transition, cast: Cast) -> Way:
    scope = expression_scope(ctx, doc)
    try:
        if row.condition and not expressions.compile(row.condition).holds(scope):
            return Way(row, reason=ctx._("The condition {condition} does not hold.", condition=row.condition))
        counting = [
            t for t in workflow.tiers_of(row) if not t.condition or expressions.compile(t.condition).holds(scope)
        ]
    except ExpressionError as error:
        return Way(row, reason=ctx._("The condition of this action cannot be evaluated: {reason}", reason=error))
    tiers = counting or [ApprovalTier(row.state, row.action, row.allowed, row.approvals_required)]
    return _staffed(ctx, doc, row, tiers, cast)


def _staffed(ctx: Context, doc: Document, row: Transition, tiers: Sequence[ApprovalTier], cast: Cast) -> Way:
    """Whether there are enough different persons, without the one who made the document where that is asked for."""
    roles = [frozenset({tier.role, tier.escalate_to} - {""}) for tier in tiers]
    able = [cast.with_any(some) - _barred(doc, row, cast) for some in roles]
    users = tuple(sorted(frozenset().union(*able)))
    needed = sum(tier.approvals for tier in tiers)
    named = ctx._(", ").join(sorted(frozenset().union(*roles)))
    if not all(able):
        return Way(row, reason=ctx._("Nobody with the role {role} can do this.", role=named))
    if needed <= len(users) and cast.fill(
        [who for who, tier in zip(able, tiers, strict=True) for _ in range(tier.approvals)]
    ):
        return Way(row, users)
    text = "{count} different persons with the role {role} are needed; there are fewer."
    return Way(row, users, ctx._(text, count=needed, role=named))


def _barred(doc: Document, row: Transition, cast: Cast) -> frozenset[str]:
    """All accounts of who made the document, where nobody may approve his own."""
    if row.allow_self_approval:
        return frozenset()
    owner = str(doc.get("owner") or "")
    return frozenset(user for user in cast.persons if cast.is_same(user, owner))
