"""The shape of a definition: every known property has the type it must have; what has not is named and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crm_platform.errors import Text
from crm_platform.metadata.json_text import KeyPath, render_path
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.properties import PROPERTIES, RECORD, ROW_PROPERTIES, ValueType
from crm_platform.metadata.records import Definition

Fault = tuple[KeyPath, Problem]


def _is_check(value: Any) -> bool:
    return value is None or value in (0, 1, "0", "1", "") and isinstance(value, (bool, int, str))


def _is_int(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip() == "" or (value.strip().lstrip("-").isascii() and value.strip().lstrip("-").isdigit())
    return value is None or (isinstance(value, int) and abs(value) < 2**31)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _is_rows(value: Any) -> bool:
    return value is None or isinstance(value, list)


_ACCEPTS: Mapping[ValueType, tuple[Callable[[Any], bool], Text]] = {
    "check": (_is_check, Text("0 or 1")),
    "int": (_is_int, Text("a whole number")),
    "text": (_is_text, Text("text")),
    "rows": (_is_rows, Text("a list of objects")),
}


def _wrong_type(path: KeyPath, expected: Text) -> Fault:
    return path, Problem(
        "D002",
        "The value of {key} must be {expected}.",
        "Correct the value or leave the key out.",
        key=render_path(path),
        params={"key": render_path(path), "expected": expected},
    )


def _unknown(path: KeyPath) -> Fault:
    return path, Problem(
        "D003",
        "The key {key} is not known.",
        "It is kept and has no effect; remove it if it is a typing error.",
        level="warning",
        key=render_path(path),
        params={"key": render_path(path)},
    )


def check_shape(definition: Definition) -> tuple[Definition, list[Fault]]:
    """Return the definition without its wrongly typed values, and a fault with key path for each of them.

    Unknown keys are kept and listed as warnings. Kinds without a table of properties pass as they are.
    """
    known = PROPERTIES.get(definition.kind)
    if known is None:
        return definition, []
    faults: list[Fault] = []
    body = _clean(definition.body, known, (), faults)
    for key in tuple(body):
        if known.get(key) == "rows":
            rows = ROW_PROPERTIES.get((definition.kind, key))
            body[key] = list(_clean_rows(body[key] or (), rows, (key,), faults))
    if not faults:
        return definition, []
    return Definition(definition.kind, definition.name, body, definition.source), faults


def _clean(
    body: Mapping[str, Any], known: Mapping[str, ValueType], path: KeyPath, faults: list[Fault]
) -> dict[str, Any]:
    kept = {}
    for key, value in body.items():
        value_type = known.get(key) or RECORD.get(key)
        if value_type is None:
            faults.append(_unknown((*path, key)))
        elif value_type in _ACCEPTS:
            accepts, expected = _ACCEPTS[value_type]
            if not accepts(value):
                faults.append(_wrong_type((*path, key), expected))
                continue
        kept[key] = value
    return kept


def _clean_rows(
    rows: Any, known: Mapping[str, ValueType] | None, path: KeyPath, faults: list[Fault]
) -> Iterator[dict[str, Any]]:
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            faults.append(_wrong_type((*path, index), Text("an object")))
        elif known is None:
            yield row
        else:
            yield _clean(row, known, (*path, index), faults)
