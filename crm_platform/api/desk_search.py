"""frappe.desk.search.*: what a Link field offers while somebody types."""

from __future__ import annotations

from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.methods import ApiMethod
from crm_platform.api.parameters import filters as parse_filters
from crm_platform.documents.choosing import IN_USE, asks_by_name, is_wider_than_reading, names_of
from crm_platform.documents.context import Context
from crm_platform.documents.wire import rows_to_wire
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import DocType

MAX_PAGE = 500
ALL = "include_disabled"
"""Key among the filters, set by who looks for records out of use, too (Frappe search_widget)."""

Filters = Any


def searched_fields(ctx: Context, doctype: DocType) -> list[str]:
    """Name, title field and search fields, as far as the caller may read them."""
    levels = ctx.policy.levels(doctype, "read")
    found = ["name"]
    for fieldname in (doctype.title_field, *doctype.search_fields):
        field = doctype.field(fieldname)
        readable = field is not None and field.has_column and field.permlevel in levels | {0}
        if readable and fieldname not in found:
            found.append(fieldname)
    return found


def in_use(ctx: Context, doctype: DocType) -> dict[str, int]:
    """Conditions that leave out what is out of use, as far as the caller may know it."""
    levels = ctx.policy.levels(doctype, "read") | {0}
    fields = ((doctype.field(name), value) for name, value in IN_USE.items())
    return {
        field.fieldname: value
        for field, value in fields
        if field is not None and field.fieldtype == "Check" and field.permlevel in levels
    }


def conditions_of(ctx: Context, doctype: DocType, filters: Any) -> Any:
    """What the caller asked for, among the records in use unless the caller wants all."""
    asked = parse_filters("filters", filters) or {}
    switches = in_use(ctx, doctype)
    if isinstance(asked, list):
        return [*asked, *([name, "=", value] for name, value in switches.items())]
    own = {name: value for name, value in asked.items() if name != ALL}
    return own if asked.get(ALL) else {**switches, **own}


def find(ctx: Context, doctype: str, txt: str, filters: Any, page_length: int, start: int = 0) -> list[dict[str, Any]]:
    """Rows whose name, title or search fields contain `txt`; those that are it come first, then those that begin so."""
    meta = doctype_of(ctx, doctype)
    conditions = conditions_of(ctx, meta, filters)
    is_choice = is_wider_than_reading(ctx, meta) and asks_by_name(meta, conditions)
    fields = names_of(meta) if is_choice else searched_fields(ctx, meta)
    masked = {field.fieldname for field in meta.masked_fields}
    texts = [f for f in fields if meta.columns[f] == "text" and f not in masked]
    limit = min(page_length, MAX_PAGE)
    listed = ctx.store.choices if is_choice else ctx.store.list
    asked = {"fields": fields, "filters": conditions, "order_by": "modified desc", "limit": limit}
    if not txt:
        return rows_to_wire(ctx, listed(doctype, offset=start, **asked))
    rows: dict[str, dict[str, Any]] = {}
    for pattern in (txt, f"{txt}%", f"%{txt}%"):
        if len(rows) < start + limit:
            either = [[field, "like", pattern] for field in texts]
            for row in listed(doctype, or_filters=either, **{**asked, "limit": start + limit}):
                rows.setdefault(str(row["name"]), row)
    return rows_to_wire(ctx, list(rows.values())[start : start + limit])


def search_link(
    ctx: Context,
    doctype: str,
    txt: str,
    filters: dict[str, Any] | list[Any] | None = None,
    page_length: int = 10,
    ignore_user_permissions: bool = False,
) -> list[dict[str, str]]:
    """Suggestions: the value to store, a line that describes it, and a `label` where links show a title."""
    if ignore_user_permissions:
        raise ValidationError("search_link always heeds permissions: leave out ignore_user_permissions.")
    rows = find(ctx, doctype, txt, filters, page_length)
    return [_suggestion(ctx, ctx.definitions[doctype], row) for row in rows]


def _suggestion(ctx: Context, meta: DocType, row: dict[str, Any]) -> dict[str, str]:
    name = str(row["name"])
    title = str(row.get(meta.title_in_links) or name)
    label = ctx._(title) if meta.is_translated else title
    left_out = {"name", meta.title_in_links}
    described = [str(value) for field, value in row.items() if field not in left_out and value not in (None, "")]
    found = {"value": name, "description": ", ".join(described)}
    return found if label == name else {**found, "label": label, "description": ", ".join([name, *described])}


def search_widget(
    ctx: Context,
    doctype: str,
    txt: str,
    filters: dict[str, Any] | list[Any] | None = None,
    page_length: int = 20,
    start: int = 0,
) -> list[list[Any]]:
    """The same as rows of values."""
    return [list(row.values()) for row in find(ctx, doctype, txt, filters, page_length, start)]


METHODS = (
    ApiMethod("frappe.desk.search.search_link", search_link),
    ApiMethod("frappe.desk.search.search_widget", search_widget),
)
