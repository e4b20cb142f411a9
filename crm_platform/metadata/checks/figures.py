"""Checks of `records_behind`: what is opened from a figure is there, and leads back to the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crm_platform import expressions
from crm_platform.errors import ExpressionError, Text
from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.model import DocType


def _unusable(doctype: DocType, world: World) -> Iterator[Fault]:
    for field in doctype.fields:
        says = field.properties.get("records_behind")
        if says:
            reason = _reason(says, world)
            if reason is not None:
                yield fault(field.fieldname, reason=reason)


def _reason(says: Any, world: World) -> Text | ExpressionError | None:
    if not isinstance(says, Mapping) or not {"from", "link"} <= says.keys() <= {"from", "link", "filter", "within"}:
        return Text("it is no object with from and link, besides filter and within.")
    source = world.definitions.get(says["from"])
    if source is None or source.issingle or source.is_virtual:
        return Text("{source} has no documents.", {"source": str(says["from"])})
    wanted = {says["link"], *says.get("within", {})}
    try:
        if says.get("filter"):
            wanted |= {str(path).partition(".")[2] for path in expressions.compile(says["filter"]).fields}
    except ExpressionError as error:
        return error
    for missing in sorted(wanted - source.columns.keys()):
        return Text("{missing} is no stored field of {source}.", {"missing": missing, "source": source.name})
    return None


CHECKS = (
    Check(
        "D731",
        _unusable,
        "{doctype}: the records behind {field} cannot be opened: {reason}",
        "Write from (a DocType), link (its field that names this document), and if need be filter (as a roll-up has "
        "it) and within (a date field and the days that it goes back).",
    ),
)
