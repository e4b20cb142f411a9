"""Automation Rule records as rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from crm_platform import expressions
from crm_platform.automation.rule import RULE, Action, Rule, Trigger
from crm_platform.expressions import Expression

ACTION = "Automation Action"

# fmt: off
OPTIONS = (
    "target_doctype", "field_values", "choose_by", "users", "role", "user_group", "user_fields", "lookup_field",
    "lookup", "last_user", "subject", "message", "email_template", "webhook", "service_level_agreement",
)
# fmt: on
"""Fields of Automation Action that its kinds read."""


class Values(Protocol):
    """A row, or a document: fields by name."""

    def __getitem__(self, fieldname: str, /) -> Any: ...


def rule_of(row: Values, actions: Iterable[Values]) -> Rule:
    """The rule of an Automation Rule row (or document) with its action rows. Raises ExpressionError."""
    return Rule(
        RULE,
        str(row["name"]),
        str(row["document_type"]),
        trigger_of(row),
        condition_of(row),
        tuple(action_of(child) for child in actions),
        priority=int(row["priority"] or 0),
        revision=int(row["revision"] or 1),
        pack=str(row["pack"] or ""),
        as_system=row["run_as"] == "System",
        refuse_on_error=bool(row["refuse_on_error"]),
        log_misses=bool(row["log_misses"]),
    )


def condition_of(row: Values) -> Expression | None:
    """The condition of a rule; None when it has none. Raises ExpressionError."""
    text = str(row["condition"] or "").strip()
    return expressions.compile(text, "change") if text else None


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
