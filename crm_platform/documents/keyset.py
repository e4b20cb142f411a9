"""Pages by keyset: a cursor names the last row seen, and the next page begins after it, at any depth at one price."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from crm_platform.database.conditions import EVERYTHING, NOTHING, Compare, Condition, Not, all_of, any_of
from crm_platform.database.interface import Row
from crm_platform.database.query import Column, Order, Query
from crm_platform.errors import DataError, FieldError
from crm_platform.metadata.kinds import STANDARD_COLUMNS, Storage
from crm_platform.metadata.model import DocType

START = "*"
"""Asks for the first page and a cursor after it."""

KEY = "#{}"
"""Alias of a sorted column beside the asked ones; an alias that a client asks for has no such sign."""

READ: Mapping[Storage, Callable[[Any], Any]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "int": int,
    "float": float,
    "text": str,
}
"""A value of a cursor as Python value, by storage."""


def sorted_wholly(query: Query) -> Query:
    """The query with an order that leaves no two rows equal, and the sorted values beside the asked columns.

    Raises DataError for a query whose rows are no documents of their own, or that is sorted by something else.
    """
    if query.group_by or query.distinct or any(column.aggregate for column in query.columns):
        raise _refused("A cursor goes through documents: leave out group_by, distinct and functions.")
    orders = query.order_by or (Order(("modified",), descending=True),)
    if any(order.alias or len(order.path) != 1 for order in orders):
        raise _refused("A cursor needs a list that is sorted by fields of the DocType itself.")
    if ("name",) not in {order.path for order in orders}:
        orders = (*orders, Order(("name",), orders[-1].descending))
    keys = tuple(Column(order.path, KEY.format(place)) for place, order in enumerate(orders))
    return replace(query, order_by=orders, columns=(*query.columns, *keys), offset=0)


def after(query: Query, cursor: str) -> Query:
    """The query for what follows the row of `cursor`; the whole one for START. Raises DataError for a cursor that is
    none, or of a list with another order."""
    if cursor == START:
        return query
    return replace(query, where=all_of(query.where, _beyond(_keys(query, cursor))))


def next_cursor(query: Query, rows: Sequence[Row]) -> str | None:
    """Takes the sorted values out of the rows; the cursor of the last one, None when the page is not full."""
    aliases = [KEY.format(place) for place in range(len(query.order_by))]
    keys = [[row.pop(alias) for alias in aliases] for row in rows]
    if len(rows) < (query.limit or 0):
        return None
    return _encoded([_order_text(query), *keys[-1]]) if keys else None


def _order_text(query: Query) -> str:
    """What a cursor belongs to: of another list it would lead anywhere."""
    return query.doctype.name + "".join(
        f",{'-' if order.descending else '+'}{order.path[0]}" for order in query.order_by
    )


def _encoded(parts: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts, default=str)).decode().rstrip("=")


def _keys(query: Query, cursor: str) -> list[_Key]:
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        belongs, *values = parts
        if belongs != _order_text(query) or len(values) != len(query.order_by):
            raise ValueError(belongs)
        return [_key(query.doctype, order, value) for order, value in zip(query.order_by, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, InvalidOperation, UnicodeEncodeError) as error:
        raise _refused("The cursor does not belong to this list. Begin again with cursor=*.") from error


def _key(doctype: DocType, order: Order, value: Any) -> _Key:
    storage = doctype.stored_columns[order.path[0]]
    return _Key(order, storage, None if value is None else READ[storage](value))


@dataclass(frozen=True, slots=True)
class _Key:
    """One sorted column and the value of the last row seen there."""

    order: Order
    storage: Storage
    value: Any

    @property
    def always_set(self) -> bool:
        return self.order.path[0] in STANDARD_COLUMNS

    def further(self) -> Condition:
        """Rows behind the value. Missing values come first, last when descending."""
        path, descending = self.order.path, self.order.descending
        if self.value is None:
            return NOTHING if descending else Not(self.missing())
        if not descending:
            return Compare(path, ">", self.value)
        smaller = Compare(path, "<", self.value)
        return smaller if self.always_set else any_of(smaller, self.missing())

    def same(self) -> Condition:
        if self.value is None:
            return self.missing()
        return Compare(self.order.path, "<=" if self.value == "" else "=", self.value)

    def missing(self) -> Condition:
        """No value at all: an empty text is one, and has a place of its own in the order."""
        unset = Compare(self.order.path, "is", "not set")
        return all_of(unset, Not(Compare(self.order.path, "<=", ""))) if self.storage == "text" else unset

    def bound(self) -> Condition:
        """Where the database may begin to look; everything where rows behind the value may stand on both sides."""
        if self.value is None or (self.order.descending and not self.always_set):
            return EVERYTHING
        return Compare(self.order.path, "<=" if self.order.descending else ">=", self.value)


def _beyond(keys: Sequence[_Key]) -> Condition:
    """Rows behind the last one, key by key."""
    first, *rest = keys
    further = first.further()
    found = any_of(further, all_of(first.same(), _beyond(rest))) if rest else further
    return all_of(first.bound(), found)


def _refused(template: str) -> DataError:
    return DataError(template, errors=[FieldError("cursor", template, "DataError")])
