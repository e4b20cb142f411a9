"""Looks at what a pack contributes before it takes part: a malformed answer of a hook must not stop a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crm_platform.documents.events import EventTable, Watch, listeners_of
from crm_platform.errors import CRMError, PackError
from crm_platform.packs.hooks import CONTRIBUTIONS, Hooks
from crm_platform.packs.manifest import Pack

Shape = Callable[[Any], bool]


def _table_of_functions(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(callable, value.values()))


def _list_of_rows(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(row, Mapping) for row in value)


SHAPES: Mapping[str, tuple[Shape, str]] = {
    "document_events": (_table_of_functions, "a mapping of events to functions"),
    "row_filters": (callable, "a function"),
    "api_methods": (callable, "a function"),
    "jinja_filters": (callable, "a function"),
    "form_actions": (_list_of_rows, "a list of mappings"),
    "schedules": (callable, "a function"),
}
"""What each value of a hook's mapping must be, and how to say it."""


def fault_of(pack: Pack, watch: Watch) -> str:
    """The sentence that says why the pack cannot take part; empty when it can."""
    try:
        hooks = Hooks([pack], watch)
        for hook in CONTRIBUTIONS:
            for pack_id, table in hooks.contributions(hook):
                _check(pack_id, hook, table)
        EventTable(
            listener for one, table in hooks.contributions("document_events") for listener in listeners_of(one, table)
        )
    except CRMError as error:
        return str(error)
    return ""


def _check(pack_id: str, hook: str, table: Mapping[Any, Any]) -> None:
    fits, expected = SHAPES[hook]
    for key, value in table.items():
        if not isinstance(key, str) or not fits(value):
            raise PackError(
                "Pack {pack}: the hook {hook} must give {expected} for {key}, it gave {got}.",
                pack=pack_id,
                hook=hook,
                expected=expected,
                key=str(key),
                got=type(value).__name__,
            )
