"""Mentions of a person in the texts of other documents: finding them, and taking the identities out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crm_platform.database.conditions import Compare, any_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.guards import DEFINITION_KINDS
from crm_platform.metadata.masking import HIDDEN, plain_of
from crm_platform.metadata.model import DocType
from crm_platform.privacy.patterns import containing
from crm_platform.privacy.subject import Name

NEVER = DEFINITION_KINDS | {"Audit Log", "Email Unsubscribe", "Legal Hold"}
"""DocTypes whose texts stay: the model, the audit log (it has a way of its own), the list of those who get no mail."""

NOT_TEXTS = frozenset({"Link", "Dynamic Link", "Password", "Attach", "Attach Image"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A document, or a row with the document that it belongs to, and its fields that name the person."""

    doctype: str
    name: str
    owner: Name
    texts: dict[str, str]
    """Field → its text without the identities."""


def mentions(ctx: Context, identities: Iterable[str], without: Iterable[Name]) -> Iterator[Mention]:
    """Every text of the site that contains an identity, but for the documents `without`.

    Reads all tables once: for a big site this is the slow part of a report. `ctx` acts as the system.
    """
    wanted = sorted(identities, key=len, reverse=True)
    left_out = set(without)
    for meta in ctx.definitions.values():
        columns = _columns(meta)
        if wanted and columns and not meta.is_virtual and meta.name not in NEVER:
            for row in ctx.connection.select(_query(meta, columns, wanted)):
                found = _mention(meta, columns, row, wanted)
                if found is not None and found.owner not in left_out:
                    yield found


def _columns(meta: DocType) -> list[str]:
    return [
        field.fieldname
        for field in meta.data_fields
        if field.storage == "text" and field.fieldtype not in NOT_TEXTS and not field.is_encrypted
    ]


def _query(meta: DocType, columns: list[str], identities: list[str]) -> Query:
    owner = ("parenttype", "parent") if meta.istable else ()
    where = any_of(*(Compare((column,), "like", containing(text)) for column in columns for text in identities))
    return Query(meta, tuple(Column((name,), name) for name in ("name", *owner, *columns)), where)


def _mention(meta: DocType, columns: list[str], row: dict[str, Any], identities: list[str]) -> Mention | None:
    texts = {}
    for column in columns:
        text = plain_of(row[column])
        if isinstance(text, str) and (clean := without(text, identities)) != text:
            texts[column] = clean
    owner = (str(row["parenttype"]), str(row["parent"])) if meta.istable else (meta.name, str(row["name"]))
    return Mention(meta.name, str(row["name"]), owner, texts) if texts else None


def without(text: str, identities: Iterable[str]) -> str:
    """The text with dots in the place of identities, in capitals or not."""
    for identity in identities:
        text = re.sub(re.escape(identity), HIDDEN, text, flags=re.IGNORECASE)
    return text
