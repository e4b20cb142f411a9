"""Frappe's `fields`, `order_by` and `group_by` → columns and orders of a Query; only named functions, no SQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from crm_platform.database.conditions import Path
from crm_platform.database.query import Aggregate, Column, Order
from crm_platform.documents.paths import Paths
from crm_platform.errors import DataError, FieldError
from crm_platform.metadata.model import DocType

AGGREGATES = ("count", "sum", "avg", "min", "max")
FUNCTION = re.compile(r"(\w+)\s*\(\s*(distinct\s+)?([^()]*?)\s*\)", re.IGNORECASE)
ALIASED = re.compile(r"(.+?)\s+as\s+[`'\"]?(\w{1,64})[`'\"]?", re.IGNORECASE | re.DOTALL)
SORTED = re.compile(r"(.+?)(?:\s+(asc|desc))?", re.IGNORECASE | re.DOTALL)
FIELD_LIMIT = 300
ORDER_LIMIT = 30


def parse_fields(paths: Paths, fields: Sequence[Any]) -> tuple[Column, ...]:
    """Answer columns; `*` stands for every readable column of the table. Raises DataError naming the field."""
    if len(fields) > FIELD_LIMIT:
        raise DataError("Too many fields: at most {limit}.", limit=FIELD_LIMIT)
    if all(isinstance(item, str) for item in fields):
        own = _own_columns(paths.meta, paths.levels, tuple(fields))
        if own is not None:
            return own
    columns: list[Column] = []
    for item in fields:
        if item in ("*", f"`tab{paths.meta.name}`.*"):
            columns += (Column((name,), name) for name in readable_columns(paths))
        elif isinstance(item, Mapping):
            columns.append(_from_mapping(paths, item))
        elif isinstance(item, str):
            columns.append(_from_text(paths, item))
        else:
            raise _refuse(str(item))
    found = tuple(dict.fromkeys(columns))
    twice = [alias for alias, count in Counter(column.alias for column in found).items() if count > 1]
    if twice:
        template = 'Two columns are called {field}. Give one of them another name with "as".'
        raise DataError(template, field=twice[0], errors=[FieldError(twice[0], template, params={"field": twice[0]})])
    return found


@lru_cache(maxsize=512)
def _own_columns(meta: DocType, levels: frozenset[int], fields: tuple[str, ...]) -> tuple[Column, ...] | None:
    """The columns of a list that asks for open fields of the table itself and nothing else, as nearly every list does;
    else None. They are the same in each of its requests."""
    if not all(field in meta.columns and _is_open(meta, field, levels) for field in fields):
        return None
    return tuple(Column((field,), field) for field in dict.fromkeys(fields))


def _is_open(meta: DocType, column: str, levels: frozenset[int]) -> bool:
    field = meta.field(column)
    return field is None or (field.fieldtype != "Password" and (not field.permlevel or field.permlevel in levels))


def readable_columns(paths: Paths) -> list[str]:
    levels = paths.ctx.policy.levels(paths.meta, "read")
    return [column for column in paths.meta.columns if _is_open(paths.meta, column, levels)]


def _refuse(item: str) -> DataError:
    return DataError(
        "Field not permitted in query: {field}",
        field=item[:80],
        errors=[FieldError(item[:80], "There is no such field.", "DataError")],
    )


def _tidy(text: str) -> str:
    """With single blanks: a long run of them would keep the patterns below busy for ever."""
    return " ".join(text.split())


def _from_text(paths: Paths, item: str) -> Column:
    if item in paths.meta.columns:
        return Column(paths.resolve(item, shown=True), item)
    item = _tidy(item)
    aliased = ALIASED.fullmatch(item)
    text, alias = (aliased[1], aliased[2]) if aliased else (item, "")
    function = FUNCTION.fullmatch(text)
    if function:
        return _aggregate(paths, function[1], function[3], alias, distinct=bool(function[2]))
    path = paths.resolve(text, shown=True)
    return Column(path, alias or path[-1])


def _from_mapping(paths: Paths, item: Mapping[Any, Any]) -> Column:
    """Frappe 16's form: {"COUNT": "name", "as": "n"}."""
    alias = str(item.get("as") or "")
    rest = [(str(key), value) for key, value in item.items() if key != "as"]
    if len(rest) != 1 or not isinstance(rest[0][1], str) or (alias and not re.fullmatch(r"\w{1,64}", alias)):
        raise _refuse(str(dict(item)))
    return _aggregate(paths, rest[0][0], rest[0][1], alias, distinct=False)


def _aggregate(paths: Paths, name: str, argument: str, alias: str, *, distinct: bool) -> Column:
    function = name.lower()
    if function not in AGGREGATES:
        raise _refuse(f"{name}({argument})")
    if function == "count" and argument in ("*", "1"):
        argument = "name"
    path = paths.resolve(argument)
    storage = paths.field_at(path).kind.storage
    if function in ("sum", "avg") and storage not in ("int", "float", "decimal"):
        raise DataError("{function} works on numbers only, {field} is none.", function=function, field=argument)
    return Column(path, alias or f"{function}({argument})", cast(Aggregate, function), distinct)


def parse_order(paths: Paths, order_by: str | None, columns: Sequence[Column]) -> tuple[Order, ...]:
    """`field asc, `tabX`.`field` desc` or the alias of an aggregate. Raises DataError for anything else."""
    if not order_by or not order_by.strip():
        return ()
    aliases = {column.alias for column in columns if column.aggregate}
    orders = []
    for part in _parts(order_by):
        match = SORTED.fullmatch(_tidy(part))
        if match is None:
            raise DataError("Cannot sort by {field}.", field=part[:80])
        descending = (match[2] or "").lower() == "desc"
        reference = match[1].strip()
        if reference.strip("`") in aliases:
            orders.append(Order(alias=reference.strip("`"), descending=descending))
            continue
        orders.append(Order(_sort_path(paths, reference), descending))
    return tuple(orders)


def _sort_path(paths: Paths, reference: str) -> Path:
    try:
        return paths.resolve(reference)
    except DataError as error:
        raise DataError(
            "Cannot sort by {field}: there is no such field.", field=reference[:80], errors=error.errors
        ) from None


def parse_group(paths: Paths, group_by: str | None) -> tuple[Path, ...]:
    if not group_by or not group_by.strip():
        return ()
    return tuple(paths.resolve(part) for part in _parts(group_by))


def _parts(text: str) -> list[str]:
    """The fields to sort or group by."""
    parts = text.split(",")
    if len(parts) > ORDER_LIMIT:
        raise DataError("Too many fields: at most {limit}.", limit=ORDER_LIMIT)
    return parts
