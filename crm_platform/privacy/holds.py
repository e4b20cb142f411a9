"""Legal holds: documents that stay as they are."""

from __future__ import annotations

from datetime import date

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Handler
from crm_platform.errors import FieldError, ValidationError
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
    _refuse_held(ctx, doc, "{doctype} {name} is under a legal hold ({reason}) and cannot be deleted.")


def keep_name(ctx: Context, doc: Document) -> None:
    """A hold finds its document by its name: that stays, and the document is not merged into another."""
    _refuse_held(ctx, doc, "{doctype} {name} is under a legal hold ({reason}) and cannot be renamed or merged.")


def _refuse_held(ctx: Context, doc: Document, template: str) -> None:
    if DOCTYPE not in ctx.definitions or doc.doctype == DOCTYPE:
        return
    held = (doc.doctype, str(doc["name"]))
    reason = holds(ctx, held).get(held)
    if reason:
        raise ValidationError(template, doctype=doc.doctype, name=doc["name"], reason=reason)


def check_document(ctx: Context, doc: Document) -> None:
    """A hold on a misspelt name would hold nothing."""
    if not (doc.has_changed("reference_doctype") or doc.has_changed("reference_name")):
        return
    doctype, name = doc["reference_doctype"], doc["reference_name"]
    meta = ctx.definitions.get(doctype) if doctype and name else None
    if meta is not None and not meta.is_virtual and not ctx.connection.existing(meta, [name]):
        template = "There is no {doctype} {name}."
        fault = FieldError("reference_name", template, params={"doctype": doctype, "name": name})
        raise ValidationError(template, errors=[fault], doctype=doctype, name=name)


HANDLERS: dict[str, dict[str, Handler]] = {
    EVERY_DOCTYPE: {"on_trash": keep_held, "before_rename": keep_name},
    DOCTYPE: {"validate": check_document},
}
