"""The steps that a document has taken, held against another workflow: would each have been possible, by the same
person, with the values of that time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from crm_platform import expressions
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.restoring import values_at
from crm_platform.documents.scope import expression_scope, localised
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.cast import Cast

COLUMNS = tuple(Column((name,), name) for name in ("name", "creation", "workflow_state", "completed_by"))


@dataclass(frozen=True)
class Retraced:
    """One step of the past. `reason` is empty when the workflow would have allowed it, else the sentence why not."""

    state: str
    next_state: str
    user: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class _Past:
    """A document as a step of `user` found it: `scope` is what conditions saw."""

    doc: Document
    scope: Mapping[str, Any]
    user: str


def retrace(ctx: Context, workflow: Workflow, doc: Document, present: str, cast: Cast) -> Iterator[Retraced]:
    """The steps that led to the `present` state, the first ones first. Rows of tables count as they are today."""
    steps = _steps(ctx, doc)
    states = [*(str(row["workflow_state"]) for row in steps), present]
    for row, (start, end) in zip(steps, pairwise(states), strict=True):
        user = str(row["completed_by"] or "")
        reason = _against(ctx, workflow, _Past(doc, _scope_at(ctx, doc, row["creation"]), user), (start, end), cast)
        yield Retraced(start, end, user, row["creation"], reason)


def _scope_at(ctx: Context, doc: Document, moment: datetime) -> dict[str, Any]:
    """What a condition saw of the document at that time."""
    scope = expression_scope(ctx, doc)
    scope["doc"] |= {name: localised(ctx, value) for name, value in values_at(ctx, doc, moment).items()}
    return scope


def _steps(ctx: Context, doc: Document) -> list[Row]:
    about = all_of(
        Compare(("reference_doctype",), "=", doc.doctype),
        Compare(("reference_name",), "=", doc["name"]),
        Compare(("status",), "=", "Completed"),
    )
    rows = ctx.connection.select(Query(ctx.definitions["Workflow Action"], COLUMNS, about))
    return sorted(rows, key=lambda row: (row["creation"], row["name"]))


def _against(ctx: Context, workflow: Workflow, past: _Past, step: tuple[str, str], cast: Cast) -> str:
    """The first sentence against a step; empty when one transition would have taken it."""
    start, end = (workflow.becomes.get(state, state) for state in step)
    ways = [row for row in workflow.transitions if (row.state, row.next_state) == (start, end)]
    if not ways:
        return ctx._("No transition leads from {state} to {next}.", state=start, next=end)
    reasons = [_against_way(ctx, workflow, past, row, cast) for row in ways]
    return "" if "" in reasons else reasons[0]


def _against_way(ctx: Context, workflow: Workflow, past: _Past, row: Transition, cast: Cast) -> str:
    try:
        if row.condition and not expressions.compile(row.condition).holds(past.scope):
            return ctx._("The condition {condition} did not hold.", condition=row.condition)
    except ExpressionError as error:
        return ctx._("The condition of this action cannot be evaluated: {reason}", reason=error)
    if past.user == ADMINISTRATOR:
        return ""
    roles = {tier.role for tier in workflow.tiers_of(row)} or {row.allowed}
    if past.user not in cast.with_any(roles):
        return ctx._("{user} does not have the role {role}.", user=past.user, role=ctx._(", ").join(sorted(roles)))
    if not row.allow_self_approval and cast.is_same(past.user, str(past.doc.get("owner") or "")):
        return ctx._("Who created the document may not approve it.")
    return ""
