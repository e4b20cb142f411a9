"""Before validation: defaults, values fetched through links, coercion of every value, cleaned rich text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import nh3

from crm_platform.database.conditions import EVERYTHING
from crm_platform.documents.coerce import Refused, coerce, empty, plain_length
from crm_platform.documents.costly_html import is_costly
from crm_platform.documents.document import Document, Snapshot, parts_of, stamp
from crm_platform.documents.faults import Faults
from crm_platform.documents.formulas import compute
from crm_platform.documents.masking import SETTLED, settle, without_value
from crm_platform.metadata.model import Definitions, DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Default = Callable[["Context"], Any]

Linked = dict[tuple[str, str], Document | None]
"""Linked documents by DocType and name; None for one that the caller may not read."""

Place = tuple[str, str]
"""(table field, "" for the document itself; fieldname)."""

LINKS = frozenset({"Link", "Dynamic Link"})

USER = "__user"
"""The default that is the person in a field of any type (Frappe DocField.default)."""
WORDS: Mapping[tuple[str, str], Default] = {
    ("Date", "today"): lambda ctx: ctx.today(),
    ("Date", "now"): lambda ctx: ctx.today(),
    ("Datetime", "today"): lambda ctx: ctx.today(),
    ("Datetime", "now"): lambda ctx: ctx.now(),
    ("Time", "now"): lambda ctx: ctx.now().astimezone(ctx.runtime.zone).time(),
}
"""(field type, word of a default that stands for something else than itself): how it is worked out."""


def _person(ctx: Context) -> str:
    return ctx.user


def _dynamic(field: Field, default: Any) -> Default | None:
    if not isinstance(default, str):
        return None
    if default == USER or (default.lower() == "user" and field.fieldtype == "Link" and field.options == "User"):
        return _person
    return WORDS.get((field.fieldtype, default.lower()))


@lru_cache(maxsize=4096)
def _defaults(meta: DocType) -> tuple[tuple[Field, Any], ...]:
    """Fields of the DocType that start with a value: its default, or the first choice of a Select; numbers with 0."""
    found: list[tuple[Field, Any]] = []
    for field in meta.data_fields:
        if field.default not in (None, ""):
            found.append((field, _static(field, str(field.default))))
        elif field.fieldtype == "Select" and field.options:
            found.append((field, field.choices[0]))
        elif empty(field) is not None:
            found.append((field, empty(field)))
    return tuple(found)


def _static(field: Field, default: str) -> Any:
    """The default as a Python value; one that stands for something else, or fits no value, stays as it is written."""
    if _dynamic(field, default):
        return default
    try:
        return coerce(default, field, ZoneInfo("UTC"))
    except Refused:
        return default


@lru_cache(maxsize=4096)
def _fetches(meta: DocType) -> tuple[tuple[Field, Field, str], ...]:
    """(target field, link field, source fieldname) of each `fetch_from` that names a Link or Dynamic Link of it."""
    found = []
    for field in meta.data_fields:
        link, _, source = field.fetch_from.partition(".")
        through = meta.field(link) if source else None
        if through is not None and through.fieldtype in LINKS:
            found.append((field, through, source))
    return tuple(found)


@lru_cache(maxsize=4096)
def _starting(meta: DocType) -> tuple[tuple[str, Any, Default | None], ...]:
    """(fieldname, default, what a default that stands for something else is worked out by)."""
    return tuple((field.fieldname, default, _dynamic(field, default)) for field, default in _defaults(meta))


def apply_defaults(ctx: Context, doc: Document) -> None:
    """Give unset fields their default (Frappe DocField.default)."""
    value_of = doc._values.get
    unset = {
        name: dynamic(ctx) if dynamic else default
        for name, default, dynamic in _starting(doc.meta)
        if value_of(name) is None
    }
    if doc.meta.masked_fields:
        for name, value in unset.items():
            doc[name] = value
    else:
        stamp(doc, unset)


def fetch_values(ctx: Context, doc: Document, rows: Linked) -> None:
    """Copy `fetch_from` values. What the caller may not read is not copied; it stays as stored while the link stays.

    `rows` are the linked documents that were read for the same document already.
    """
    submitted = doc.before is not None and doc.before["docstatus"] > 0
    for field, link, source in _fetches(doc.meta):
        if submitted and not field.allow_on_submit:
            continue
        if field.fetch_if_empty and doc[field.fieldname] not in (None, "", 0) and not _is_forged(doc, field):
            continue
        key = _linked(ctx, doc, link, source)
        if key is None:
            if field.read_only and not field.fetch_if_empty:
                doc[field.fieldname] = empty(field)
            continue
        if key not in rows:
            rows[key] = _readable(ctx, *key)
        target = rows[key]
        if target is None or not _may_read_field(ctx, target, source):
            unchanged = doc.before is not None and _linked(ctx, doc.before, link, source) == key
            doc[field.fieldname] = doc.before[field.fieldname] if unchanged and doc.before else empty(field)
        elif source in target.meta.columns:
            doc[field.fieldname] = target[source]


def _linked(ctx: Context, doc: Document, link: Field, source: str) -> tuple[str, str] | None:
    """(DocType, name) of what a link leads to; None without one, and where a dynamic link leads to a DocType that has
    no such field."""
    name = doc[link.fieldname]
    if link.fieldtype == "Link" or not name:
        return (link.options, str(name)) if name else None
    target = ctx.definitions.get(str(doc.get(link.options) or ""))
    return (target.name, str(name)) if target is not None and source in target.columns else None


def _is_forged(doc: Document, field: Field) -> bool:
    """Whether the client has sent another value for a field that is fetched and not his to write."""
    return field.read_only and field.fieldname in doc.given and doc.has_changed(field.fieldname)


def _readable(ctx: Context, doctype: str, name: str) -> Document | None:
    meta = ctx.definitions.get(doctype)
    if meta is None:
        return None
    if ctx.policy.rows(meta, "read") == EVERYTHING:
        return _stored(ctx, meta, name, _fetched(ctx.definitions, meta))
    document = _stored(ctx, meta, name, tuple(meta.columns))
    if document is None:
        return None
    allowed = ctx.policy.allows(meta, "read", document) or ctx.policy.allows(meta, "select", document)
    return document if allowed else None


def _fetched(definitions: Definitions, target: DocType) -> tuple[str, ...]:
    """The columns of a DocType that others fetch, and those by which a level is decided: all that is read of a document
    that the caller may read whatever is in it."""
    sources = _sources(definitions)
    return _columns_among(target, sources.get(target.name, sources[ANYWHERE]))


@lru_cache(maxsize=4096)
def _columns_among(meta: DocType, wanted: frozenset[str]) -> tuple[str, ...]:
    return tuple(column for column in meta.columns if column in wanted)


ANYWHERE = ""
"""Stands for the DocTypes that Dynamic Links lead to."""


@lru_cache(maxsize=16)
def _sources(definitions: Definitions) -> Mapping[str, frozenset[str]]:
    """The fieldnames that are fetched or decide about a level, by the DocType that they are fetched from; those of
    ANYWHERE are among them all."""
    found: dict[str, set[str]] = {ANYWHERE: {"name", "owner"}}
    for meta in definitions.values():
        for _, link, source in _fetches(meta):
            found.setdefault(link.options if link.fieldtype == "Link" else ANYWHERE, set()).add(source)
    return {target: frozenset(columns | found[ANYWHERE]) for target, columns in found.items()}


def _stored(ctx: Context, meta: DocType, name: str, columns: tuple[str, ...]) -> Document | None:
    """The document with these columns, read once until this transaction changes something: those of a batch lead to the
    same customers and products, and each is prepared again after its hooks."""
    unchanged, key = ctx.connection.unchanged, ("linked", meta, name, columns)
    if key not in unchanged:
        row = ctx.connection.get_part(meta, name, columns)
        unchanged[key] = None if row is None else Document.of_row(meta, ctx.definitions, row)
    found: Document | None = unchanged[key]
    return found


def _may_read_field(ctx: Context, target: Document, source: str) -> bool:
    field = target.meta.field(source)
    if field is None:
        return source in target.meta.columns
    if field.fieldtype == "Password":
        return False
    return field.permlevel == 0 or field.permlevel in ctx.policy.levels(target.meta, "read", target)


def coerce_values(ctx: Context, doc: Document, faults: Faults, only: Collection[Place] | None = None) -> None:
    """Turn every value of the document and its rows into the Python value of its field; `only` those of some places,
    and what is fetched, since that comes after."""
    for part, table, row in parts_of(doc):
        value_of = part._values.get
        for field, plain, nothing, default in _coerced(part.meta):
            value = value_of(field.fieldname)
            if value is nothing or value is default:
                continue
            if type(value) is str and 0 < len(value) <= plain and value.isprintable():
                continue
            if only is not None and not field.fetch_from and (table or "", field.fieldname) not in only:
                continue
            result = _coerced_value(ctx, part, field, value, faults, table, row)
            if result is not value:
                part[field.fieldname] = result


def _coerced_value(
    ctx: Context, holder: Document, field: Field, value: Any, faults: Faults, table: str | None, row: int | None
) -> Any:
    """The value as its field takes it; None, and a fault, when it does not."""
    try:
        if field.is_masked and (value := settle(holder, field)) is SETTLED:
            return holder[field.fieldname]
        result = coerce(value, field, ctx.runtime.zone)
    except Refused as refusal:
        faults.refused(field, without_value(refusal, value) if field.is_masked else refusal, table, row)
        return None
    if field.unique and result == "":
        return None
    if field.kind.html and result and not field.ignore_xss_filter and holder.has_changed(field.fieldname):
        if is_costly(result):
            template = "{label} has too many elements in each other. Paste it as plain text."
            faults.add(field, template, table=table, row=row)
            return value
        return nh3.clean(result)
    return result


@lru_cache(maxsize=4096)
def _coerced(meta: DocType) -> tuple[tuple[Field, int, Any, Any], ...]:
    """The fields whose values are looked at, each with what is taken as it is: printable texts up to a length, the very
    object that stands for no value, and that of the default."""
    fields = (field for field in meta.data_fields if not field.properties.get("rollup"))
    defaults = {field: default for field, default in _defaults(meta) if not isinstance(default, str)}
    return tuple(
        (f, 0, LOOKED_AT, LOOKED_AT)
        if f.is_masked
        else (f, 0 if f.kind.html else plain_length(f), empty(f), defaults.get(f, LOOKED_AT))
        for f in fields
    )


LOOKED_AT = object()
"""Is no value: what stands there is looked at."""


def unstored(ctx: Context, meta: DocType) -> Document:
    """A Single before anybody has stored it: its defaults, as values of their fields."""
    doc = Document(meta, ctx.definitions, {"name": meta.name})
    apply_defaults(ctx, doc)
    coerce_values(ctx, doc, Faults())
    return doc


def unsaved(ctx: Context, doctype: str, values: Mapping[str, Any]) -> Document:
    """A document of wire values that is only looked at, such as a report under work, its values of their fields' types.

    Making it needs no right, what it is used for does. Raises ValidationError with every fault.
    """
    doc, faults = ctx.as_system().store.new(doctype, values), Faults()
    coerce_values(ctx, doc, faults)
    faults.raise_all()
    return doc


def prepare(ctx: Context, doc: Document, faults: Faults, earlier: Snapshot | None = None) -> None:
    """Defaults of new documents and rows, coercion, fetched values, then formulas; of these only what may have changed
    since the document looked as in `earlier` and was prepared."""
    for part in (doc, *(row for _, row in doc.children())):
        if part.is_new:
            apply_defaults(ctx, part)
    coerce_values(ctx, doc, faults, None if earlier is None else doc.changed_since(earlier))
    linked: Linked = {}
    for part in (doc, *(row for _, row in doc.children())):
        fetch_values(ctx, part, linked)
    if not faults.found:
        compute(ctx, doc, faults, earlier)
