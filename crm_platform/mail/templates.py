"""Email Templates: their Jinja sources, as text for a worker process."""

from __future__ import annotations

from crm_platform.documents.context import Context

TEMPLATE = "Email Template"


def sources_of(ctx: Context, name: str) -> dict[str, str]:
    """Subject and message of an Email Template that the caller may read. Raises DoesNotExistError."""
    template = ctx.store.get(TEMPLATE, name)
    message = template["response_html"] if template["use_html"] else template["response"]
    return {"subject": template["subject"] or "", "message": message or ""}
