"""Frappe's Assignment Rule records: who gets a document, when it is taken back, and when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crm_platform import expressions
from crm_platform.automation.rule import Rule, Trigger
from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection, Row
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import CRMError, ExpressionError
from crm_platform.expressions import Expression
from crm_platform.jobs.queue import enqueue
from crm_platform.metadata.model import Definitions

ASSIGNMENT_RULE = "Assignment Rule"
TASK = "core:assignment"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class AssignmentRule:
    """One enabled record; `days` are the weekdays on which it assigns, none stands for all."""

    name: str
    doctype: str
    method: str
    assign: Expression
    unassign: Expression | None
    close: Expression | None
    users: tuple[str, ...]
    team: str
    field: str
    days: frozenset[str]
    due_field: str
    description: str
    pack: str

    @property
    def as_rule(self) -> Rule:
        """How the log names it."""
        return Rule(ASSIGNMENT_RULE, self.name, self.doctype, Trigger("Saved"), pack=self.pack, as_system=True)

    def works_on(self, day: date) -> bool:
        return not self.days or WEEKDAYS[day.weekday()] in self.days

    def concerns(self, ctx: Context, doc: Document) -> bool:
        """Whether any of its conditions holds."""
        return any(holds(ctx, condition, doc) for condition in (self.assign, self.unassign, self.close))


def holds(ctx: Context, condition: Expression | None, doc: Document) -> bool:
    """Whether a condition holds; one that is not there or cannot be evaluated does not."""
    if condition is None:
        return False
    try:
        return condition.holds(expression_scope(ctx, doc))
    except ExpressionError:
        return False


def enabled_assignment_rules(
    connection: Connection, definitions: Definitions, doctype: str = ""
) -> Iterator[AssignmentRule]:
    """The enabled rules (of one DocType), the most important first; a broken one is left out."""
    meta = definitions.get(ASSIGNMENT_RULE)
    if meta is None or is_empty(connection, meta.table):
        return
    names = [row["name"] for row in connection.select(Query(meta, where=Compare(("disabled",), "=", 0)))]
    rows = connection.get_rows(meta, names) if names else []
    for row in sorted(rows, key=lambda row: (-(row["priority"] or 0), row["name"])):
        if row["document_type"] not in definitions or (doctype and row["document_type"] != doctype):
            continue
        try:
            yield _rule(connection, definitions, row)
        except CRMError:  # a rule must not stop a site: doctor names it
            continue


def _rule(connection: Connection, definitions: Definitions, row: Row) -> AssignmentRule:
    def children(doctype: str) -> list[Row]:
        return connection.get_children(definitions[doctype], ASSIGNMENT_RULE, [row["name"]])

    return AssignmentRule(
        row["name"],
        row["document_type"],
        row["rule"] or "Round Robin",
        expressions.compile(row["assign_condition"] or "false"),
        _compiled(row["unassign_condition"]),
        _compiled(row["close_condition"]),
        tuple(child["user"] for child in children("Assignment Rule User")),
        row["user_group"] or "",
        row["field"] or "",
        frozenset(child["day"] for child in children("Assignment Rule Day")),
        row["due_date_based_on"] or "",
        row["description"] or "",
        row["pack"] or "",
    )


def _compiled(text: str | None) -> Expression | None:
    return expressions.compile(text) if text and text.strip() else None


@dataclass(frozen=True)
class Watcher:
    """The assignment rules of one DocType."""

    rules: Sequence[AssignmentRule]

    def follow(self, ctx: Context, doc: Document) -> None:
        """On `on_change`: queue the assignment where a rule has something to say."""
        if any(rule.concerns(ctx, doc) for rule in self.rules):
            enqueue(ctx, TASK, {"doctype": doc.doctype, "name": str(doc["name"]), "causes": list(ctx.causes)})


def listeners_of_assignment_rules(rules: Iterable[AssignmentRule]) -> list[Listener]:
    """A listener for each DocType that has such a rule."""
    by_doctype: dict[str, list[AssignmentRule]] = {}
    for rule in rules:
        by_doctype.setdefault(rule.doctype, []).append(rule)
    return [
        Listener("core", doctype, "on_change", Watcher(tuple(found)).follow) for doctype, found in by_doctype.items()
    ]
