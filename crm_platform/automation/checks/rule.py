"""Checks of an Automation Rule: what it is about, when it is set off, and its condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from crm_platform.automation.checks.actions import action_faults
from crm_platform.automation.checks.cycles import cycle_faults
from crm_platform.automation.checks.faults import (
    at,
    check,
    condition_faults,
    field_faults,
    value_faults,
)
from crm_platform.automation.moments import MOST_DAYS, MOST_HOURS
from crm_platform.automation.records import rule_of
from crm_platform.automation.rule import Rule
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError
from crm_platform.jobs.schedules import is_cron
from crm_platform.metadata.model import DocType

DATES = frozenset({"Date", "Datetime"})
WITHOUT_A_USER = frozenset({"Date Reached", "Schedule"})

Find = Callable[[Context, DocType, Rule], Iterator[FieldError]]


def check_rule(ctx: Context, doc: Document) -> None:
    """Refuse a rule that could never work. Raises ValidationError with all faults."""
    check(ctx, doc, _faults)


def _faults(ctx: Context, meta: DocType, doc: Document) -> Iterator[FieldError]:
    """Everything that is wrong with an Automation Rule."""
    condition = list(condition_faults(meta, doc.get("condition"), FieldError("condition", "")))
    yield from condition
    if condition:
        return
    rule = replace(rule_of(doc, doc["actions"]), name=str(doc.get("rule_name", "")))
    find = TRIGGERS.get(rule.trigger.kind)
    if find is not None:
        yield from find(ctx, meta, rule)
    if rule.trigger.kind in WITHOUT_A_USER and not rule.as_system:
        template = "Nobody sets off a rule of the kind {trigger}: let it run as System."
        yield FieldError("run_as", template, params={"trigger": rule.trigger.kind})
    faults = list(action_faults(ctx, meta, rule))
    yield from faults or cycle_faults(ctx, rule)


def _changed(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:
    trigger = rule.trigger
    place = FieldError("watched_fields", "")
    for name in trigger.watched:
        yield from field_faults(meta, name, place)
    for fieldname, value in (("from_value", trigger.from_value), ("to_value", trigger.to_value)):
        if value and len(trigger.watched) != 1:
            yield FieldError(fieldname, "A value before or after the change needs exactly one watched field.")
        elif value and (field := meta.field(trigger.watched[0])) is not None:
            yield from value_faults(ctx, field, value, FieldError(fieldname, ""))


def _submittable(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all
    if not meta.is_submittable:
        template = "{doctype} is not submittable: the rule would never be set off."
        yield FieldError("trigger", template, params={"doctype": meta.name})


def _state(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:
    place = FieldError("workflow_state", "")
    workflow = ctx.definitions.workflows.get(meta.name)
    if workflow is None:
        yield at(place, "{doctype} has no active Workflow.", doctype=meta.name)
    elif rule.trigger.state not in {row.state for row in workflow.states}:
        yield at(
            place,
            "{workflow} has no state {state}. It has: {states}.",
            workflow=workflow.name,
            state=rule.trigger.state,
            states=", ".join(row.state for row in workflow.states),
        )


def _date(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all
    yield from field_faults(meta, rule.trigger.date_field, FieldError("date_field", ""), DATES)
    limits = (("days_offset", rule.trigger.days, MOST_DAYS), ("hours_offset", rule.trigger.hours, MOST_HOURS))
    for fieldname, value, limit in limits:
        if abs(value) > limit:
            yield FieldError(fieldname, "At most {limit} in either direction.", params={"limit": limit})


def _cron(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:  # noqa: ARG001 one signature for all
    if not is_cron(rule.trigger.cron):
        template = (
            "{cron} is not a cron expression. Write five parts, for example 0 8 * * 1-5 for 8 o'clock on weekdays."
        )
        yield FieldError("cron", template, params={"cron": rule.trigger.cron})


TRIGGERS: Mapping[str, Find] = {
    "Changed": _changed,
    "Submitted": _submittable,
    "Cancelled": _submittable,
    "Workflow State": _state,
    "Date Reached": _date,
    "Schedule": _cron,
}
