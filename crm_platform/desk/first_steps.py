"""crm.desk.first_steps: what a new site needs before work begins, and how much of it is there already."""

from __future__ import annotations

from typing import Any

from crm_platform.desk.workspaces import conditions
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

STEP = "Onboarding Step"


def first_steps(ctx: Context) -> list[dict[str, Any]]:
    """The steps of the site in their order, for who may skip them; nothing once all are done or skipped.

    Whether one is done is read from the site itself, so that nobody ticks it off (Frappe's Onboarding Step keeps a
    mark): a record that meets its conditions, or a value in its field of the settings.
    """
    if not ctx.policy.allows(ctx.definitions[STEP], "write"):
        return []
    rows = ctx.store.list(STEP, filters={"is_skipped": 0}, order_by="sequence_id, name", limit=None)
    records = (ctx.store.get(STEP, row["name"]) for row in rows)
    steps = [_step(ctx, record) for record in records if record.reference_document in ctx.definitions]
    return steps if any(not step["done"] for step in steps) else []


def _step(ctx: Context, record: Document) -> dict[str, Any]:
    return {
        "name": record.name,
        "title": ctx._(record.title),
        "description": ctx._(record.description) if record.description else "",
        "doctype": record.reference_document,
        "single": int(ctx.definitions[record.reference_document].issingle),
        "done": int(_is_done(ctx.as_system(), record)),
    }


def _is_done(system: Context, record: Document) -> bool:
    doctype = record.reference_document
    if system.definitions[doctype].issingle:
        return bool(system.store.get(doctype, doctype).get(record.field or ""))
    return system.store.count(doctype, filters=conditions(record.filters_json), cap=1) > 0
