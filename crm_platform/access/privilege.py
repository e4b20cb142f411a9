"""Who may change who may do what."""

from __future__ import annotations

from crm_platform.access.profile import SYSTEM_MANAGER
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import PermissionError


def is_system(ctx: Context) -> bool:
    """The system's own context or Administrator: what code or the owner of the site decided."""
    return isinstance(ctx.policy, AllowAll) or ctx.user == ADMINISTRATOR


def is_manager(ctx: Context) -> bool:
    """Somebody who may change users, roles and rights."""
    return is_system(ctx) or SYSTEM_MANAGER in ctx.roles


def require_manager(ctx: Context, doctype: str) -> None:
    """Raises PermissionError unless the caller is a System Manager."""
    if not is_manager(ctx):
        raise PermissionError("Only a System Manager may change {doctype}.", doctype=doctype)


def require_above(ctx: Context, user: str) -> None:
    """Raises PermissionError when somebody else reaches for the account of Administrator."""
    if user == ADMINISTRATOR and not is_system(ctx):
        raise PermissionError("Only Administrator may change the account of Administrator.")
