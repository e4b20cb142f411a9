"""Looks at what a pack contributes before it takes part: a malformed answer of a hook must not stop a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from itertools import chain
from typing import Any

from crm_platform import expressions
from crm_platform.documents.events import EventTable, Watch, listeners_of
from crm_platform.errors import CRMError, ExpressionError, PackError
from crm_platform.jobs.schedules import is_cron
from crm_platform.jobs.task import Task
from crm_platform.packs.hooks import CONTRIBUTIONS, Hooks
from crm_platform.packs.manifest import Pack

Shape = Callable[[Any], bool]
BUTTON = frozenset({"label", "method", "condition", "confirm"})
SUGGESTION = frozenset({"label", "method", "fields"})
ROW_ACTION = frozenset({"label", "method", "argument"})
SECTION = frozenset({"label", "method", "columns"})
COLUMN = frozenset({"fieldname", "label", "fieldtype"})


def _table_of_functions(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(callable, value.values()))


def _list_of_buttons(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(row, Mapping) and _is_button(row) for row in value)


def _is_button(row: Mapping[Any, Any]) -> bool:
    return {"label", "method"} <= row.keys() <= BUTTON and all(isinstance(text, str) for text in row.values())


def _suggestion(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and SUGGESTION <= value.keys() <= SUGGESTION | {"actions"}
        and isinstance(value["label"], str)
        and isinstance(value["method"], str)
        and isinstance(value["fields"], Sequence)
        and not isinstance(value["fields"], str)
        and _row_actions(value.get("actions", {}))
    )


def _row_actions(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_texts(row, ROW_ACTION) for row in value.values())


def _texts(row: Any, keys: Set[str]) -> bool:
    return isinstance(row, Mapping) and row.keys() == keys and all(isinstance(text, str) for text in row.values())


def _sections(value: Any) -> bool:
    return isinstance(value, Sequence) and all(isinstance(row, Mapping) and _is_section(row) for row in value)


def _is_section(row: Mapping[Any, Any]) -> bool:
    columns = row.get("columns")
    named = row.keys() == SECTION and isinstance(row["label"], str) and isinstance(row["method"], str)
    return named and isinstance(columns, Sequence) and bool(columns) and all(_texts(one, COLUMN) for one in columns)


SHAPES: Mapping[str, tuple[Shape, str]] = {
    "document_events": (_table_of_functions, "a mapping of events to functions"),
    "row_filters": (callable, "a function"),
    "api_methods": (callable, "a function"),
    "jinja_filters": (callable, "a function"),
    "form_actions": (_list_of_buttons, "a list of mappings with label, method, perhaps condition and confirm"),
    "form_suggestions": (_suggestion, "a mapping with label, method and the list of fields, perhaps actions"),
    "overview_sections": (_sections, "a list of mappings with label, method and columns"),
    "item_sources": (callable, "a function"),
    "schedules": (callable, "a function"),
    "tasks": (lambda value: isinstance(value, Task), "a function marked with task()"),
}
"""What each value of a hook's mapping must be, and how to say it."""


def fault_of(pack: Pack, watch: Watch) -> str:
    """The sentence that says why the pack cannot take part; empty when it can."""
    try:
        hooks = Hooks([pack], watch)
        for hook in CONTRIBUTIONS:
            for pack_id, table in hooks.contributions(hook):
                _check(pack_id, hook, table)
        for _, buttons in hooks.contributions("form_actions"):
            _check_conditions(pack.manifest.id, buttons)
        _check_methods(pack.manifest.id, hooks)
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
        if hook == "schedules" and not is_cron(key):
            raise PackError(
                "Pack {pack}: {hook} has {key}, which is no cron expression.", pack=pack_id, hook=hook, key=key
            )
        if hook == "tasks" and value.name != f"{pack_id}:{key}":
            raise PackError(
                'Pack {pack}: the task {key} must be marked with task("{wanted}"), not with "{name}".',
                pack=pack_id,
                key=key,
                wanted=f"{pack_id}:{key}",
                name=value.name,
            )


def _check_conditions(pack_id: str, buttons: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    for doctype, rows in buttons.items():
        for row in rows:
            try:
                expressions.compile(row.get("condition") or "1")
            except ExpressionError as error:
                raise PackError(
                    "Pack {pack}: the hook {hook} has a condition for {doctype} that cannot be read: {reason}",
                    pack=pack_id,
                    hook="form_actions",
                    doctype=doctype,
                    reason=str(error),
                ) from error


def _check_methods(pack_id: str, hooks: Hooks) -> None:
    """What a pack puts on forms calls its own API methods."""
    own = {f"{one}.{name}" for one, table in hooks.contributions("api_methods") for name in table}
    called = [
        ("form_actions", row) for _, table in hooks.contributions("form_actions") for row in chain(*table.values())
    ]
    called += [
        ("overview_sections", row)
        for _, table in hooks.contributions("overview_sections")
        for row in chain(*table.values())
    ]
    for _, table in hooks.contributions("form_suggestions"):
        for row in table.values():
            called += [("form_suggestions", one) for one in (row, *row.get("actions", {}).values())]
    for hook, row in called:
        if row["method"] not in own:
            raise PackError(
                "Pack {pack}: the hook {hook} names the API method {method}, which the pack does not have. Add it to "
                "api_methods, or correct the name.",
                pack=pack_id,
                hook=hook,
                method=row["method"],
            )
