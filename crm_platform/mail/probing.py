"""Trying an Email Account out: who may, and which servers it has. Asking them is loaded when it is first done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crm_platform.deferred import Deferred
from crm_platform.documents.context import Context
from crm_platform.errors import PermissionError
from crm_platform.mail.accounts import ACCOUNT, Server, imap_server, smtp_server


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of an account; None where that direction is switched off."""

    outgoing: Server | None
    incoming: Server | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What one server said; `error` is empty when it is reached and takes the sign-in."""

    direction: str
    error: str


try_out: Callable[[Servers], list[Tried]] = Deferred("crm_platform.mail.trying", "try_out")


def servers_of(ctx: Context, account: str) -> Servers:
    """Raises DoesNotExistError, or PermissionError for who may not change the account."""
    doc = ctx.store.get(ACCOUNT, account)
    if not ctx.policy.allows(doc.meta, "write", doc):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=ACCOUNT, action="write")
    return Servers(smtp_server(ctx, account), imap_server(ctx, account))
