"""Assignments: who is next, who has the least to do, and the ToDo that gives a document to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

TODO = "ToDo"
OPEN = "Open"


@dataclass(frozen=True)
class Assignment:
    """What a ToDo says besides the document: `rule` is the record that made it."""

    user: str
    description: str
    rule: str = ""
    due: date | None = None


def next_in_turn(candidates: Sequence[str], last: str) -> str:
    """The one after `last`, the first after the last one."""
    place = candidates.index(last) + 1 if last in candidates else 0
    return candidates[place % len(candidates)]


def least_loaded(ctx: Context, candidates: Sequence[str]) -> str:
    """The one with the fewest open assignments; of several the first."""
    return min(candidates, key=lambda user: _load(ctx, user))


def _load(ctx: Context, user: str) -> int:
    where = all_of(Compare(("allocated_to",), "=", user), Compare(("status",), "=", OPEN))
    return ctx.connection.count(Query(ctx.definitions[TODO], where=where))


def open_assignments(ctx: Context, doc: Document) -> list[dict[str, Any]]:
    """The open ToDos about a document: name, allocated_to, assignment_rule."""
    where = all_of(
        Compare(("reference_name",), "=", doc["name"]),
        Compare(("reference_type",), "=", doc.doctype),
        Compare(("status",), "=", OPEN),
    )
    columns = tuple(Column((name,), name) for name in ("name", "allocated_to", "assignment_rule"))
    return ctx.connection.select(Query(ctx.definitions[TODO], columns, where))


def assign(ctx: Context, doc: Document, assignment: Assignment) -> None:
    """Give the document to a user by a ToDo, which tells that user (see telling)."""
    system = ctx.as_system().store
    values = {
        "allocated_to": assignment.user,
        "assigned_by": ctx.user,
        "reference_type": doc.doctype,
        "reference_name": doc["name"],
        "description": assignment.description,
        "assignment_rule": assignment.rule or None,
        "date": assignment.due,
        "status": OPEN,
    }
    system.insert(system.new(TODO, values))
