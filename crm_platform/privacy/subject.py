"""A person in the data: the documents that are the person, what belongs to them, what links to them, and identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm_platform.database.conditions import Compare, Condition, all_of, any_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents import blind
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import definition, load, not_found
from crm_platform.errors import ValidationError
from crm_platform.metadata.masking import HIDDEN, plain_of
from crm_platform.metadata.model import DocType, Field
from crm_platform.privacy.patterns import exactly

Name = tuple[str, str]
"""A document as (DocType, name)."""

BELONGING: Sequence[tuple[str, str, str]] = (
    *((kind, *fields) for kind, fields in COMPANIONS.items()),
    ("Email Queue", "reference_doctype", "reference_name"),
    ("Webhook Request Log", "reference_doctype", "reference_document"),
    ("Notification Log", "document_type", "document_name"),
    ("Automation Log", "document_type", "document_name"),
    ("Activity Log", "reference_doctype", "reference_name"),
    ("Error Log", "reference_doctype", "reference_name"),
    ("Consent", "reference_doctype", "reference_name"),
    ("Merge Log", "document_type", "kept"),
    ("Duplicate Record", "document_type", "document"),
    ("Duplicate Record", "document_type", "duplicate"),
)
"""DocTypes whose documents are about another one and mean nothing without it, with the fields that name that."""

APART = frozenset(kind for kind, *_ in BELONGING) | {
    *("Deleted Document", "Audit Log", "Email Unsubscribe", "Legal Hold", "User Permission"),
}
"""DocTypes whose links to a person are no business with him."""

SHORTEST_IDENTITY = 5
"""Shorter texts would be found in the middle of others."""


@dataclass
class Subject:
    """What is known about one person. `documents` are the person, `belonging` goes with them, `linked` names them."""

    documents: dict[Name, Document]
    belonging: dict[Name, Name] = field(default_factory=dict)
    """Document → the one of the person that it belongs to."""
    linked: dict[Name, tuple[Name, Field]] = field(default_factory=dict)
    """Document → the document of the person that it links to, and by which field."""
    merged: frozenset[Name] = frozenset()
    """Documents that were merged into those of the person, and are there no more."""
    identities: frozenset[str] = frozenset()
    """Addresses, numbers and names of the person, as texts that can be looked for."""


def find(ctx: Context, identity: str) -> list[Name]:
    """Documents with this e-mail address, telephone or identity number in a field for such.

    `ctx` acts as the system. Raises ValidationError for a text that is too short to be one.
    """
    text = identity.strip()
    if len(text) < SHORTEST_IDENTITY:
        raise ValidationError("Give a whole e-mail address, telephone or identity number.")
    found: list[Name] = []
    for meta in _own_tables(ctx):
        where = any_of(*_matches(ctx, meta, text))
        columns = ("parenttype", "parent") if meta.istable else ("name",)
        query = Query(meta, tuple(Column((name,), name) for name in columns), where)
        for row in ctx.connection.select(query):
            found.append((row["parenttype"], row["parent"]) if meta.istable else (meta.name, row["name"]))
    return [name for name in dict.fromkeys(found) if name[0] in ctx.definitions]


def _own_tables(ctx: Context) -> Iterator[DocType]:
    for meta in ctx.definitions.values():
        if not meta.is_virtual and not meta.issingle and meta.name not in APART:
            yield meta


def _matches(ctx: Context, meta: DocType, text: str) -> Iterator[Condition]:
    for f in meta.data_fields:
        if f.exact_search:
            yield Compare(("name",), "in", tuple(blind.find(ctx, meta.name, f, [text])))
        elif identifies(f) and not f.is_encrypted:
            yield Compare((f.fieldname,), "like", exactly(text))


def identifies(f: Field) -> bool:
    """Whether a field tells a person from others: addresses, telephones, papers."""
    kind = f.mask_format if f.properties.get("mask_format") or f.fieldtype == "Phone" else f.options
    return f.storage == "text" and (kind in ("Email", "Phone", "ID Number"))


def gather(ctx: Context, names: Iterable[Name]) -> Subject:
    """Everything that hangs on the documents `names`, which are the person. `ctx` acts as the system."""
    subject = Subject({name: _load(ctx, *name) for name in names})
    for owner in subject.documents:
        for name in _belonging(ctx, owner):
            subject.belonging.setdefault(name, owner)
        for name, f in _linking(ctx, owner):
            if name not in subject.documents and name not in subject.belonging:
                subject.linked.setdefault(name, (owner, f))
    subject.merged = frozenset(_merged(ctx, subject))
    former = _former_identities(ctx, subject)
    subject.identities = frozenset((*_identities(subject.documents.values()), *former))
    return subject


def _load(ctx: Context, doctype: str, name: str) -> Document:
    meta = definition(ctx, doctype)
    doc = load(ctx, meta, name)
    if doc is None:
        raise not_found(meta, name)
    return doc


def _belonging(ctx: Context, owner: Name) -> Iterator[Name]:
    for kind, doctype_field, name_field in BELONGING:
        meta = ctx.definitions.get(kind)
        if meta is not None and kind != owner[0]:
            where = all_of(Compare((doctype_field,), "=", owner[0]), Compare((name_field,), "=", owner[1]))
            yield from ((kind, name) for name in _names(ctx, meta, where))


def _names(ctx: Context, meta: DocType, where: Condition) -> list[str]:
    rows = ctx.connection.select(Query(meta, (Column(("name",), "name"),), where, order_by=(Order(("name",)),)))
    return [row["name"] for row in rows]


def _linking(ctx: Context, owner: Name) -> Iterator[tuple[Name, Field]]:
    """Documents that link here, those of child rows by their parents."""
    doctype, name = owner
    for meta, f in ctx.definitions.links_to.get(doctype, ()):
        yield from _linked_by(ctx, meta, f, Compare((f.fieldname,), "=", name))
    for meta, f in ctx.definitions.dynamic_links:
        if f.options in meta.columns:
            where = all_of(Compare((f.fieldname,), "=", name), Compare((f.options,), "=", doctype))
            yield from _linked_by(ctx, meta, f, where)


def _linked_by(ctx: Context, meta: DocType, f: Field, where: Condition) -> Iterator[tuple[Name, Field]]:
    if meta.is_virtual or meta.name in APART:
        return
    columns = ("parenttype", "parent") if meta.istable else ("name",)
    for row in ctx.connection.select(Query(meta, tuple(Column((column,), column) for column in columns), where)):
        yield ((row["parenttype"], row["parent"]) if meta.istable else (meta.name, row["name"])), f


def _former_identities(ctx: Context, subject: Subject) -> Iterator[str]:
    """Addresses and numbers that the person had before, as the versions tell them."""
    for (kind, name), owner in subject.belonging.items():
        row = ctx.connection.get_row(ctx.definitions[kind], name) if kind == "Version" else None
        meta = subject.documents[owner].meta
        for fieldname, *values in orjson.loads(row["data"] or "{}").get("changed", ()) if row is not None else ():
            f = meta.field(fieldname)
            if f is not None and f.sensitivity and identifies(f):
                yield from (value.strip() for value in values if isinstance(value, str) and _is_identity(value))


def _merged(ctx: Context, subject: Subject) -> Iterator[Name]:
    for (kind, name), (doctype, _) in subject.belonging.items():
        row = ctx.connection.get_row(ctx.definitions[kind], name) if kind == "Merge Log" else None
        names = (row["merged"] or "").split("\n") if row is not None else []
        there = ctx.connection.existing(ctx.definitions[doctype], names)
        yield from ((doctype, one) for one in names if one and one not in there)


def _is_identity(value: str) -> bool:
    return len(value.strip()) >= SHORTEST_IDENTITY and HIDDEN not in value


def parts(doc: Document) -> Iterator[Document]:
    """The document and its rows."""
    yield doc
    yield from (row for _, row in doc.children())


def personal(meta: DocType) -> list[Field]:
    """The fields that hold personal data, by their sensitivity."""
    return [f for f in meta.data_fields if f.sensitivity]


def _identities(documents: Iterable[Document]) -> Iterator[str]:
    for doc in documents:
        for part in parts(doc):
            for f in personal(part.meta):
                value: Any = plain_of(part[f.fieldname])
                if isinstance(value, str) and identifies(f) and _is_identity(value):
                    yield value.strip()
