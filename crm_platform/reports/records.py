"""Stored cards, charts and dashboards: opened for a caller whose rights decide about their values, not about them."""

from __future__ import annotations

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, PermissionError


def opened(ctx: Context, kind: str, name: str) -> Document:
    """A record of `kind`. Raises DoesNotExistError, and PermissionError for who has none of its roles."""
    try:
        record = ctx.as_system().store.get(kind, name)
    except DoesNotExistError:
        raise DoesNotExistError("{doctype} {name} not found", doctype=kind, name=name) from None
    if not has_role(ctx, record):
        raise PermissionError("You have none of the roles that may see {name}.", name=name)
    return record


def has_role(ctx: Context, record: Document) -> bool:
    """Whether the caller has one of the record's roles (Frappe's child table `roles`); no role at all opens it."""
    field = record.meta.field("roles")
    roles = {row["role"] for row in record["roles"]} if field is not None else set()
    return not roles or bool(roles & ctx.roles) or ctx.user == ADMINISTRATOR


def may_read(ctx: Context, doctype: str | None) -> bool:
    """Whether the caller may read documents of a DocType, which may be missing."""
    meta = ctx.definitions.get(doctype or "")
    return meta is not None and ctx.policy.allows(meta, "read")


def may_run(ctx: Context, report: str | None) -> bool:
    """Whether the caller may run a report: its roles, and the right to report on its documents."""
    system = ctx.as_system()
    if not report or not system.store.exists("Report", report):
        return False
    record = system.store.get("Report", report)
    meta = ctx.definitions.get(record["ref_doctype"])
    return meta is not None and not record["disabled"] and has_role(ctx, record) and ctx.policy.allows(meta, "report")
