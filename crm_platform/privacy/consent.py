"""Consent: what a person agreed to, by which channel, and since when no more."""

from __future__ import annotations

from datetime import date

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler
from crm_platform.errors import PermissionError

DOCTYPE = "Consent"
GIVEN = "Given"


def has_consent(ctx: Context, doctype: str, name: str, purpose: str, channel: str = "") -> bool:
    """Whether the person's newest word about this purpose is a yes that still holds.

    Asked at the moment of use: a job that asks before each mail stops at the first one after a withdrawal. An entry
    without a channel is about all of them. Without any entry there is no consent.
    """
    where = all_of(
        Compare(("reference_doctype",), "=", doctype),
        Compare(("reference_name",), "=", name),
        Compare(("purpose",), "=", purpose),
        Compare(("channel",), "in", ("", channel)),
    )
    columns = tuple(Column((column,), column) for column in ("status", "valid_until"))
    order = (Order(("creation",), descending=True), Order(("name",), descending=True))
    newest = ctx.connection.select(Query(ctx.definitions[DOCTYPE], columns, where, order_by=order, limit=1))
    if not newest or newest[0]["status"] != GIVEN:
        return False
    until = newest[0]["valid_until"]
    return until is None or bool(until >= date.fromisoformat(ctx.today()))


def refuse_change(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    """Entries are evidence: a new word of the person is a new entry."""
    if doc.before is not None:
        raise PermissionError("A consent is never changed. Enter what the person says now as a new one.")


def refuse_deleting(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    raise PermissionError("A consent is never deleted. It goes with the person, by an erasure.")


HANDLERS: dict[str, dict[str, Handler]] = {DOCTYPE: {"before_validate": refuse_change, "on_trash": refuse_deleting}}
