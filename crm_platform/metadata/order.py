"""The order of fields on a form: field_order, insert_after of Custom Fields, as Frappe's Meta sorts them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

AT_END = "append"
"""The insert_after of a field that stands last (Frappe's word)."""


def parse_order(value: Any) -> list[str]:
    """Frappe's `field_order`: a list, or (in a Property Setter) the JSON text of one; anything else is empty."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return []
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def place_custom_fields(standard: Sequence[str], custom: Mapping[str, str]) -> list[str]:
    """Put custom fields into the order of the standard ones.

    `custom` maps fieldname to the field it stands after; "" stands at the top, "append" or a field that is not there
    at the end. Several after the same field keep their order.
    """
    order = list(standard)
    order[:0] = [name for name, after in custom.items() if not after]
    followers: dict[str, list[str]] = {}
    for name, after in custom.items():
        if after:
            followers.setdefault(after, []).append(name)
    placed = list(order)
    while placed:
        anchor = placed.pop()
        names = followers.pop(anchor, [])
        position = order.index(anchor) + 1
        order[position:position] = names
        placed.extend(names)
    for name, after in custom.items():
        if after in followers:
            order.append(name)
    return order


def listed_first(names: Sequence[str], order: Sequence[str]) -> list[str]:
    """`names` in the given order; a name it does not list stays after its present predecessor, or first."""
    known = set(names)
    listed = list(dict.fromkeys(name for name in order if name in known))
    if not listed:
        return list(names)
    unlisted = set(names) - set(listed)
    return place_custom_fields(listed, _predecessors(names, unlisted))


def _predecessors(names: Sequence[str], wanted: set[str]) -> dict[str, str]:
    before: dict[str, str] = {}
    previous = ""
    for name in names:
        if name in wanted:
            before[name] = previous
        previous = name
    return before
