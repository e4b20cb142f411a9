"""The job of Assignment Rules: takes a document back, gives it to the next one, closes what is done, as Frappe does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from crm_platform.automation import log
from crm_platform.automation.actions.assign import description
from crm_platform.automation.assigning import Assignment, assign, least_loaded, next_in_turn, open_assignments
from crm_platform.automation.assignment_rules import ASSIGNMENT_RULE, AssignmentRule, enabled_assignment_rules, holds
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.recipients import enabled
from crm_platform.automation.run import Run
from crm_platform.automation.teams import members
from crm_platform.automation.texts import is_template
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError
from crm_platform.expressions import Expression
from crm_platform.expressions.spelling import spell

ToDos = Sequence[Mapping[str, Any]]

CHOICES: Mapping[str, str] = {
    "Round Robin": "{user} is next in turn.",
    "Load Balancing": "{user} has the fewest open assignments.",
    "Based on Field": "The field {field} names {user}.",
}
"""Frappe Assignment Rule.rule → why it is this one."""


@dataclass(frozen=True)
class Distribute:
    """The task `core:assignment`: done again, it finds the document assigned and closed already."""

    outlets: Outlets

    def prepare(self, ctx: Context, *, doctype: str, name: str, **_: Any) -> None:
        """Describe the assignment of each rule, so that the templates are filled."""
        doc = ctx.as_system().store.get(doctype, name)
        for rule in enabled_assignment_rules(ctx.connection, ctx.definitions, doctype):
            user = self._user(ctx, rule, doc) if is_template(rule.description) else ""
            if user:
                self._description(ctx, rule, doc, user)

    def perform(self, ctx: Context, *, doctype: str, name: str, causes: Sequence[str] = ()) -> None:
        """Apply the Assignment Rules of a document as it is now."""
        ctx = replace(ctx, causes=tuple(causes))
        try:
            doc = ctx.as_system().store.get(doctype, name, for_update=True)
        except DoesNotExistError:
            return
        rules = list(enabled_assignment_rules(ctx.connection, ctx.definitions, doctype))
        todos = open_assignments(ctx, doc)
        free = not todos or any(_end(ctx, rule, doc, todos, rule.unassign, "Cancelled") for rule in rules)
        assigned = free and any(self._assign(ctx, rule, doc) for rule in rules)
        if not assigned:
            for rule in rules:
                _end(ctx, rule, doc, open_assignments(ctx, doc), rule.close, "Closed")

    def _assign(self, ctx: Context, rule: AssignmentRule, doc: Document) -> bool:
        if not rule.works_on(date.fromisoformat(ctx.today())) or not holds(ctx, rule.assign, doc):
            return False
        user = self._user(ctx, rule, doc)
        if not user:
            return False
        text = self._description(ctx, rule, doc, user)
        assign(ctx, doc, Assignment(user, text, rule.name, _due(ctx, rule, doc)))
        ctx.connection.update_row(ctx.definitions[ASSIGNMENT_RULE], rule.name, {"last_user": user})
        why = f"{_holding(ctx, rule.assign)} {ctx._(CHOICES[rule.method], user=user, field=rule.field)}"
        _tell(ctx, rule, doc, why, ctx._("Assigned to {user}.", user=user))
        return True

    def _description(self, ctx: Context, rule: AssignmentRule, doc: Document, user: str) -> str:
        return description(self.outlets, Run(ctx.as_system(), rule.as_rule, doc), rule.description, user)

    def _user(self, ctx: Context, rule: AssignmentRule, doc: Document) -> str:
        """The next one; the rule's row is locked, so that two jobs at a time do not choose the same."""
        if rule.method == "Based on Field":
            return next(iter(enabled(ctx, [str(doc.get(rule.field, ""))])), "")
        users = enabled(ctx, dict.fromkeys([*rule.users, *members(ctx, rule.team)]))
        row = ctx.connection.get_row(ctx.definitions[ASSIGNMENT_RULE], rule.name, for_update=ctx.connection.writable)
        if not users:
            return ""
        if rule.method == "Load Balancing":
            return least_loaded(ctx, users)
        return next_in_turn(users, str((row or {}).get("last_user") or ""))


def _due(ctx: Context, rule: AssignmentRule, doc: Document) -> date | None:
    value = doc.get(rule.due_field) if rule.due_field else None
    if isinstance(value, datetime):
        return value.astimezone(ctx.runtime.zone).date()
    return value if isinstance(value, date) else None


def _end(
    ctx: Context, rule: AssignmentRule, doc: Document, todos: ToDos, condition: Expression | None, status: str
) -> bool:
    """Give the open assignments of a rule another status where its condition holds; whether there were any."""
    own = [todo for todo in todos if todo["assignment_rule"] == rule.name]
    if not own or not holds(ctx, condition, doc):
        return False
    for todo in own:
        ctx.as_system().store.update("ToDo", todo["name"], {"status": status})
    template = (
        "The assignment to {user} is closed." if status == "Closed" else "The assignment to {user} is taken back."
    )
    _tell(ctx, rule, doc, _holding(ctx, condition), *(ctx._(template, user=todo["allocated_to"]) for todo in own))
    return True


def _holding(ctx: Context, condition: Expression | None) -> str:
    """The sentence about a condition that holds."""
    return ctx._("{condition} holds.", condition=spell(condition.root)) if condition else ""


def _tell(ctx: Context, rule: AssignmentRule, doc: Document, reason: str, *done: str) -> None:
    log.write(ctx, rule.as_rule, log.Entry(doc.doctype, str(doc["name"]), "Assignment", "Done", reason, done))
