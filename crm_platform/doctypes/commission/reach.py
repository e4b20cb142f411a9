"""Who sees which commission statement: a sales person the own ones."""

from __future__ import annotations

from crm_platform.pack import EVERYTHING, Compare, Condition, Context

ALL_STATEMENTS = frozenset({"System Manager", "Sales Manager", "Accounts Manager", "Accounts User", "Administrator"})


def own_statements(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the shape of a row filter
    """All for those who make, pay or check them; else those of the caller."""
    return EVERYTHING if ctx.roles & ALL_STATEMENTS else Compare(("user",), "=", ctx.user)
