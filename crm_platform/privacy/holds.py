"""Legal holds: documents that stay as they are."""

from __future__ import annotations

from datetime import date

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Handler
from crm_platform.errors import ValidationError
from crm_platform.privacy.subject import Name

DOCTYPE = "Legal Hold"
PARTS = ("doctype", "name")


def holds(ctx: Context, only: Name | None = None) -> dict[Name, str]:
    """The documents under a hold today (all, or this one), with its reason."""
    columns = tuple(Column((name,), name) for name in ("reference_doctype", "reference_name", "reason", "until"))
    where: Condition = Compare(("released",), "=", 0)
    if only is not None:
        doctype, name = (Compare((f"reference_{part}",), "=", value) for part, value in zip(PARTS, only, strict=True))
        where = all_of(where, doctype, name)
    query = Query(ctx.definitions[DOCTYPE], columns, where)
    today = date.fromisoformat(ctx.today())
    return {
        (row["reference_doctype"], row["reference_name"]): row["reason"]
        for row in ctx.connection.select(query)
        if row["until"] is None or row["until"] >= today
    }


def keep_held(ctx: Context, doc: Document) -> None:
    """A document under a hold is not deleted, by whomever."""
    if DOCTYPE not in ctx.definitions or doc.doctype == DOCTYPE:
        return
    held = (doc.doctype, str(doc["name"]))
    reason = holds(ctx, held).get(held)
    if reason:
        template = "{doctype} {name} is under a legal hold ({reason}) and cannot be deleted."
        raise ValidationError(template, doctype=doc.doctype, name=doc["name"], reason=reason)


HANDLERS: dict[str, dict[str, Handler]] = {EVERY_DOCTYPE: {"on_trash": keep_held}}
