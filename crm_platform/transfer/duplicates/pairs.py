"""Pairs of documents that were found alike, and what people said of them (our DocType Duplicate Record)."""

from __future__ import annotations

from typing import Any

from crm_platform.database.conditions import Compare, all_of, any_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Listener
from crm_platform.documents.saving import deny
from crm_platform.errors import ValidationError

RECORD = "Duplicate Record"
OPEN, APART = "Open", "Not a Duplicate"


def _ordered(one: str, other: str) -> tuple[str, str]:
    """A pair is the same both ways round."""
    return (one, other) if one < other else (other, one)


def _find(ctx: Context, doctype: str, one: str, other: str) -> str:
    document, duplicate = _ordered(one, other)
    where = all_of(
        Compare(("document_type",), "=", doctype),
        Compare(("document",), "=", document),
        Compare(("duplicate",), "=", duplicate),
    )
    rows = ctx.connection.select(Query(ctx.definitions[RECORD], where=where, limit=1))
    return str(rows[0]["name"]) if rows else ""


def told_apart(ctx: Context, doctype: str, name: str) -> list[str]:
    """The documents of which somebody said that they are not the same as `name`."""
    columns = (Column(("document",), "document"), Column(("duplicate",), "duplicate"))
    where = all_of(
        Compare(("document_type",), "=", doctype),
        Compare(("status",), "=", APART),
        any_of(Compare(("document",), "=", name), Compare(("duplicate",), "=", name)),
    )
    rows = ctx.connection.select(Query(ctx.definitions[RECORD], columns, where))
    return [row["duplicate"] if row["document"] == name else row["document"] for row in rows]


def note(ctx: Context, doctype: str, one: str, other: str, **values: Any) -> str:
    """Write down what is known of a pair; returns the name of its record. Written by the system."""
    document, duplicate = _ordered(one, other)
    store = ctx.as_system().store
    name = _find(ctx, doctype, one, other)
    if name:
        return str(store.update(RECORD, name, values)["name"])
    pair = {"document_type": doctype, "document": document, "duplicate": duplicate}
    return str(store.insert(store.new(RECORD, {"status": OPEN, **pair, **values}))["name"])


def tell_apart(ctx: Context, doctype: str, name: str, other: str) -> str:
    """Remember that two documents are not the same, so that neither is offered for the other again.

    Raises DoesNotExistError for one that the caller may not read, PermissionError unless he may write one of them.
    """
    docs = [ctx.store.get(doctype, one) for one in (name, other)]
    if name == other:
        raise ValidationError("Name two different documents.")
    if not any(ctx.policy.allows(doc.meta, "write", doc) for doc in docs):
        raise deny(docs[0].meta, "write")
    return note(ctx, doctype, name, other, status=APART)


def forget(ctx: Context, doc: Document) -> None:
    """The records of a document go with it."""
    meta = ctx.definitions.get(RECORD)
    if meta is not None and doc.doctype != RECORD:
        for column in ("document", "duplicate"):
            ctx.connection.delete_rows(meta, {"document_type": doc.doctype, column: doc["name"]})


LISTENERS = [Listener("core", EVERY_DOCTYPE, "after_delete", forget)]
