"""Who may look into a person's data as a whole, and erase it."""

from __future__ import annotations

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import PermissionError

OFFICERS = frozenset({"System Manager", "Privacy Officer"})


def require_officer(ctx: Context) -> Context:
    """The Context with the rights of the system. Raises PermissionError for anybody but these."""
    if not (isinstance(ctx.policy, AllowAll) or ctx.user == ADMINISTRATOR or OFFICERS & ctx.roles):
        raise PermissionError("Only a System Manager or Privacy Officer may do this.")
    return ctx.as_system()
