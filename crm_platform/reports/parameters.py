"""The filters that a reader of a report fills in (Frappe Report.filters), put into its conditions as bound values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm_platform.errors import DataError, FieldError, MandatoryError

PARAMETER = "parameter"
EMPTY: tuple[Any, ...] = (None, "", [], ())


def given_values(filters: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by fieldname, with defaults. Raises DataError for an unknown one, MandatoryError for a missing one."""
    known = {row["fieldname"]: row for row in filters}
    for name in given:
        if name not in known:
            template = "The report has no filter {filter}."
            raise DataError(
                template, errors=[FieldError(name, template, "DataError", params={"filter": name})], filter=name
            )
    values = {name: given[name] if given.get(name) not in EMPTY else row["default"] for name, row in known.items()}
    missing = [row for name, row in known.items() if row["mandatory"] and values[name] in EMPTY]
    if missing:
        template = "{label} is needed for this report."
        faults = [
            FieldError(row["fieldname"], template, "MandatoryError", params={"label": row["label"]}) for row in missing
        ]
        raise MandatoryError(template, errors=faults, label=missing[0]["label"])
    return {
        name: f"%{value}%" if known[name]["wildcard_filter"] and isinstance(value, str) else value
        for name, value in values.items()
        if value not in EMPTY
    }


def names_in(conditions: Sequence[Any]) -> set[str]:
    """The parameters that conditions ask for."""
    return {name for condition in conditions if (name := _name(_value(condition))) is not None}


def bound(conditions: Sequence[Any], values: Mapping[str, Any]) -> list[Any]:
    """Conditions with the readers' values; one whose value was not given restricts nothing and is left out."""
    result = []
    for condition in conditions:
        name = _name(_value(condition))
        if name is None:
            result.append(condition)
        elif name in values:
            result.append([*condition[:-1], values[name]])
    return result


def _value(condition: Any) -> Any:
    return condition[-1] if isinstance(condition, list) and condition else None


def _name(value: Any) -> str | None:
    if isinstance(value, dict) and value.keys() == {PARAMETER} and isinstance(value[PARAMETER], str):
        return str(value[PARAMETER])
    return None
