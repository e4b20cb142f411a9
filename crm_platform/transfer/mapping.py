"""The mapping file of an import: what each column means. Format: docs/how-to/import.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from crm_platform.errors import FieldError, ValidationError

OTHERS = ("refuse", "keep")


@dataclass(frozen=True)
class Entry:
    """The field that a column fills, and how: translation of cells, link by another field than the name, factor."""

    field: str
    values: Mapping[str, Any] | None = None
    other: str = "refuse"
    match: str = ""
    multiply: Decimal | None = None


@dataclass(frozen=True)
class ImportMapping:
    """A whole mapping. `columns` is None where there is no mapping: then columns are found by fieldname or label."""

    doctype: str
    key: tuple[str, ...] = ()
    columns: Mapping[str, tuple[Entry, ...]] | None = None
    ignore: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    date_format: str = ""
    datetime_format: str = ""
    time_format: str = ""
    decimal: str = "."
    distinct: bool = False
    update_only: bool = False
    text: str = ""
    """The file as it was read, for the log."""


def read_mapping(path: Path) -> ImportMapping:
    """The mapping in a file. Raises ValidationError with every fault that it has by itself."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        body = json.loads(text, parse_float=Decimal, object_pairs_hook=_without_repetition)
    except ValueError as error:
        raise ValidationError("{file} is no valid JSON: {reason}.", file=path.name, reason=str(error)) from error
    return parse_mapping(body, text)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise ValueError("a key stands twice in " + ", ".join(key for key, _ in pairs))
    return body


def parse_mapping(body: Any, text: str = "") -> ImportMapping:
    """The mapping in a JSON value. Raises ValidationError with every fault."""
    faults: list[FieldError] = []
    if not isinstance(body, dict) or not isinstance(body.get("doctype"), str) or "columns" not in body:
        raise ValidationError('A mapping is a JSON object with at least "doctype" and "columns".')
    _check_keys(body, MAPPING_KEYS, "", faults)
    columns = body["columns"] if isinstance(body["columns"], dict) else {}
    entries = {column: _entries(column, value, faults) for column, value in columns.items()}
    if faults:
        raise ValidationError("The mapping is faulty: {first}", errors=faults, first=faults[0])
    given = {key: body[key] for key in ("defaults", *TEXTS, *FLAGS) if key in body}
    return ImportMapping(
        body["doctype"],
        tuple(body.get("key", ())),
        entries,
        frozenset(body.get("ignore", ())),
        text=text,
        **given,
    )


def mapping_of(doctype: str, body: Mapping[str, Any]) -> ImportMapping:
    """The mapping in a body, for `doctype`; without columns they are found by name, and only `key` may be said."""
    if "columns" in body:
        whole = {"doctype": doctype, **body}
        return parse_mapping(whole, json.dumps(whole, ensure_ascii=False, sort_keys=True, default=str))
    key = body.get("key", ())
    if set(body) - {"key", "doctype"} or not MAPPING_KEYS["key"].fits(key):
        raise ValidationError('Without "columns" a mapping says the "key" alone, a list of fieldnames.')
    return ImportMapping(doctype, tuple(key))


def _entries(column: str, value: Any, faults: list[FieldError]) -> tuple[Entry, ...]:
    found = []
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict) or not isinstance(one.get("field"), str):
            faults.append(_fault(column, '{column}: an entry is an object with "field".', column=column))
            continue
        before = len(faults)
        _check_keys(one, ENTRY_KEYS, column, faults)
        if len(faults) == before:
            factor = {"multiply": Decimal(one["multiply"])} if "multiply" in one else {}
            found.append(Entry(**{**one, **factor}))
    return tuple(found)


def _check_keys(body: Mapping[str, Any], known: Mapping[str, Kind], column: str, faults: list[FieldError]) -> None:
    for key, value in body.items():
        place = f"{column}.{key}" if column else key
        if key not in known:
            listed = ", ".join(known)
            faults.append(_fault(place, "{key} is not a key of a mapping: {known}.", key=place, known=listed))
        elif not known[key].fits(value):
            faults.append(_fault(place, known[key].refusal, key=place))


def _fault(place: str, template: str, **params: object) -> FieldError:
    return FieldError(place, template, params=params)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value != 0


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_scalar_object(value: Any) -> bool:
    return _is_object(value) and not any(isinstance(one, dict | list) for one in value.values())


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


@dataclass(frozen=True)
class Kind:
    """Which values a key takes, and what is said of others."""

    fits: Callable[[Any], bool]
    refusal: str


TEXT = Kind(_is_text, "{key} must be a text.")
TEXT_LIST = Kind(_is_texts, "{key} must be a list of texts.")
FLAG = Kind(_is_flag, "{key} must be true or false.")
PLAIN_VALUES = Kind(_is_scalar_object, "{key} must be an object whose values are texts, numbers, true, false or null.")

TEXTS = ("date_format", "datetime_format", "time_format", "decimal")
FLAGS = ("distinct", "update_only")

MAPPING_KEYS: Mapping[str, Kind] = {
    "doctype": TEXT,
    "key": TEXT_LIST,
    "columns": Kind(_is_object, "{key} must be an object: each column with what it means."),
    "ignore": TEXT_LIST,
    "defaults": PLAIN_VALUES,
    **dict.fromkeys(TEXTS, TEXT),
    "decimal": Kind(lambda value: value in (".", ","), '{key} must be "." or ",".'),
    **dict.fromkeys(FLAGS, FLAG),
}

ENTRY_KEYS: Mapping[str, Kind] = {
    "field": TEXT,
    "values": PLAIN_VALUES,
    "other": Kind(lambda value: value in OTHERS, '{key} must be "refuse" or "keep".'),
    "match": TEXT,
    "multiply": Kind(_is_number, "{key} must be a number other than 0."),
}
