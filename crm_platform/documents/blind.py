"""The blind index: digests by which an encrypted value is found again without being opened (HMAC, key of the site)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm_platform.database.seals import place_of
from crm_platform.database.system import BLIND_INDEX
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context
    from crm_platform.documents.document import Document


def keep(ctx: Context, doc: Document) -> None:
    """Bring the digests of a document that is being written, and of its rows, up to date."""
    for part in (doc, *(row for _, row in doc.children())):
        for field in part.meta.blind_fields:
            if part.has_changed(field.fieldname):
                _keep(ctx, part, field)


def _keep(ctx: Context, part: Document, field: Field) -> None:
    value = plain_of(part[field.fieldname])
    key = {"doctype": part.doctype, "fieldname": field.fieldname, "name": part["name"]}
    if value in (None, ""):
        ctx.connection.remove(BLIND_INDEX, key)
        return
    newest = ctx.connection.seals.digests(place_of(part.doctype, field.fieldname), str(value))[0]
    ctx.connection.put(BLIND_INDEX, {**key, "digest": newest})


def find(ctx: Context, doctype: str, field: Field, values: Iterable[str]) -> list[str]:
    """The names of the documents, or rows, that have one of the values."""
    place = place_of(doctype, field.fieldname)
    digests = [digest for value in values for digest in ctx.connection.seals.digests(place, value)]
    where = {"doctype": doctype, "fieldname": field.fieldname, "digest": digests}
    return [row["name"] for row in ctx.connection.fetch(BLIND_INDEX, where)]


def forget(ctx: Context, meta: DocType, names: Iterable[str]) -> None:
    """Remove the digests of documents, or rows, that go."""
    gone = list(names)
    if meta.blind_fields and gone:
        ctx.connection.remove(BLIND_INDEX, {"doctype": meta.name, "name": gone})


def move(ctx: Context, meta: DocType, old: str, new: str) -> None:
    """A document was renamed."""
    if meta.blind_fields:
        ctx.connection.change(BLIND_INDEX, {"name": new}, {"doctype": meta.name, "name": old})
