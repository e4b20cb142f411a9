"""Looks at the records of this room that read the model: one that was sound when it was saved may be so no more."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CRMError, ValidationError
from crm_platform.reports.checks import LISTENERS

TARGETS = ("ref_doctype", "document_type")
"""Fields in which such a record names the DocType that it asks about."""


def broken(ctx: Context) -> Iterator[tuple[str, CRMError]]:
    """Reports, cards and charts that cannot be answered, with what is wrong. `ctx` acts as the system."""
    for listener in LISTENERS:
        if listener.event != "validate" or listener.doctype not in ctx.definitions:
            continue
        for row in ctx.store.list(listener.doctype, order_by="name asc", limit=None):
            doc = ctx.store.get(listener.doctype, row["name"])
            if doc.get("disabled", 0):
                continue
            try:
                _require_target(ctx, doc)
                listener.handler(ctx, doc)
            except CRMError as error:
                yield f"{doc.doctype} {doc['name']}", error


def _require_target(ctx: Context, doc: Document) -> None:
    for fieldname in TARGETS:
        target = doc.get(fieldname, "") if doc.meta.field(fieldname) is not None else ""
        if target and target not in ctx.definitions:
            raise ValidationError("there is no DocType {doctype}.", doctype=target)
