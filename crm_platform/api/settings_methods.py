"""What settings can be asked to do: try a mail account out, send a call again, verify the audit log, invite a user."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.responses import Response

from crm_platform.access import reset
from crm_platform.access.privilege import is_manager, require_manager
from crm_platform.api.call import Call
from crm_platform.api.methods import ApiMethod, Method, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.api.reset_methods import SEND_LINK
from crm_platform.documents.context import Context
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.jobs.queue import enqueue
from crm_platform.mail.probing import Tried, servers_of, try_out
from crm_platform.privacy import audit
from crm_platform.webhooks.resending import resend

Heads = Callable[[], Mapping[int, str]]
"""Hashes of the audit log by number that were kept beside the database."""

SOUND = {
    "outgoing": "The outgoing server answers and takes the sign-in.",
    "incoming": "The incoming server answers and takes the sign-in.",
}
BROKEN = {"outgoing": "The outgoing server: {error}", "incoming": "The incoming server: {error}"}


async def test_connection(call: Call, name: str) -> Response:
    """Reach and sign in to the servers of an Email Account that one may change: `ok`, and a sentence for each."""
    servers = await call.read(lambda ctx: servers_of(ctx, name))
    tried = await asyncio.get_running_loop().run_in_executor(call.site.slow, try_out, servers)
    return method_response(await call.read(lambda ctx: _told(ctx, tried)), call.style)


def _told(ctx: Context, tried: list[Tried]) -> dict[str, Any]:
    sentences = [
        ctx._(BROKEN[one.direction], error=one.error) if one.error else ctx._(SOUND[one.direction]) for one in tried
    ]
    nothing = ctx._("The account neither sends nor receives. Enable one of them.")
    return {
        "ok": bool(tried) and not any(one.error for one in tried),
        "message": "\n".join(sentences) or nothing,
    }


def send_again(ctx: Context, name: str) -> dict[str, str]:
    """Queue a webhook's call once more, with its first id: a receiver that had it can tell."""
    resend(ctx, name)
    return {"message": ctx._("The call is queued again.")}


def invite(ctx: Context, name: str) -> dict[str, str]:
    """Send a user the link to set a first password. For System Managers."""
    require_manager(ctx, "User")
    user = ctx.store.get("User", name)
    if not user["enabled"] or not user["email"]:
        raise ValidationError("{user} cannot be invited: enable the user and enter an address.", user=name)
    account = reset.count_request(ctx, name)
    sealed = ctx.runtime.cipher.encrypt(account.key)
    enqueue(ctx, SEND_LINK, {"account": sealed, "kind": "invitation"})
    return {"message": ctx._("The invitation is on its way to {email}.", email=user["email"])}


async def verify_audit(call: Call, heads: Heads) -> Response:
    """Look at every entry of the audit log, against the heads that were kept beside it. For System Managers.

    `sound` entries, the `hash` of the last of them, and the first `damage`: its number, name and reason, or null.
    """

    def work(ctx: Context) -> dict[str, Any]:
        head, damage = audit.verify(ctx, heads())
        told = {"sequence": damage.sequence, "name": damage.name, "reason": damage.reason} if damage else None
        return {"sound": head.sequence, "hash": head.entry_hash, "damage": told}

    await call.read(_require_auditor)
    found = await asyncio.get_running_loop().run_in_executor(call.site.preparing, partial(call.site.runtime.read, work))
    return method_response(found, call.style)


def _require_auditor(ctx: Context) -> None:
    if not is_manager(ctx):
        raise PermissionError("Only a System Manager may verify the audit log.")


def settings_methods(heads: Heads) -> tuple[Method, ...]:
    """The methods of a site whose audit log has these heads."""

    async def verify(call: Call) -> Response:
        """Look at every entry of the audit log; see `verify_audit`."""
        return await verify_audit(call, heads)

    return (
        ShellMethod("crm.mail.test_connection", test_connection, writes=True, verbs=("POST",)),
        ApiMethod("crm.webhooks.resend", send_again, writes=True),
        ApiMethod("crm.users.invite", invite, writes=True),
        ShellMethod("crm.audit.verify", verify),
    )
