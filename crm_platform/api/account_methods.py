"""What an administrator does about somebody else's account, as buttons of the form User do it."""

from __future__ import annotations

from collections.abc import Callable

from crm_platform.access import keys, sessions, totp
from crm_platform.access.privilege import require_above, require_manager
from crm_platform.api.methods import ApiMethod, Method
from crm_platform.documents.context import Context


def end_sessions(ctx: Context, name: str) -> dict[str, str]:
    """Sign a user out everywhere; of the caller's own sessions the one of this request stays."""
    _require(ctx, name)
    sessions.end_sessions(ctx, name, but=ctx.session if ctx.user == name else "")
    ctx.audit("Sessions Ended", "User", name)
    return {"message": ctx._("{user} is signed out everywhere.", user=name)}


def reset_second_factor(ctx: Context, name: str) -> dict[str, str]:
    """Take the second factor of a user away, who lost the device."""
    _require(ctx, name)
    totp.reset_totp(ctx, name)
    return {"message": ctx._("{user} signs in without a second factor until a new one is set up.", user=name)}


def revoke_keys(ctx: Context, name: str) -> dict[str, str]:
    """Take the API key of a user away: programs that use it can no longer sign in."""
    keys.revoke_keys(ctx, name)
    return {"message": ctx._("The API key of {user} is no longer valid.", user=name)}


def _require(ctx: Context, user: str) -> None:
    require_manager(ctx, "User")
    require_above(ctx, user)


DEEDS: dict[str, Callable[..., dict[str, str]]] = {
    "crm.users.end_sessions": end_sessions,
    "crm.users.reset_second_factor": reset_second_factor,
    "crm.users.revoke_keys": revoke_keys,
}
METHODS: tuple[Method, ...] = tuple(ApiMethod(name, deed, writes=True) for name, deed in DEEDS.items())
