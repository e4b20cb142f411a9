"""Sending a call once more by hand: the same body under the same id, so that a receiver that had it can tell."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.webhooks.calls import DELIVERED, FAILED, LINE
from crm_platform.webhooks.names import LOG, WEBHOOK


def resend(ctx: Context, name: str) -> None:
    """Put a finished call back into its line, behind those that wait; its attempts begin anew.

    For who may change its webhook. Raises DoesNotExistError, PermissionError, ValidationError for a call that still
    waits or whose webhook is off or gone.
    """
    row = ctx.store.get(LOG, name, for_update=True)
    if row["status"] not in (DELIVERED, FAILED):
        raise ValidationError("The call still waits: it is tried again by itself.")
    system = ctx.as_system().store
    webhook = system.get(WEBHOOK, row["webhook"]) if system.exists(WEBHOOK, row["webhook"]) else None
    if webhook is None or not webhook["enabled"]:
        raise ValidationError("The webhook is switched off or gone. Switch it on first.")
    if not ctx.policy.allows(webhook.meta, "write", webhook):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=WEBHOOK, action="write")
    if not row["data"]:
        raise ValidationError("The call has no content that could be sent: {error}", error=row["error"] or "")
    again = {
        "status": "Queued",
        "retry": 0,
        "error": None,
        "send_after": ctx.now(),
        "sequence": LINE.place(ctx, row.as_dict()),
    }
    if ctx.connection.update_row(row.meta, name, again, where={"status": row["status"]}):
        ctx.audit("Webhook Sent Again", LOG, name)
        LINE.plan(ctx, name)
