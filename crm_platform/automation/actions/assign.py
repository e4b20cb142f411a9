"""Assign: a ToDo for everybody listed, the next one in turn, the one with the least to do, or whom a table names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from crm_platform.automation.assigning import Assignment, assign, least_loaded, next_in_turn, open_assignments
from crm_platform.automation.notifying import may_read
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.recipients import enabled, recipients
from crm_platform.automation.records import ACTION
from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.texts import fill
from crm_platform.errors import ValidationError

ANYTHING_ELSE = "*"
"""Key of a look-up table for values that are not in it."""


def plan(outlets: Outlets, run: Run, action: Action) -> list[Effect]:
    """An effect for each user who gets the document and does not have it yet."""
    users = CHOICES[action.text("choose_by") or "Everyone"](run, action)
    if not users:
        raise ValidationError(
            "There is nobody to assign {doctype} {name} to.", doctype=run.doc.doctype, name=run.doc["name"]
        )
    having = {row["allocated_to"] for row in open_assignments(run.ctx, run.doc)}
    return [_effect(outlets, run, action, user) for user in users if user not in having]


def _effect(outlets: Outlets, run: Run, action: Action, user: str) -> Effect:
    assignment = Assignment(user, description(outlets, run, action.text("message"), user), run.rule.name)
    return Effect(run.ctx._("Assigned to {user}.", user=user), partial(_assign, run, action, assignment))


def description(outlets: Outlets, run: Run, source: str, user: str) -> str:
    """What the ToDo says: the template filled with what the user may read, or the document's name."""
    reader = outlets.as_user(run.ctx, user)
    if source and may_read(reader, run.doc):
        return fill(outlets, reader, run.doc, {"message": source})["message"]
    return run.ctx._("Assignment for {doctype} {name}", doctype=run.doc.doctype, name=run.doc["name"])


def _assign(run: Run, action: Action, assignment: Assignment) -> None:
    assign(run.ctx, run.doc, assignment)
    if action.text("choose_by") == "Round Robin" and action.name:
        run.ctx.connection.update_row(run.ctx.definitions[ACTION], action.name, {"last_user": assignment.user})


def _everyone(run: Run, action: Action) -> list[str]:
    return enabled(run.ctx, recipients(run.ctx, run.doc, action))


def _in_turn(run: Run, action: Action) -> list[str]:
    """The next one; the row is locked, so that two jobs at a time do not choose the same."""
    candidates = _everyone(run, action)
    connection = run.ctx.connection
    row = connection.get_row(run.ctx.definitions[ACTION], action.name, for_update=connection.writable)
    return [next_in_turn(candidates, str(row["last_user"] or "") if row else "")] if candidates else []


def _by_load(run: Run, action: Action) -> list[str]:
    candidates = _everyone(run, action)
    return [least_loaded(run.ctx, candidates)] if candidates else []


def _by_table(run: Run, action: Action) -> list[str]:
    """Whom the table names for the field's value; of several the one with the least to do."""
    value = looked_up(run, action.text("lookup_field"))
    table = action.table("lookup")
    named = table.get(value, table.get(ANYTHING_ELSE)) if table else value
    users = enabled(run.ctx, [str(user) for user in (named if isinstance(named, list) else [named]) if user])
    return [least_loaded(run.ctx, users)] if users else []


def looked_up(run: Run, path: str) -> str:
    """The value of a field, or of a field of the document that a link leads to."""
    link, _, column = path.partition(".")
    value = str(run.doc.get(link, ""))
    field = run.doc.meta.field(link)
    target = run.ctx.definitions.get(field.options) if column and field is not None else None
    if target is None or not value:
        return value
    row: Mapping[str, Any] | None = run.ctx.connection.get_row(target, value)
    return str(row[column] or "") if row is not None else ""


CHOICES: Mapping[str, Callable[[Run, Action], list[str]]] = {
    "Everyone": _everyone,
    "Round Robin": _in_turn,
    "Load": _by_load,
    "Lookup": _by_table,
}
"""Automation Action.choose_by → whom it chooses."""
