"""Automation Rule records as rules: all enabled ones for the event table, one by name for a job or a test run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from crm_platform import expressions
from crm_platform.automation.rule import RULE, Action, Rule, Trigger
from crm_platform.database.conditions import Compare
from crm_platform.database.interface import Connection, Row
from crm_platform.database.query import Query
from crm_platform.errors import CRMError
from crm_platform.metadata.model import Definitions

ACTION = "Automation Action"

# fmt: off
OPTIONS = (
    "target_doctype", "field_values", "choose_by", "users", "role", "user_fields", "lookup_field", "lookup",
    "last_user", "subject", "message", "email_template", "webhook", "service_level_agreement",
)
# fmt: on
"""Fields of Automation Action that its kinds read."""


class Values(Protocol):
    """A row, or a document: fields by name."""

    def __getitem__(self, fieldname: str, /) -> Any: ...


def enabled_rules(connection: Connection, definitions: Definitions) -> list[Rule]:
    """The enabled rules of DocTypes that are there; a broken one is left out (see examination.findings)."""
    return list(_sound(definitions, _rows(connection, definitions)))


def rule_named(connection: Connection, definitions: Definitions, name: str) -> Rule | None:
    """The rule `name` if it is enabled. Raises ExpressionError when its condition does not compile."""
    row = connection.get_row(definitions[RULE], name)
    if row is None or not row["enabled"] or row["document_type"] not in definitions:
        return None
    return rule_of(row, connection.get_children(definitions[ACTION], RULE, [name]))


def _rows(connection: Connection, definitions: Definitions) -> Iterator[tuple[Row, list[Row]]]:
    meta = definitions.get(RULE)
    if meta is None:
        return
    names = [row["name"] for row in connection.select(Query(meta, where=Compare(("enabled",), "=", 1)))]
    actions: dict[str, list[Row]] = {}
    for child in connection.get_children(definitions[ACTION], RULE, names) if names else ():
        actions.setdefault(child["parent"], []).append(child)
    for row in connection.get_rows(meta, names):
        yield row, actions.get(row["name"], [])


def _sound(definitions: Definitions, rows: Iterable[tuple[Row, list[Row]]]) -> Iterator[Rule]:
    for row, actions in rows:
        if row["document_type"] not in definitions:
            continue
        try:
            yield rule_of(row, actions)
        except CRMError:  # a rule must not stop a site: doctor names it
            continue


def rule_of(row: Values, actions: Iterable[Values]) -> Rule:
    """The rule of an Automation Rule row (or document) with its action rows. Raises ExpressionError."""
    condition = str(row["condition"] or "")
    return Rule(
        RULE,
        str(row["name"]),
        str(row["document_type"]),
        trigger_of(row),
        expressions.compile(condition, of_change=True) if condition.strip() else None,
        tuple(action_of(child) for child in actions),
        priority=int(row["priority"] or 0),
        revision=int(row["revision"] or 1),
        pack=str(row["pack"] or ""),
        as_system=row["run_as"] == "System",
        refuse_on_error=bool(row["refuse_on_error"]),
        log_misses=bool(row["log_misses"]),
    )


def action_of(row: Values) -> Action:
    """The action of a row of the rule."""
    return Action(str(row["action"]), {name: row[name] for name in OPTIONS}, str(row["name"] or ""))


def trigger_of(row: Values) -> Trigger:
    """When the rule of this row is set off."""
    watched = str(row["watched_fields"] or "").split()
    return Trigger(
        str(row["trigger"]),
        tuple(watched),
        str(row["from_value"] or ""),
        str(row["to_value"] or ""),
        str(row["workflow_state"] or ""),
        str(row["date_field"] or ""),
        int(row["days_offset"] or 0),
        int(row["hours_offset"] or 0),
        str(row["cron"] or ""),
    )
