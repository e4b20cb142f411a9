"""Roll-ups: the field property `rollup`, read into a small record; how each is kept up.

    {"function": "sum", "field": "amount", "from": "Opportunity", "link": "customer", "filter": "doc.status == 'Won'"}
    {"function": "count", "table": "items"}

The first gathers a field over documents (or child rows) of another DocType that link here, the second over the
document's own child rows. A text is read as JSON, since Property Setters and Custom Fields hold texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson

from crm_platform import expressions
from crm_platform.errors import ExpressionError, Text
from crm_platform.metadata.model import DocType, Field

Function = Literal["count", "sum", "min", "max", "avg"]

FUNCTIONS: Mapping[str, Function] = {"count": "count", "sum": "sum", "min": "min", "max": "max", "avg": "avg"}
KEYS = frozenset({"function", "field", "table", "from", "link", "filter"})


class RollupError(Exception):
    """A `rollup` that cannot be read; `reason` says why."""

    def __init__(self, template: str, **params: Any) -> None:
        super().__init__(template)
        self.reason = Text(template, params)


@dataclass(frozen=True)
class Rollup:
    """One roll-up. `table` names an own table field, or `source` another DocType and `link` its field that leads here;
    `field` is empty when rows are counted."""

    function: Function
    field: str = ""
    table: str = ""
    source: str = ""
    link: str = ""
    filter: str = ""

    @property
    def is_additive(self) -> bool:
        """Whether a change of one row changes the value by a difference."""
        return self.function in ("count", "sum")

    @property
    def starts_empty(self) -> bool:
        """Whether there is no value over no rows: neither a smallest nor a mean."""
        return not self.is_additive


def read_rollup(value: Any) -> Rollup:
    """The roll-up that a property describes. Raises RollupError."""
    given = _object(value)
    texts = {key: _text(key, given.get(key)) for key in KEYS}
    if texts["function"] not in FUNCTIONS:
        raise RollupError("its function must be one of {functions}.", functions=", ".join(FUNCTIONS))
    if bool(texts["table"]) == bool(texts["from"]) or bool(texts["from"]) != bool(texts["link"]):
        raise RollupError('it needs either "table", or "from" together with "link".')
    if texts["function"] != "count" and not texts["field"]:
        raise RollupError('{function} needs a "field".', function=texts["function"])
    return Rollup(
        FUNCTIONS[texts["function"]], texts["field"], texts["table"], texts["from"], texts["link"], texts["filter"]
    )


def _object(value: Any) -> Mapping[str, Any]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise RollupError("it is not valid JSON.") from None
    if not isinstance(value, Mapping):
        raise RollupError("it is not a JSON object.")
    for key in value:
        if key not in KEYS:
            raise RollupError("the key {key} is unknown; known are {keys}.", key=key, keys=", ".join(sorted(KEYS)))
    return value


def _text(key: str, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise RollupError("the value of {key} is not a text.", key=key)
    return (value or "").strip()


def rollup_of(field: Field) -> Rollup | None:
    """The roll-up of a field with a column; None when it has none, or one that cannot be read (`check` tells)."""
    value = field.properties.get("rollup")
    if not value or not field.has_column:
        return None
    try:
        return read_rollup(value)
    except RollupError:
        return None


@lru_cache(maxsize=4096)
def rollups_of(meta: DocType) -> tuple[tuple[Field, Rollup], ...]:
    """The roll-up fields of a DocType."""
    found = ((field, rollup_of(field)) for field in meta.data_fields)
    return tuple((field, rollup) for field, rollup in found if rollup is not None)


def filter_of(rollup: Rollup) -> expressions.Expression | None:
    """The compiled filter; None when there is none. Raises ExpressionError when it is beyond the language."""
    return expressions.compile(rollup.filter) if rollup.filter else None


def filter_columns(rollup: Rollup) -> frozenset[str]:
    """Columns of the source that the filter reads; none when it does not compile."""
    try:
        compiled = filter_of(rollup)
    except ExpressionError:
        return frozenset()
    return frozenset(path.name for path in compiled.fields) if compiled else frozenset()


def is_derived(field: Field, rollup: Rollup) -> bool:
    """Whether the value is worked out from exact parts that stand in fields of their own.

    A mean needs the sum and the number of its values, and a sum kept as a double would drift with every addition.
    """
    return bool(rollup.source) and (rollup.function == "avg" or (rollup.function == "sum" and field.storage == "float"))


def part_names(field: Field) -> tuple[str, str]:
    """The fields that hold the exact sum and the number of values of a derived roll-up."""
    return f"{field.fieldname}_rollup_sum", f"{field.fieldname}_rollup_count"


def generated_parts(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of the hidden fields that a field with this body needs for its roll-up."""
    if not body.get("rollup"):
        return
    field = Field(str(body.get("fieldname") or ""), str(body.get("fieldtype") or "Data"), properties=body)
    rollup = rollup_of(field)
    if rollup is None or not is_derived(field, rollup):
        return
    total, number = part_names(field)
    yield _part(body, rollup, total, "Currency", "sum")
    if rollup.function == "avg":
        yield _part(body, rollup, number, "Int", "count")


def _part(body: Mapping[str, Any], rollup: Rollup, name: str, fieldtype: str, function: str) -> dict[str, Any]:
    over = {"field": rollup.field, "from": rollup.source, "link": rollup.link, "filter": rollup.filter}
    return {
        "fieldname": name,
        "fieldtype": fieldtype,
        "label": body.get("label") or name,
        "permlevel": body.get("permlevel") or 0,
        "rollup": {"function": function, **over},
        **dict.fromkeys(("hidden", "read_only", "no_copy", "print_hide", "report_hide"), 1),
    }
