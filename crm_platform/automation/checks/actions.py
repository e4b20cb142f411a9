"""Checks of the actions of a rule, each by its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crm_platform.automation.checks.faults import at
from crm_platform.automation.checks.people import lookup_faults, people_faults
from crm_platform.automation.checks.targets import create_faults
from crm_platform.automation.checks.values import values_faults
from crm_platform.automation.rule import Action, Rule
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import DocType

Find = Callable[[Context, DocType, Rule, Action, int], Iterator[FieldError]]


def action_faults(ctx: Context, meta: DocType, rule: Rule) -> Iterator[FieldError]:
    """What is wrong with the actions of a rule about `meta`."""
    for row, action in enumerate(rule.actions, start=1):
        for find in FAULTS.get(action.kind, ()):
            yield from find(ctx, meta, rule, action, row)


def _place(field: str, row: int) -> FieldError:
    return FieldError(field, "", table="actions", row=row)


def _values(ctx: Context, meta: DocType, target: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:
    place = _place("field_values", row)
    yield from values_faults(ctx, meta, target, action, place, "change" if action in rule.inline else "document")


def _set(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:
    if rule.trigger.kind == "Deleted":
        yield at(_place("action", row), "A deleted document has no fields to set.")
        return
    faults = list(_values(ctx, meta, meta, rule, action, row))
    yield from faults
    if rule.trigger.kind == "Cancelled" and not faults:
        for name in action.table("field_values"):
            if not meta.by_name[name].allow_on_submit:
                template = "{field} cannot change any more when a document is cancelled."
                yield at(_place("field_values", row), template, field=name)


def _create(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:
    target = ctx.definitions.get(action.text("target_doctype"))
    place = _place("target_doctype", row)
    if target is None:
        yield at(place, "Name the DocType of the new document.")
        return
    closed = list(create_faults(target, place))
    yield from closed or _values(ctx, meta, target, rule, action, row)
    yield from () if closed else _missing(target, action, row)


def _missing(target: DocType, action: Action, row: int) -> Iterator[FieldError]:
    """Required fields of the new document that nobody fills."""
    try:
        given: Mapping[str, Any] = action.table("field_values")
    except ValidationError:
        return
    for field in target.data_fields:
        begins = field.default or field.fetch_from or field.fieldtype == "Select"
        if field.reqd and not begins and field.fieldname not in given:
            template = "{doctype} needs a value for {field}."
            yield at(_place("field_values", row), template, doctype=target.name, field=field.fieldname)


def _people(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:  # noqa: ARG001
    yield from people_faults(ctx, meta, action, lambda field: _place(field, row))


def _assign(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:
    if rule.trigger.kind == "Deleted":
        yield at(_place("action", row), "A deleted document cannot be assigned.")
    if action.text("choose_by") != "Lookup":
        yield from _people(ctx, meta, rule, action, row)
        return
    yield from lookup_faults(ctx, meta, action, lambda field: _place(field, row))


def _webhook(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:  # noqa: ARG001
    name, webhooks = action.text("webhook"), ctx.definitions.get("Webhook")
    if not name or webhooks is None or name not in ctx.connection.existing(webhooks, [name]):
        yield at(_place("webhook", row), "There is no Webhook {webhook}.", webhook=name)


def _clock(ctx: Context, meta: DocType, rule: Rule, action: Action, row: int) -> Iterator[FieldError]:
    """A document that is there, and an agreement about its DocType."""
    if rule.trigger.kind == "Deleted":
        yield at(_place("action", row), "A deleted document has no clocks.")
    name = action.text("service_level_agreement")
    found = ctx.connection.get_row(ctx.definitions["Service Level Agreement"], name) if name else None
    if found is not None and found["document_type"] != meta.name:
        template = "{agreement} is about another DocType."
        yield at(_place("service_level_agreement", row), template, agreement=name)


FAULTS: Mapping[str, tuple[Find, ...]] = {
    "Set Fields": (_set,),
    "Create Document": (_create,),
    "Assign": (_assign,),
    "Notify": (_people,),
    "Send Mail": (_people,),
    "Webhook": (_webhook,),
    "Start Clock": (_clock,),
    "Pause Clock": (_clock,),
    "Resume Clock": (_clock,),
    "Stop Clock": (_clock,),
}
"""Automation Action.action → what may be wrong with it."""
