"""Password fields: the secret goes encrypted into a table of its own, the document keeps asterisks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_platform.database.system import SECRET as SECRETS
from crm_platform.documents.document import Document
from crm_platform.documents.wire import SECRET as ASTERISKS

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def _key(doc: Document, fieldname: str) -> dict[str, str]:
    return {"doctype": doc.doctype, "name": doc["name"], "fieldname": fieldname}


def keep_secrets(ctx: Context, doc: Document) -> None:
    """Move the plain text of changed Password fields into the encrypted store (the document must have its name)."""
    for part in (doc, *(row for _, row in doc.children())):
        for field in part.meta.password_fields:
            value = part[field.fieldname]
            if value and value != ASTERISKS:
                ctx.connection.put(
                    SECRETS, {**_key(part, field.fieldname), "ciphertext": ctx.runtime.cipher.encrypt(value)}
                )
                part[field.fieldname] = ASTERISKS
            elif not value and part.before is not None and part.before[field.fieldname]:
                ctx.connection.remove(SECRETS, _key(part, field.fieldname))


def reveal(ctx: Context, doc: Document, fieldname: str) -> str | None:
    """The plain text of a stored Password field, for code that has to use it (never for an answer)."""
    rows = ctx.connection.fetch(SECRETS, _key(doc, fieldname))
    return ctx.runtime.cipher.decrypt(rows[0]["ciphertext"]) if rows else None
