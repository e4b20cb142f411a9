"""Teams (Frappe's User Group): who of them is given work."""

from __future__ import annotations

from crm_platform.documents.context import Context

USER_GROUP, MEMBER = "User Group", "User Group Member"


def members(ctx: Context, team: str) -> list[str]:
    """The members of a team in their order; none of one that is disabled or not there."""
    row = ctx.connection.get_row(ctx.definitions[USER_GROUP], team) if team else None
    if row is None or row["disabled"]:
        return []
    rows = ctx.connection.get_children(ctx.definitions[MEMBER], USER_GROUP, [team])
    return [str(child["user"]) for child in rows]
