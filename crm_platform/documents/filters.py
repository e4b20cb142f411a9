"""Frappe's filters (list, dict, 3 or 4 parts, its operators and time spans) → a Condition, every name looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import EVERYTHING, Compare, Condition, Path, all_of, any_of
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.masking import masked_filter
from crm_platform.documents.paths import Paths
from crm_platform.documents.timespans import timespan
from crm_platform.errors import DataError, FieldError
from crm_platform.metadata.kinds import NUMBER_TYPES
from crm_platform.metadata.model import Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context
from crm_platform.documents.manner import manner_of

COMPARE = ("=", "!=", "<", "<=", ">", ">=", "like", "not like", "in", "not in", "between", "is")
TREE = ("ancestors of", "descendants of", "not ancestors of", "not descendants of", "descendants of (inclusive)")
ALL_OPERATORS = (*COMPARE, *TREE, "timespan")
COUNT_LIMIT = 200
"""More conditions than this are refused: SQLite nests them, at most a thousand deep."""
VALUE_LIMIT = 20_000


def parse_filters(ctx: Context, paths: Paths, filters: Any) -> Condition:
    """All filters joined by AND. Raises DataError naming the field or operator, PermissionError for a hidden field."""
    return all_of(*(_one(ctx, paths, *parts) for parts in conditions_in(filters)))


def parse_or_filters(ctx: Context, paths: Paths, filters: Any) -> Condition:
    """All filters joined by OR; none at all restricts nothing."""
    rows = list(conditions_in(filters))
    return any_of(*(_one(ctx, paths, *parts) for parts in rows)) if rows else EVERYTHING


def refuse_kept_values(paths: Paths, filters: Any) -> None:
    """Raises DataError for a filter that names the value of a masked field: whoever opens what it is kept in, a view or
    a report, would read that value there. A parameter that the reader fills in is none."""
    for doctype, fieldname, operator, value in conditions_in(filters):
        field = paths.field_at(paths.resolve(fieldname, doctype, filtered=True))
        if field.is_masked and operator != "is" and value not in (None, "") and not isinstance(value, Mapping):
            template = "{label} is masked: a filter by its value is not kept. Remove the filter."
            label = field.label or field.fieldname
            raise DataError(
                template, errors=[FieldError(fieldname, template, "DataError", params={"label": label})], label=label
            )


Parts = tuple[str, str, str, Any]
"""(DocType or "", field, operator, value)"""


def conditions_in(filters: Any) -> Iterable[Parts]:
    """The conditions of any form that Frappe takes. Raises DataError for what is none."""
    if filters is None or filters in ("", [], {}, ()):
        return []
    if isinstance(filters, str):
        return [("", "name", "=", filters)]
    if isinstance(filters, Mapping):
        return [_from_dict(field, value) for field, value in filters.items()]
    if not isinstance(filters, list | tuple):
        raise _malformed(filters)
    if len(filters) > COUNT_LIMIT:
        raise DataError("Too many filters: at most {limit}.", limit=COUNT_LIMIT)
    if len(filters) in (3, 4) and all(isinstance(part, str) for part in filters[:-1]):
        return [_from_list(filters)]
    return [
        _from_dict(*next(iter(row.items()))) if isinstance(row, Mapping) and len(row) == 1 else _from_list(row)
        for row in filters
    ]


def _from_dict(field: Any, value: Any) -> Parts:
    if not isinstance(field, str):
        raise _malformed(field)
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        return ("", field, value[0], value[1])
    if isinstance(value, list | tuple):
        return ("", field, "in", value)
    return ("", field, "=", value)


def _from_list(row: Any) -> Parts:
    if isinstance(row, list | tuple) and len(row) >= 3 and all(isinstance(part, str) for part in row[:-1][:3]):
        if len(row) == 3:
            return ("", row[0], row[1], row[2])
        if len(row) in (4, 5):
            return (row[0], row[1], row[2], row[3])
    raise _malformed(row)


def _malformed(part: Any) -> DataError:
    return DataError(
        'Filter {part} is not understood. Write ["field", "operator", value] or {{"field": value}}.',
        part=str(part)[:80],
    )


def _one(ctx: Context, paths: Paths, doctype: str, fieldname: str, operator: str, value: Any) -> Condition:
    path = paths.resolve(fieldname, doctype, filtered=True)
    field = paths.field_at(path)
    name = " ".join(operator.lower().split())
    if name not in ALL_OPERATORS:
        raise DataError(
            "Operator must be one of {operators}, not {operator}.",
            operators=", ".join(ALL_OPERATORS),
            operator=operator[:40],
            errors=[
                FieldError(fieldname, "Unknown operator {operator}.", "DataError", params={"operator": operator[:40]})
            ],
        )
    if name in TREE and not field.is_masked:
        return _tree(ctx, paths, path, field, name, value)
    if name == "timespan" and not field.is_masked:
        first, last = timespan(str(value), ctx.now().astimezone(ctx.runtime.zone).date(), manner_of(ctx).week_begins)
        return Compare(path, "between", _span(ctx, field, first, last))
    handler = VALUES.get(name, _single)
    if field.is_masked:
        return masked_filter(ctx, paths, path, name, value, lambda: handler(ctx, path, field, name, value))
    return handler(ctx, path, field, name, value)


def _value(ctx: Context, field: Field, value: Any) -> Any:
    """A filter value as the column's Python value; bad ones are a DataError naming the field."""
    if isinstance(value, dict | list | tuple):
        raise _bad_value(field, "{label}: a filter takes a single value here.", {})
    if value in (None, ""):
        return value
    try:
        return coerce(value, _any_text(field.fieldtype) if field.kind.storage == "text" else field, ctx.runtime.zone)
    except Refused as refusal:
        raise _bad_value(field, refusal.template, refusal.params) from None


