"""What templates see of a document: values by attribute and by item, and nothing that could be called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from crm_platform.printing.wire import untagged

RICH_TEXT = frozenset({"Text Editor", "HTML Editor"})


class Record:
    """A document or row. The sandbox reads it through `value`; it has no methods that a template could reach."""

    __slots__ = ("_values", "kind")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.kind = str(values.get("doctype", ""))

    def has(self, name: object) -> bool:
        return name in self._values

    def value(self, name: str) -> Any:
        return self._values.get(name)

    def __str__(self) -> str:
        return str(self._values.get("name", ""))


def freeze(value: Any, fields: Mapping[str, Mapping[str, Any]]) -> Any:
    """Decoded JSON as Records and tuples; rich text becomes Markup, since the snapshot cleaned it."""
    if isinstance(value, list):
        return tuple(freeze(item, fields) for item in value)
    if not isinstance(value, dict):
        return value
    plain = untagged(value)
    if plain is not value:
        return plain
    known = fields.get(str(value.get("doctype", "")), {})
    return Record({key: _field(item, known.get(key), fields) for key, item in value.items()})


def _field(value: Any, info: Mapping[str, Any] | None, fields: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(value, str) and info is not None and info["fieldtype"] in RICH_TEXT:
        return Markup(value)  # noqa: S704 cleaned by nh3 when the snapshot was taken
    return freeze(value, fields)
