"""Before validation: defaults, values fetched through links, coercion of every value, cleaned rich text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import nh3

from crm_platform.documents.coerce import Refused, coerce, empty, plain_length
from crm_platform.documents.costly_html import is_costly
from crm_platform.documents.document import Document, parts_of
from crm_platform.documents.faults import Faults
from crm_platform.documents.formulas import compute
from crm_platform.documents.masking import SETTLED, settle, without_value
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Default = Callable[["Context"], Any]

DYNAMIC_DEFAULTS: dict[str, Default] = {
    "today": lambda ctx: ctx.today(),
    "now": lambda ctx: ctx.now(),
    "__user": lambda ctx: ctx.user,
    "user": lambda ctx: ctx.user,
}
"""DocField.default values that stand for something else than themselves."""


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
    if default.lower() in DYNAMIC_DEFAULTS:
        return default
    try:
        return coerce(default, field, ZoneInfo("UTC"))
    except Refused:
        return default


@lru_cache(maxsize=4096)
def _fetches(meta: DocType) -> tuple[tuple[Field, Field, str], ...]:
    """(target field, link field, source fieldname) of each `fetch_from` that names a Link of this DocType."""
    found = []
    for field in meta.data_fields:
        link, _, source = field.fetch_from.partition(".")
        through = meta.field(link) if source else None
        if through is not None and through.fieldtype == "Link":
            found.append((field, through, source))
    return tuple(found)


def apply_defaults(ctx: Context, doc: Document) -> None:
    """Give unset fields their default (Frappe DocField.default)."""
    for field, default in _defaults(doc.meta):
        if doc[field.fieldname] is None:
            dynamic = DYNAMIC_DEFAULTS.get(default.lower()) if isinstance(default, str) else None
            doc[field.fieldname] = dynamic(ctx) if dynamic else default


def fetch_values(ctx: Context, doc: Document) -> None:
    """Copy `fetch_from` values. What the caller may not read is not copied; it stays as stored while the link stays."""
    rows: dict[tuple[str, str], Document | None] = {}
    submitted = doc.before is not None and doc.before["docstatus"] > 0
    for field, link, source in _fetches(doc.meta):
        name = doc[link.fieldname]
        if submitted and not field.allow_on_submit:
            continue
        if field.fetch_if_empty and doc[field.fieldname] not in (None, "", 0) and not _is_forged(doc, field):
            continue
        if not name:
            if field.read_only and not field.fetch_if_empty:
                doc[field.fieldname] = empty(field)
            continue
        key = (link.options, str(name))
        if key not in rows:
            rows[key] = _readable(ctx, *key)
        target = rows[key]
        if target is None or not _may_read_field(ctx, target, source):
            unchanged = doc.before is not None and doc.before[link.fieldname] == name
            doc[field.fieldname] = doc.before[field.fieldname] if unchanged and doc.before else empty(field)
        elif source in target.meta.columns:
            doc[field.fieldname] = target[source]


def _is_forged(doc: Document, field: Field) -> bool:
    """Whether the client has sent another value for a field that is fetched and not his to write."""
    return field.read_only and field.fieldname in doc.given and doc.has_changed(field.fieldname)


def _readable(ctx: Context, doctype: str, name: str) -> Document | None:
    meta = ctx.definitions.get(doctype)
    row = ctx.connection.get_row(meta, name) if meta is not None else None
    if meta is None or row is None:
        return None
    document = Document.of_row(meta, ctx.definitions, row)
    allowed = ctx.policy.allows(meta, "read", document) or ctx.policy.allows(meta, "select", document)
    return document if allowed else None


def _may_read_field(ctx: Context, target: Document, source: str) -> bool:
    field = target.meta.field(source)
    if field is None:
        return source in target.meta.columns
    return field.fieldtype != "Password" and field.permlevel in ctx.policy.levels(target.meta, "read", target) | {0}


def coerce_values(ctx: Context, doc: Document, faults: Faults) -> None:
    """Turn every value of the document and its rows into the Python value of its field."""
    for part, table, row in parts_of(doc):
        value_of = part._values.get
        for field, plain, keeps_none in _coerced(part.meta):
            value = value_of(field.fieldname)
            if keeps_none if value is None else type(value) is str and 0 < len(value) <= plain and value.isprintable():
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
def _coerced(meta: DocType) -> tuple[tuple[Field, int, bool], ...]:
    """The fields whose values are looked at, each with the length up to which a printable text is taken as it is, and
    whether no value stays none."""
    fields = (field for field in meta.data_fields if not field.properties.get("rollup"))
    return tuple(
        (f, *((0, False) if f.is_masked else (0 if f.kind.html else plain_length(f), empty(f) is None))) for f in fields
    )


def prepare(ctx: Context, doc: Document, faults: Faults) -> None:
    """Defaults of new documents and rows, coercion, fetched values, then formulas."""
    for part in (doc, *(row for _, row in doc.children())):
        if part.is_new:
            apply_defaults(ctx, part)
    coerce_values(ctx, doc, faults)
    for part in (doc, *(row for _, row in doc.children())):
        fetch_values(ctx, part)
    if not faults.found:
        compute(ctx, doc, faults)