@cache
def _any_text(fieldtype: str) -> Field:
    """What takes any text as a field of this type keeps it: a filter may ask for what is no choice and too long."""
    return Field("text", "Data" if fieldtype == "Select" else fieldtype, length=10**6)


def _bad_value(field: Field, template: str, params: Mapping[str, Any]) -> DataError:
    named = {"label": field.label or field.fieldname, **params}
    return DataError(template, errors=[FieldError(field.fieldname, template, "DataError", params=named)], **named)


def _single(ctx: Context, path: Path, field: Field, operator: str, value: Any) -> Condition:
    if value is None:
        return _is(ctx, path, field, "is", "set" if operator == "!=" else "not set")
    if value == "" and field.kind.storage != "text":
        if field.fieldtype in NUMBER_TYPES:
            value = 0
        else:
            return _is(ctx, path, field, "is", "set" if operator == "!=" else "not set")
    return Compare(path, operator, _value(ctx, field, value))


def _like(ctx: Context, path: Path, field: Field, operator: str, value: Any) -> Condition:  # noqa: ARG001 one signature
    if field.kind.storage != "text":
        raise _bad_value(field, "{label} is not a text: use =, < or > instead of like.", {})
    if not isinstance(value, str | int | float):
        raise _bad_value(field, "{label}: like takes a text.", {})
    return Compare(path, operator, str(value))


def _in(ctx: Context, path: Path, field: Field, operator: str, value: Any) -> Condition:
    values = value.split(",") if isinstance(value, str) else value
    if not isinstance(values, list | tuple):
        values = [values]
    if len(values) > VALUE_LIMIT:
        raise _bad_value(field, "{label}: a filter takes at most {limit} values.", {"limit": VALUE_LIMIT})
    return Compare(path, operator, tuple(_value(ctx, field, v.strip() if isinstance(v, str) else v) for v in values))


def _is(ctx: Context, path: Path, field: Field, operator: str, value: Any) -> Condition:  # noqa: ARG001
    if value not in ("set", "not set"):
        raise _bad_value(field, '{label}: "is" takes "set" or "not set".', {})
    return Compare(path, "is", value)


def _between(ctx: Context, path: Path, field: Field, operator: str, value: Any) -> Condition:  # noqa: ARG001
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise _bad_value(field, '{label}: "between" takes two values.', {})
    low, high = value
    if None in value or ("" in value and field.kind.storage != "text"):
        raise _bad_value(field, '{label}: "between" takes two values.', {})
    if field.fieldtype == "Datetime" and isinstance(high, str) and len(high) == 10:
        first, last = _value(ctx, DAY, low[:10] if isinstance(low, str) else low), _value(ctx, DAY, high)
        return Compare(path, "between", _span(ctx, field, first, last))
    return Compare(path, "between", (_value(ctx, field, low), _value(ctx, field, high)))


DAY = Field("day", "Date", "Date")


def _span(ctx: Context, field: Field, first: date, last: date) -> tuple[Any, Any]:
    """Whole days in the site's time zone, as values of the column."""
    if field.fieldtype == "Date":
        return first, last
    zone = ctx.runtime.zone
    try:
        start = datetime.combine(first, time(), zone).astimezone(UTC)
        end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    except OverflowError:
        raise _bad_value(field, "{label}: these days are too far from today.", {}) from None
    return start, end - timedelta(microseconds=1)


def _tree(ctx: Context, paths: Paths, path: Path, field: Field, operator: str, value: Any) -> Condition:
    target = paths.meta if path == ("name",) else ctx.definitions.get(field.options)
    if target is None or not target.is_tree:
        raise _bad_value(field, "{label} does not point to a tree.", {})
    name = str(value)
    if "ancestors" in operator:
        names = [n for n in ctx.connection.ancestors(target, name) if n != name]
    else:
        inclusive = operator.endswith("(inclusive)")
        names = [n for n in ctx.connection.subtree(target, name) if inclusive or n != name]
    return Compare(path, "not in" if operator.startswith("not") else "in", tuple(names))


ValueHandler = Callable[["Context", Path, Field, str, Any], Condition]
VALUES: dict[str, ValueHandler] = {
    "like": _like,
    "not like": _like,
    "in": _in,
    "not in": _in,
    "is": _is,
    "between": _between,
}
