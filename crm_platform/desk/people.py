"""Colleagues: who works in the desk knows the others by name and address, to assign, share with and mention them.

Their User documents stay closed: nothing but the name and the full name is told.
"""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.documents.context import ADMINISTRATOR, Context

DESK_USER = "Desk User"
MOST = 50
COLLEAGUES = {"enabled": 1, "user_type": "System User"}


def get_names_for_mentions(ctx: Context, search_term: str = "") -> list[dict[str, str]]:
    """Colleagues whose name or address contains the text, by name (Frappe's method for mentions)."""
    if not _is_colleague(ctx):
        return []
    either = [[field, "like", f"%{search_term}%"] for field in ("name", "full_name")]
    rows = ctx.as_system().store.list(
        "User",
        fields=("name", "full_name"),
        filters=COLLEAGUES,
        or_filters=either if search_term else None,
        order_by="full_name asc",
        limit=MOST,
    )
    return [{"id": str(row["name"]), "value": str(row["full_name"] or row["name"])} for row in rows]


def full_names(ctx: Context, users: Iterable[str]) -> dict[str, str]:
    """The full names of colleagues, for links to them."""
    wanted = sorted(set(users))
    if not _is_colleague(ctx) or not wanted:
        return {}
    rows = ctx.as_system().store.list(
        "User", fields=("name", "full_name"), filters={**COLLEAGUES, "name": ["in", wanted]}, limit=None
    )
    return {str(row["name"]): str(row["full_name"]) for row in rows if row["full_name"]}


def _is_colleague(ctx: Context) -> bool:
    return DESK_USER in ctx.roles or ctx.user == ADMINISTRATOR
