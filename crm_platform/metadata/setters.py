"""Property Setters: what each changes, with its value converted to the type of the property."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm_platform.metadata.bodies import as_text, is_on
from crm_platform.metadata.properties import DOCFIELD, DOCTYPE
from crm_platform.metadata.records import Definition

FIXED = frozenset({"name", "fieldname", "fields", "permissions", "doctype", "istable", "issingle", "custom"})
"""Properties that no Property Setter may change."""

_ROW_LISTS = {"DocType Link": "links", "DocType Action": "actions", "DocType State": "states"}
_TARGETS = frozenset({"DocType", "DocField", *_ROW_LISTS})


class SetterError(Exception):
    """A Property Setter that cannot be applied; the text is an English sentence."""


@dataclass(frozen=True)
class Change:
    """One property change: `target` is "DocType", "DocField" or a list of rows ("links"), `row` the field or row."""

    target: str
    row: str
    property: str
    value: Any


def _to_int(value: Any) -> int:
    return int(value or 0)


def _to_check(value: Any) -> int:
    if value in (None, "", 0, "0", False):
        return 0
    if is_on(value):
        return 1
    raise ValueError


def _to_rows(value: Any) -> list[dict[str, Any]]:
    """Rows as JSON, since a Property Setter holds a text."""
    rows = orjson.loads(value) if isinstance(value, str) else value
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError
    return rows


_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "check": _to_check,
    "int": _to_int,
    "text": as_text,
    "rows": _to_rows,
}
_TYPES = {"Check": "check", "Int": "int"}


def read_setter(body: Mapping[str, Any]) -> Change:
    """Read a Property Setter record.

    The known type of the property decides the conversion; for an unknown property `property_type` does. Raises
    SetterError when the value does not fit or the property is one that makes the DocType or field what it is.
    """
    target = as_text(body.get("doctype_or_field")) or ("DocField" if body.get("field_name") else "DocType")
    name = as_text(body.get("property"))
    if name in FIXED or not name:
        raise SetterError("The property {property} cannot be changed by a Property Setter.")
    if target not in _TARGETS:
        raise SetterError("A Property Setter cannot change a {target}.")
    known = {"DocField": DOCFIELD, "DocType": DOCTYPE}.get(target, {})
    value_type = known.get(name) or _TYPES.get(as_text(body.get("property_type")), "text")
    convert = _CONVERT.get(value_type, _as_is)
    try:
        value = convert(body.get("value"))
    except (ValueError, TypeError, OverflowError) as error:
        raise SetterError("The value {value} does not fit the property {property}.") from error
    row = as_text(body.get("field_name") if target == "DocField" else body.get("row_name"))
    return Change(_ROW_LISTS.get(target, target), row, name, value)


def setters_of(definitions: Iterable[Definition], doctype: str, fieldname: str) -> list[Definition]:
    """The Property Setters of one field: they go when the field goes, so that a new one of its name starts afresh."""
    return [
        definition
        for definition in definitions
        if definition.kind == "Property Setter"
        and as_text(definition.body.get("doc_type")) == doctype
        and as_text(definition.body.get("field_name")) == fieldname
    ]


def _as_is(value: Any) -> Any:
    return value
