"""What number cards and charts ask: their stored conditions, and the function of their value in the store's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DataError, FieldError, ValidationError
from crm_platform.metadata.model import DocType, Field

FUNCTIONS = {"Count": "count", "Sum": "sum", "Average": "avg", "Minimum": "min", "Maximum": "max"}
"""Frappe's names of functions, and the store's."""
VALUE = "value"
"""Key of the aggregate in the rows of an answer."""

NO_LIST = 'The conditions must be a JSON list, as in [["status", "=", "Open"]].'
UNKNOWN_VALUE = "{value} is not known here. Use one of {known}."

DYNAMIC: Mapping[str, Callable[[Context], str]] = {
    "frappe.session.user": lambda ctx: ctx.user,
    "frappe.datetime.get_today()": lambda ctx: today(ctx).isoformat(),
    "frappe.datetime.now_date()": lambda ctx: today(ctx).isoformat(),
}
"""Values that depend on the reader (Frappe Number Card.dynamic_filters_json); no other code is run."""


def today(ctx: Context) -> date:
    """The day by the clock of the site."""
    return ctx.now().astimezone(ctx.runtime.zone).date()


def doctype_of(ctx: Context, record: Document) -> DocType:
    """The DocType whose documents are asked. Raises ValidationError when it is gone."""
    meta = ctx.definitions.get(record["document_type"] or "")
    if meta is None:
        template = "{report}: there is no DocType {doctype}."
        raise ValidationError(template, report=record["name"], doctype=record["document_type"] or "?")
    return meta


def stored_filters(ctx: Context, record: Document) -> list[Any]:
    """The record's fixed conditions and those that depend on the reader.

    Raises DataError naming the field whose JSON is no list of conditions.
    """
    fixed = conditions(record, "filters_json")
    return [*fixed, *(_dynamic(ctx, row) for row in conditions(record, "dynamic_filters_json"))]


def conditions(record: Document, fieldname: str) -> list[Any]:
    """Conditions that stand as JSON in a field; Frappe writes {} or "null" for none."""
    try:
        found = orjson.loads(record.get(fieldname) or "[]") or []
    except orjson.JSONDecodeError:
        raise _fault(fieldname, NO_LIST) from None
    if isinstance(found, dict):
        found = [[key, *(value if isinstance(value, list) else ("=", value))] for key, value in found.items()]
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        raise _fault(fieldname, NO_LIST)
    return found


def _dynamic(ctx: Context, row: list[Any]) -> list[Any]:
    *where, value = row[:4] if len(row) > 3 else row
    if value not in DYNAMIC:
        raise _fault("dynamic_filters_json", UNKNOWN_VALUE, value=str(value)[:80], known=", ".join(DYNAMIC))
    return [*where, DYNAMIC[value](ctx)]


def _fault(fieldname: str, template: str, **params: Any) -> DataError:
    return DataError(template, errors=[FieldError(fieldname, template, "DataError", params=params)], **params)


def aggregate(function: str, fieldname: str) -> str:
    """One of FUNCTIONS over a field, as a column of the store's list called VALUE."""
    name = FUNCTIONS[function]
    return f"{name}({'name' if name == 'count' else fieldname}) as {VALUE}"


def type_of_value(meta: DocType, function: str, fieldname: str) -> dict[str, str]:
    """Field type and options by which a value is shown: numbers of documents are whole, money keeps its currency."""
    field = meta.field(fieldname)
    if function == "Count" or field is None:
        return {"fieldtype": "Int", "options": ""}
    return {"fieldtype": _mean(field) if function == "Average" else field.fieldtype, "options": field.options}


def _mean(field: Field) -> str:
    return "Float" if field.fieldtype == "Int" else field.fieldtype
