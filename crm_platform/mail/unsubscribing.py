"""Leaving a conversation or all mail of the site by a signed link (RFC 8058), and who has left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.runtime import Cipher
from crm_platform.errors import LinkExpiredError, ValidationError
from crm_platform.mail.addresses import normal
from crm_platform.mail.letters import Letter

UNSUBSCRIBE = "Email Unsubscribe"
PATH = "/unsubscribe"
KIND = "unsubscribe"
LEAVE = "Leave this conversation."


@dataclass(frozen=True, slots=True)
class Wish:
    """Who leaves what: one document's mail, or all of it when the document is empty."""

    email: str
    doctype: str = ""
    name: str = ""


def unsubscribed(ctx: Context, letter: Letter, addresses: Sequence[str]) -> frozenset[str]:
    """Those of `addresses` that do not want this mail."""
    if not addresses:
        return frozenset()
    fields = ("email", "reference_doctype", "reference_name", "global_unsubscribe")
    filters = {"email": ["in", sorted({normal(address) for address in addresses})]}
    rows = ctx.as_system().store.list(UNSUBSCRIBE, fields=fields, filters=filters, limit=None)
    place = (letter.reference_doctype, letter.reference_name)
    gone = {
        row["email"]
        for row in rows
        if row["global_unsubscribe"]
        or (letter.reference_doctype and (row["reference_doctype"], row["reference_name"]) == place)
    }
    return frozenset(address for address in addresses if normal(address) in gone)


def link(cipher: Cipher, site: str, wish: Wish) -> str:
    """The address that a recipient follows: nobody can make one for somebody else, and it tells nothing."""
    token = cipher.encrypt(orjson.dumps([KIND, wish.email, wish.doctype, wish.name]).decode())
    return f"{site}{PATH}?token={quote(token)}"


def read_link(cipher: Cipher, token: str) -> Wish:
    """Raises LinkExpiredError for a token that is not ours."""
    try:
        kind, email, doctype, name = orjson.loads(cipher.decrypt(token))
    except (ValidationError, ValueError, TypeError):
        kind = ""
    if kind != KIND:
        raise LinkExpiredError("This link is not valid any more. Ask for a new one.")
    return Wish(email, doctype, name)


def unsubscribe(ctx: Context, wish: Wish) -> None:
    """Note the wish, once. A document that is gone sends no mail any more."""
    system = ctx.as_system().store
    if wish.doctype and not system.exists(wish.doctype, wish.name):
        return
    place = {"reference_doctype": wish.doctype or None, "reference_name": wish.name or None}
    values = {"email": normal(wish.email), "global_unsubscribe": int(not wish.doctype)}
    asked = {**values, **{key: value or ["is", "not set"] for key, value in place.items()}}
    if not system.list(UNSUBSCRIBE, filters=asked, limit=1):
        system.insert(system.new(UNSUBSCRIBE, {**values, **place}))


def normalise(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a document event's signature
    """Addresses are compared in one form."""
    doc["email"] = normal(doc.get("email", "")) or None


LISTENERS = (Listener("core", UNSUBSCRIBE, "before_validate", normalise),)
