"""Validation Rules: a condition that every document of a DocType must meet, with the message of who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform import expressions
from crm_platform.database.conditions import Compare
from crm_platform.database.inspection import is_empty
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.modelling import bump
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError, FieldError, ValidationError
from crm_platform.metadata.model import Definitions

RULE = "Validation Rule"
COLUMNS = ("name", "document_type", "condition", "message", "field", "pack")


@dataclass(frozen=True)
class Rule:
    """One enabled Validation Rule."""

    name: str
    condition: expressions.Expression
    message: str
    field: str

    def check(self, ctx: Context, scope: Mapping[str, Any]) -> None:
        """Raise ValidationError with the rule's message when the condition does not hold."""
        if self.condition.holds(scope):
            return
        message = ctx._(self.message)
        fields = [FieldError(self.field, message)] if self.field else []
        raise ValidationError(message, errors=fields, title=ctx._(self.name))


@dataclass(frozen=True)
class Rules:
    """The rules of one pack, or of the site, for one DocType; calling them checks a document, which is laid out for
    expressions once."""

    rules: tuple[Rule, ...]

    def __call__(self, ctx: Context, doc: Document) -> None:
        scope = expression_scope(ctx, doc)
        for rule in self.rules:
            rule.check(ctx, scope)


def rule_listeners(connection: Connection, definitions: Definitions) -> list[Listener]:
    """A `validate` listener for each DocType and pack with enabled rules.

    A rule that does not compile is left out: it must not stop a site, and doctor names it.
    """
    meta = definitions.get(RULE)
    if meta is None or is_empty(connection, meta.table):
        return []
    columns = tuple(Column((name,), name) for name in COLUMNS)
    rows = connection.select(Query(meta, columns, Compare(("enabled",), "=", 1)))
    found: dict[tuple[str, str], list[Rule]] = {}
    for row in rows:
        condition = _compiled(row["condition"])
        if row["document_type"] in definitions and condition is not None:
            rule = Rule(row["name"], condition, row["message"] or row["name"], row["field"] or "")
            found.setdefault((row["pack"] or "site", row["document_type"]), []).append(rule)
    return [Listener(pack, doctype, "validate", Rules(tuple(of_one))) for (pack, doctype), of_one in found.items()]


def _compiled(condition: str | None) -> expressions.Expression | None:
    try:
        return expressions.compile(condition) if condition else None
    except ExpressionError:
        return None


def check_rule(ctx: Context, doc: Document) -> None:
    """A rule whose condition our language does not understand is refused when it is saved."""
    expressions.compile(str(doc.get("condition") or ""))
    meta = ctx.definitions.get(str(doc.get("document_type")))
    if meta is not None and doc.get("field") and meta.field(doc["field"]) is None:
        raise ValidationError(
            "{doctype} has no field {field}.",
            doctype=meta.name,
            field=doc["field"],
            errors=[FieldError("field", "There is no such field.")],
        )


def rules_changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Rules are part of the model: every process loads them again."""
    bump(ctx)


LISTENERS = [
    Listener("core", RULE, "validate", check_rule),
    Listener("core", RULE, "on_update", rules_changed),
    Listener("core", RULE, "after_delete", rules_changed),
]
