"""Documents that belong to another one (comments, versions, files…): who may read that one may read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.conditions import EVERYTHING, Compare, Condition
from crm_platform.database.query import Column
from crm_platform.documents.context import GUEST
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.policy import ALL_LEVELS, AllowAll
from crm_platform.documents.wire import hidden_fields
from crm_platform.errors import DoesNotExistError, FieldError, LinkValidationError, PermissionError
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.masking import mask
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

COMPANIONS: Mapping[str, tuple[str, str]] = {
    "Comment": ("reference_doctype", "reference_name"),
    "Version": ("ref_doctype", "docname"),
    "ToDo": ("reference_type", "reference_name"),
    "File": ("attached_to_doctype", "attached_to_name"),
    "Tag Link": ("document_type", "document_name"),
    "DocShare": ("share_doctype", "share_name"),
    "Workflow Action": ("reference_doctype", "reference_name"),
    "SLA Clock": ("reference_doctype", "reference_name"),
    "Workflow Approval": ("reference_doctype", "reference_name"),
    "Communication": ("reference_doctype", "reference_name"),
}
"""DocType → the two fields that name the document it belongs to."""

FIELD_OF_FILE = "attached_to_field"
READABLE_THROUGH_DOCUMENT = frozenset(COMPANIONS) - {"DocShare"}

WITHOUT_COMPANIONS = frozenset(COMPANIONS) - {"Communication"}
"""A mail has files of its own; the others have nothing that belongs to them."""


def readable_kind(ctx: Context, meta: DocType) -> bool:
    """Whether documents of this DocType may be reached through another one; guests reach none."""
    return ctx.user != GUEST and meta.name in READABLE_THROUGH_DOCUMENT


def owner_of(ctx: Context, doctype: Any, name: Any) -> Document | None:
    """The document named by a companion if the caller may read it."""
    if not isinstance(doctype, str) or not isinstance(name, str) or doctype in WITHOUT_COMPANIONS:
        return None
    try:
        return ctx.store.get(doctype, name)
    except (DoesNotExistError, PermissionError):
        return None


def readable(ctx: Context, stored: Document) -> bool:
    if stored.doctype not in READABLE_THROUGH_DOCUMENT:
        return False
    doctype_field, name_field = COMPANIONS[stored.doctype]
    own_kind = stored[doctype_field] == stored.doctype
    owner = None if own_kind else owner_of(ctx, stored[doctype_field], stored[name_field])
    if owner is None:
        return False
    return stored.doctype != "File" or stored[FIELD_OF_FILE] not in _closed_fields(ctx, owner)


def check_place(ctx: Context, doc: Document) -> None:
    """What people write beside a document needs a document that they may read; another one is as good as missing.

    A comment is signed by who writes it.
    """
    if isinstance(ctx.policy, AllowAll):
        return
    doctype_field, name_field = COMPANIONS[doc.doctype]
    doctype, name = doc.get(doctype_field), doc.get(name_field)
    moved = doc.has_changed(doctype_field) or doc.has_changed(name_field)
    if moved and (doctype or name) and owner_of(ctx, doctype, name) is None:
        template = "Could not find {label}: {value}"
        params = {"label": doc.meta.by_name[name_field].label, "value": name or ""}
        raise LinkValidationError(
            template, errors=[FieldError(name_field, template, "LinkValidationError", params=params)], **params
        )
    if doc.doctype == "Comment" and doc.is_new:
        doc["comment_by"], doc["comment_email"] = ctx.user, ctx.user if "@" in ctx.user else None


LISTENERS = [Listener("core", kind, "before_validate", check_place) for kind in ("Comment", "ToDo")]


def _pinned(filters: Any, fieldname: str) -> Any:
    """The value that the filters demand for a field with "=", or None."""
    if isinstance(filters, Mapping):
        value = filters.get(fieldname)
        return value[1] if isinstance(value, list | tuple) and len(value) == 2 and value[0] == "=" else value
    if not isinstance(filters, list | tuple):
        return None
    for row in filters:
        if isinstance(row, Mapping):
            found = _pinned(row, fieldname)
            if found is not None:
                return found
        elif isinstance(row, list | tuple) and len(row) in (3, 4) and list(row[-3:-1]) == [fieldname, "="]:
            return row[-1]
    return None


def rights_for_list(ctx: Context, meta: DocType, filters: Any) -> Condition | None:
    """What may be listed of companions that the filters pin to one document that the caller may read; else None.

    Only the companions themselves are opened by it: what they link to is read with the caller's own rights.
    """
    if not readable_kind(ctx, meta):
        return None
    doctype_field, name_field = COMPANIONS[meta.name]
    owner = owner_of(ctx, _pinned(filters, doctype_field), _pinned(filters, name_field))
    if owner is None:
        return None
    return Compare((FIELD_OF_FILE,), "not in", _closed_fields(ctx, owner)) if meta.name == "File" else EVERYTHING


def _closed_fields(ctx: Context, owner: Document) -> tuple[str, ...]:
    """Fields of a document that the caller may not read: nor the files that they hold."""
    return tuple(sorted(hidden_fields(owner.meta, ctx.policy.levels(owner.meta, "read", owner))))


def changes_column(meta: DocType, column: Column) -> bool:
    """Whether a column of a list holds Version.data, whatever its alias."""
    return (meta.name, column.path) == ("Version", ("data",))


KIND_OF_VERSION = "__ref_doctype"
"""Alias under which a list of versions asks for their DocType: nothing that a caller writes can be taken for it."""


def without_hidden_changes(ctx: Context, columns: Sequence[Column], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Version rows (with KIND_OF_VERSION) without the fields that the caller may not read today."""
    for row in rows:
        doctype = str(row.pop(KIND_OF_VERSION) or "")
        for column in columns:
            if row[column.alias]:
                row[column.alias] = visible_changes(ctx, doctype, row[column.alias])
    return rows


