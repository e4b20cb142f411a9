"""Whom an action is for: named users, a team, everybody with a role, and users whom fields of the document name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crm_platform import expressions
from crm_platform.automation.assigning import open_assignments
from crm_platform.automation.rule import Action
from crm_platform.automation.teams import members
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import GUEST, Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope

SEPARATORS = re.compile(r"[,;\n]")


def recipients(ctx: Context, doc: Document, action: Action) -> list[str]:
    """Users and mail addresses, each once, in the order of the action's fields; none where its condition fails."""
    condition = action.text("condition").strip()
    if condition and not expressions.compile(condition).holds(expression_scope(ctx, doc)):
        return []
    by_field = (str(doc.get(name, "")) for name in action.lines("user_fields"))
    having = [row["allocated_to"] for row in open_assignments(ctx, doc)] if action.options.get("assignees") else []
    given = [*having, *action.lines("users"), *(part.strip() for text in by_field for part in SEPARATORS.split(text))]
    found = dict.fromkeys(name for name in given if name)
    others = [*enabled(ctx, members(ctx, action.text("user_group"))), *holders(ctx, action.text("role"))]
    return list(dict.fromkeys([*found, *others]))


def holders(ctx: Context, role: str) -> list[str]:
    """The enabled users who have a role, sorted."""
    if not role:
        return []
    has_role = all_of(Compare(("role",), "=", role), Compare(("parenttype",), "=", "User"))
    rows = ctx.connection.select(Query(ctx.definitions["Has Role"], (Column(("parent",), "user"),), has_role))
    return enabled(ctx, sorted({str(row["user"]) for row in rows}))


def enabled(ctx: Context, names: Iterable[str]) -> list[str]:
    """Those of the names that are users who may sign in, in the order given."""
    rows = ctx.connection.get_rows(ctx.definitions["User"], list(names))
    return [str(row["name"]) for row in rows if row["enabled"] and row["name"] != GUEST]
