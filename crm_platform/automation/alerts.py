"""Frappe's Notification records as rules: event, condition and recipients become trigger, condition and actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from crm_platform.automation.records import Values, condition_of
from crm_platform.automation.rule import NOTIFICATION, Action, Rule, Trigger

RECIPIENT = "Notification Recipient"
SYSTEM_CHANNEL = "System Notification"

KINDS: Mapping[str, str] = {
    "New": "Created",
    "Save": "Saved",
    "Submit": "Submitted",
    "Cancel": "Cancelled",
    "Value Change": "Changed",
    "Days After": "Date Reached",
    "Days Before": "Date Reached",
}
"""Notification.event → Trigger.kind. Method and Custom have none: nothing is called by a name from the database."""


def trigger_of(row: Values) -> Trigger | None:
    """When the Notification is set off; None when neither a save nor the clock brings its event."""
    event = str(row["event"] or "")
    kind = KINDS.get(event)
    if kind is None:
        return None
    days = int(row["days_in_advance"] or 0)
    return Trigger(
        kind,
        watched=(str(row["value_changed"] or ""),) if kind == "Changed" else (),
        date_field=str(row["date_changed"] or ""),
        days=-days if event == "Days Before" else days,
    )


def alert_of(row: Values, recipients: Sequence[Values]) -> Rule | None:
    """The rule of a Notification; None for an event that no save and no clock brings. Raises ExpressionError."""
    trigger = trigger_of(row)
    if trigger is None:
        return None
    return Rule(
        NOTIFICATION,
        str(row["name"]),
        str(row["document_type"]),
        trigger,
        condition_of(row),
        tuple(_actions(row, recipients)),
        pack=str(row["pack"] or ""),
        as_system=True,
        log_misses=False,
    )


def _actions(row: Values, recipients: Sequence[Values]) -> Iterator[Action]:
    kinds = ["Notify"] if row["channel"] == SYSTEM_CHANNEL else ["Send Mail"]
    if row["channel"] != SYSTEM_CHANNEL and row["send_system_notification"]:
        kinds.append("Notify")
    texts = {"subject": row["subject"], "message": row["message"]}
    for kind in kinds:
        for recipient in recipients:
            yield Action(kind, {**texts, **people_of(recipient)})
        if row["send_to_all_assignees"]:
            yield Action(kind, {**texts, "assignees": 1})
    if row["set_property_after_alert"]:
        table = {str(row["set_property_after_alert"]): row["property_value"]}
        yield Action("Set Fields", {"field_values": orjson.dumps(table).decode()})


def people_of(recipient: Values) -> dict[str, Any]:
    """A row of recipients as options of an action; `condition` decides whether it counts."""
    others = "\n".join(str(recipient[name] or "").replace(",", "\n") for name in ("cc", "bcc"))
    return {
        "user_fields": recipient["receiver_by_document_field"],
        "role": recipient["receiver_by_role"],
        "users": others,
        "condition": recipient["condition"],
    }