def _shows(ctx: Context, doctype: str, levels: frozenset[int]) -> Callable[[str], bool]:
    """Says of a fieldname whether its old values may be shown; those of a dropped field to all levels only."""
    meta = ctx.definitions.get(doctype)
    fields = {field.fieldname for field in meta.fields if field.permlevel in levels | {0}} if meta else set()
    return lambda name: levels >= ALL_LEVELS or name in fields or name in STANDARD_COLUMNS or name in CHILD_COLUMNS


def visible_changes(ctx: Context, doctype: str, data: str) -> str:
    """Version.data for the caller: what he may not read by today's field levels is dropped, what is confidential today
    is masked."""
    meta = ctx.definitions.get(doctype)
    content = orjson.loads(data)
    if meta is None:
        return "{}"
    levels = ctx.policy.levels(meta, "read")
    shows = _shows(ctx, doctype, levels)
    below = {table.fieldname: _shows(ctx, table.options, levels) for table in meta.table_fields}
    for key in ("changed", "added", "removed", "row_changed", "set_by", "set_in_rows_by"):
        content[key] = [change for change in content.get(key) or [] if change and shows(change[0])]
    for key in ("added", "removed"):
        for change in content[key]:
            change[1] = {name: value for name, value in change[1].items() if below.get(change[0], shows)(name)}
    for change in content["row_changed"]:
        change[3] = [part for part in change[3] if below.get(change[0], shows)(part[0])]
    content["set_in_rows_by"] = [one for one in content["set_in_rows_by"] if below.get(one[0], shows)(one[2])]
    _mask_changes(ctx, meta, content)
    return orjson.dumps(content).decode()


def _mask_changes(ctx: Context, meta: DocType, content: dict[str, Any]) -> None:
    """Mask what was written down before its field became confidential."""
    content["changed"] = _masked_pairs(meta, content["changed"])
    rows = {table.fieldname: ctx.definitions[table.options] for table in meta.table_fields}
    for key in ("added", "removed"):
        for change in content[key]:
            for field in rows[change[0]].masked_fields if change[0] in rows else ():
                if change[1].get(field.fieldname):
                    change[1][field.fieldname] = mask(field.mask_format, change[1][field.fieldname])
    for change in content["row_changed"]:
        if change[0] in rows:
            change[3] = _masked_pairs(rows[change[0]], change[3])


def _masked_pairs(meta: DocType, changes: list[list[Any]]) -> list[list[Any]]:
    formats = {field.fieldname: field.mask_format for field in meta.masked_fields}
    return [
        [name, *(mask(formats[name], value) if value else value for value in values)]
        if name in formats
        else [name, *values]
        for name, *values in changes
    ]
