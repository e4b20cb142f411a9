"""Copies of deleted documents (Frappe Deleted Document): what is kept of them, and what waits there with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.seals import place_of
from crm_platform.database.system import SECRET
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.saving import write_as_is
from crm_platform.documents.wire import plain
from crm_platform.metadata.masking import Masked, plain_of
from crm_platform.metadata.site_kinds import REMOVABLE

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

COPY = "Deleted Document"

WAITING = ("Comment", "Version", "File", "Tag Link")
"""What of a record that administrators make waits with its copy. Shares, assignments and the like would go on having
an effect on people; what belongs to documents of the business goes with them, so that no copy outlives its person."""

NOT_HINDERING = frozenset(COMPANIONS) | {
    "Deleted Document",
    "Duplicate Record",
    "Merge Log",
    "Email Unsubscribe",
    "DocShare",
    "Notification Log",
    "User Permission",
}
"""Documents that go with the one they belong to instead of holding it back, and leave no copy."""

Name = tuple[str, str]
"""DocType and name."""


def is_kept(ctx: Context, doctype: str) -> bool:
    """Whether a document of this kind leaves a copy when it is deleted."""
    return COPY in ctx.definitions and doctype not in NOT_HINDERING


def keep(ctx: Context, stored: Document) -> str:
    """Keep a copy of a document that goes, from which an administrator can restore it; returns the copy's name."""
    meta = ctx.definitions.get(COPY)
    if meta is None:
        return ""
    copy = random_name()
    values = {
        "name": copy,
        "deleted_doctype": stored.doctype,
        "deleted_name": stored["name"],
        "restored": 0,
        "data": orjson.dumps(_kept(ctx, stored)).decode(),
    }
    write_as_is(ctx, [Document(meta, ctx.definitions, values)])
    if stored.doctype in REMOVABLE:
        hand_over(ctx, (stored.doctype, str(stored["name"])), (COPY, copy))
    return copy


def hand_over(ctx: Context, giver: Name, taker: Name) -> None:
    """What belongs to one document belongs to another from now on: comments, versions, files, tags and secrets."""
    for doctype in WAITING:
        fields = COMPANIONS[doctype]
        to, where = (dict(zip(fields, name, strict=True)) for name in (taker, giver))
        ctx.connection.update_rows(ctx.definitions[doctype], to, where)
    to, where = ({"doctype": doctype, "name": name} for doctype, name in (taker, giver))
    ctx.connection.change(SECRET, to, where)


def _kept(ctx: Context, part: Document) -> dict[str, Any]:
    """The values of a document or row as JSON; masked ones are sealed, so that nobody reads them in the copy."""
    values = {column: _shut(ctx, part, column) for column in part.meta.columns}
    return {
        **values,
        **{table.fieldname: [_kept(ctx, row) for row in part[table.fieldname]] for table in part.meta.table_fields},
    }


def _shut(ctx: Context, part: Document, column: str) -> Any:
    value = part[column]
    if not isinstance(value, Masked):
        return plain(value, ctx.runtime.zone)
    text = str(plain(plain_of(value), ctx.runtime.zone))
    return value.stored or ctx.connection.seals.seal(place_of(part.doctype, column), text)
