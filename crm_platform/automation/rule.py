"""An automatic rule as the engine runs it, whichever record it comes from: when – if – then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from crm_platform.errors import ValidationError
from crm_platform.expressions import Expression

RULE = "Automation Rule"
NOTIFICATION = "Notification"


@dataclass(frozen=True)
class Trigger:
    """When a rule is set off: `kind` is a row of triggers.HAPPENED, "Date Reached", "Schedule" or "Escalation"."""

    kind: str
    watched: tuple[str, ...] = ()
    from_value: str = ""
    to_value: str = ""
    state: str = ""
    date_field: str = ""
    days: int = 0
    hours: int = 0
    cron: str = ""


@dataclass(frozen=True)
class Action:
    """One action; `name` is that of its row (empty when it has none), `options` are the fields of Automation Action."""

    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    def text(self, option: str) -> str:
        return str(self.options.get(option) or "")

    def lines(self, option: str) -> tuple[str, ...]:
        """The lines of a text, without blanks."""
        return tuple(line.strip() for line in self.text(option).splitlines() if line.strip())

    def table(self, option: str) -> dict[str, Any]:
        """The object in a JSON field. Raises ValidationError when it holds something else."""
        try:
            found = orjson.loads(self.text(option) or "{}")
        except orjson.JSONDecodeError as error:
            raise ValidationError("{field} is not valid JSON: {reason}.", field=option, reason=str(error)) from None
        if not isinstance(found, dict):
            raise ValidationError(
                "{field} must be a JSON object: {example}", field=option, example='{"field": "value"}'
            )
        return found


@dataclass(frozen=True)
class Rule:
    """`record` and `name` tell where the rule comes from, `revision` its version, `pack` who brought it.

    `as_system`: its actions run with the system's rights instead of those of the user who set it off;
    `refuse_on_error`: a fault of the rule refuses the document instead of being logged only.
    """

    record: str
    name: str
    doctype: str
    trigger: Trigger
    condition: Expression | None = None
    actions: tuple[Action, ...] = ()
    priority: int = 0
    revision: int = 1
    pack: str = ""
    as_system: bool = False
    refuse_on_error: bool = False
    log_misses: bool = True

    @property
    def label(self) -> str:
        return f"{self.record} {self.name}"

    @property
    def inline(self) -> tuple[Action, ...]:
        """Actions that change the very document that is being saved."""
        return tuple(action for action in self.actions if action.kind == "Set Fields" and self.is_of_a_save)

    @property
    def later(self) -> tuple[Action, ...]:
        """Actions that run after the commit, as one job."""
        inline = self.inline
        return tuple(action for action in self.actions if action not in inline)

    @property
    def is_of_a_save(self) -> bool:
        return self.trigger.kind not in ("Deleted", "Date Reached", "Schedule", "Escalation")
