"""frappe.client.*: reading documents and values by method call. Answers keep nulls."""

from __future__ import annotations

from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.methods import ApiMethod
from crm_platform.api.parameters import filters as parse_filters
from crm_platform.api.parameters import list_query, whole_number
from crm_platform.documents.context import Context
from crm_platform.documents.wire import rows_to_wire, to_wire
from crm_platform.errors import DataError, DoesNotExistError, FieldError
from crm_platform.metadata.model import PERMISSION_ACTIONS


def get_list(  # noqa: PLR0913, PLR0917 the parameters of Frappe's get_list
    ctx: Context,
    doctype: str,
    fields: Any = None,
    filters: Any = None,
    or_filters: Any = None,
    order_by: Any = None,
    group_by: Any = None,
    limit_start: Any = None,
    limit_page_length: Any = None,
    parent: Any = None,
    as_dict: Any = None,
) -> list[Any]:
    """As GET /api/resource/<DocType>, but `limit` is not known here."""
    query = list_query(
        {
            "fields": fields,
            "filters": filters,
            "or_filters": or_filters,
            "order_by": order_by,
            "group_by": group_by,
            "limit_start": limit_start,
            "limit_page_length": limit_page_length,
            "parent": parent,
            "as_dict": as_dict,
        }
    )
    return query.run(ctx, doctype)


def get_count(ctx: Context, doctype: str, filters: Any = None, or_filters: Any = None, limit: Any = None) -> int:
    """How many documents the caller may read; counting stops at `limit` (ours: a capped count is cheap)."""
    return ctx.store.count(
        doctype,
        filters=parse_filters("filters", filters),
        or_filters=parse_filters("or_filters", or_filters),
        cap=whole_number("limit", limit, 0) or None,
    )


def get(
    ctx: Context, doctype: str, name: str | None = None, filters: dict[str, Any] | list[Any] | str | None = None
) -> dict[str, Any]:
    """A whole document by name, or the newest that `filters` find; a Single needs neither."""
    if name is None:
        name = doctype if doctype_of(ctx, doctype).issingle else _first_name(ctx, doctype, filters)
    return to_wire(ctx, ctx.store.get(doctype, name), nulls=True)


def _first_name(ctx: Context, doctype: str, filters: Any) -> str:
    rows = ctx.store.list(doctype, fields=("name",), filters=filters, order_by="modified desc", limit=1)
    if not rows:
        raise DoesNotExistError("{doctype} not found", doctype=doctype)
    return str(rows[0]["name"])


def get_value(
    ctx: Context,
    doctype: str,
    fieldname: list[Any] | str = "name",
    filters: dict[str, Any] | list[Any] | str | None = None,
    as_dict: bool = True,
    parent: str | None = None,
) -> Any:
    """Values of the document that a name or filters find; {} when there is none."""
    names = [fieldname] if isinstance(fieldname, str) else [str(name) for name in fieldname]
    if doctype_of(ctx, doctype).issingle:
        row = _single_values(ctx, doctype, names)
    else:
        if isinstance(filters, str):
            filters = {"name": filters}
        found = ctx.store.list(doctype, fields=names, filters=filters, order_by="modified desc", limit=1, parent=parent)
        if not found:
            return {}
        row = rows_to_wire(ctx, found)[0]
    if as_dict:
        return row
    values = list(row.values())
    return values if len(values) > 1 else values[0]


def _single_values(ctx: Context, doctype: str, names: list[str]) -> dict[str, Any]:
    document = to_wire(ctx, ctx.store.get(doctype, doctype), nulls=True)
    for name in names:
        if name not in document:
            fault = FieldError(name, "There is no such field.", "DataError")
            raise DataError("Field not permitted in query: {field}", field=name, errors=[fault])
    return {name: document[name] for name in names}


def get_single_value(ctx: Context, doctype: str, field: str) -> Any:
    """One value of a Single."""
    return _single_values(ctx, doctype, [field])[field]


def has_permission(ctx: Context, doctype: str, docname: str, perm_type: str = "read") -> dict[str, bool]:
    """Whether the caller may do `perm_type` with a document; a missing one is one that may not be read."""
    meta = doctype_of(ctx, doctype)
    if perm_type not in PERMISSION_ACTIONS:
        raise DataError("perm_type must be one of {actions}.", actions=", ".join(PERMISSION_ACTIONS))
    if not (ctx.policy.allows(meta, "read") and ctx.store.exists(doctype, docname)):
        return {"has_permission": False}
    return {"has_permission": ctx.policy.allows(meta, perm_type, ctx.store.get(doctype, docname))}


def get_doc_permissions(ctx: Context, doctype: str, docname: str) -> dict[str, dict[str, int]]:
    """All actions with 1 or 0 for a document that the caller may read."""
    doc = ctx.store.get(doctype, docname)
    return {"permissions": {action: int(ctx.policy.allows(doc.meta, action, doc)) for action in PERMISSION_ACTIONS}}


def validate_link(ctx: Context, doctype: str, docname: str, fields: list[Any] | None = None) -> dict[str, Any]:
    """The document's name and the asked values, or {"name": null}: what a Link field checks before saving."""
    names = ["name", *(str(field) for field in fields or () if field != "name")]
    rows = ctx.store.list(doctype, fields=names, filters={"name": docname}, limit=1)
    return rows_to_wire(ctx, rows)[0] if rows else {"name": None}


METHODS = (
    ApiMethod("frappe.client.get_list", get_list),
    ApiMethod("frappe.client.get_count", get_count, brief=True),
    ApiMethod("frappe.client.get", get, brief=True),
    ApiMethod("frappe.client.get_value", get_value, brief=True),
    ApiMethod("frappe.client.get_single_value", get_single_value, brief=True),
    ApiMethod("frappe.client.has_permission", has_permission, brief=True),
    ApiMethod("frappe.client.get_doc_permissions", get_doc_permissions, brief=True),
    ApiMethod("frappe.client.validate_link", validate_link, brief=True),
)
