"""Documents that belong to another one (comments, versions, files…): who may read that one may read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.documents.context import GUEST
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, PermissionError
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
}
"""DocType → the two fields that name the document it belongs to."""

READABLE_THROUGH_DOCUMENT = frozenset(COMPANIONS) - {"DocShare"}


def readable_kind(ctx: Context, meta: DocType) -> bool:
    """Whether documents of this DocType may be reached through another one; guests reach none."""
    return ctx.user != GUEST and meta.name in READABLE_THROUGH_DOCUMENT


def owner_of(ctx: Context, doctype: Any, name: Any) -> Document | None:
    """The document named by a companion if the caller may read it."""
    if not isinstance(doctype, str) or not isinstance(name, str) or doctype in COMPANIONS:
        return None
    try:
        return ctx.store.get(doctype, name)
    except (DoesNotExistError, PermissionError):
        return None


def readable(ctx: Context, stored: Document) -> bool:
    if stored.doctype not in READABLE_THROUGH_DOCUMENT:
        return False
    doctype_field, name_field = COMPANIONS[stored.doctype]
    return owner_of(ctx, stored[doctype_field], stored[name_field]) is not None


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


def context_for_list(ctx: Context, meta: DocType, filters: Any) -> Context:
    """The system's context for a list of companions pinned to one document that the caller may read; else `ctx`."""
    if not readable_kind(ctx, meta):
        return ctx
    doctype_field, name_field = COMPANIONS[meta.name]
    owner = owner_of(ctx, _pinned(filters, doctype_field), _pinned(filters, name_field))
    return ctx if owner is None else ctx.as_system()


def without_hidden_changes(
    ctx: Context, meta: DocType, rows: list[dict[str, Any]], filters: Any
) -> list[dict[str, Any]]:
    """Version rows without the fields that the caller may not read today."""
    if meta.name != "Version":
        return rows
    pinned = _pinned(filters, "ref_doctype")
    for row in rows:
        if row.get("data"):
            row["data"] = visible_changes(ctx, str(row.get("ref_doctype") or pinned or ""), row["data"])
    return rows


def _hidden(ctx: Context, doctype: str, levels: frozenset[int]) -> set[str]:
    meta = ctx.definitions.get(doctype)
    return {f.fieldname for f in meta.fields if f.permlevel and f.permlevel not in levels} if meta else set()


def visible_changes(ctx: Context, doctype: str, data: str) -> str:
    """Version.data for the caller: what he may not read by today's field levels is dropped."""
    meta = ctx.definitions.get(doctype)
    content = orjson.loads(data)
    if meta is None:
        return "{}"
    levels = ctx.policy.levels(meta, "read")
    hidden = _hidden(ctx, doctype, levels)
    below = {table.fieldname: _hidden(ctx, table.options, levels) for table in meta.table_fields}
    for key in ("changed", "added", "removed", "row_changed"):
        content[key] = [change for change in content.get(key) or [] if change and change[0] not in hidden]
    for key in ("added", "removed"):
        for table, row in content[key]:
            for fieldname in below.get(table, ()):
                row.pop(fieldname, None)
    for change in content["row_changed"]:
        change[3] = [part for part in change[3] if part[0] not in below.get(change[0], ())]
    return orjson.dumps(content).decode()
