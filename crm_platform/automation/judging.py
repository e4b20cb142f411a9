"""Whether a rule's condition holds for a document, and the sentence that says why or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.automation.faults import sentence
from crm_platform.automation.rule import Rule
from crm_platform.automation.showing import shown, shown_in
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError
from crm_platform.expressions import Expression
from crm_platform.expressions.closures import build
from crm_platform.expressions.spelling import spell
from crm_platform.expressions.tree import Logic, Node, field_paths
from crm_platform.metadata.model import DocType


@dataclass(frozen=True)
class Verdict:
    """`reason` says what decided; `error` is the fault of a condition that cannot be evaluated."""

    matched: bool
    reason: str = ""
    error: str = ""


def change_scope(ctx: Context, doc: Document) -> dict[str, Any]:
    """What an expression of a rule sees: the document, how it was before, and the clock."""
    scope = expression_scope(ctx, doc)
    if doc.before is not None:
        scope["before"] = expression_scope(ctx, doc.before)["doc"]
    return scope


def judge(ctx: Context, rule: Rule, doc: Document) -> Verdict:
    """Evaluate the condition of `rule`."""
    if rule.condition is None:
        return Verdict(matched=True, reason=ctx._("The rule has no condition."))
    scope = change_scope(ctx, doc)
    try:
        if rule.condition.holds(scope):
            return Verdict(matched=True, reason=ctx._("{condition} holds.", condition=spell(rule.condition.root)))
        part = failing_part(rule.condition, scope)
    except ExpressionError as error:
        return Verdict(matched=False, error=sentence(ctx, error))
    values = ", ".join(f"{name}: {value}" for name, value in _values(part, scope, doc.meta).items())
    template = "{condition} does not hold ({values})." if values else "{condition} does not hold."
    return Verdict(matched=False, reason=ctx._(template, condition=spell(part.root), values=values))


def failing_part(condition: Expression, scope: Mapping[str, Any]) -> Expression:
    """The first part of a conjunction that does not hold, or the whole condition."""
    part = condition
    while isinstance(part.root, Logic) and part.root.operator == "and":
        parts = (_expression(operand) for operand in part.root.operands)
        part = next(inner for inner in parts if not inner.holds(scope))
    return part


def _expression(node: Node) -> Expression:
    return Expression("", node, field_paths(node), build(node))


def _values(part: Expression, scope: Mapping[str, Any], meta: DocType) -> dict[str, str]:
    """The values that the fields of an expression have, by name; child rows are left out."""
    found = {}
    for path in sorted(part.fields, key=str):
        field, value = meta.field(path.name), (scope.get(path.owner) or {}).get(path.name)
        if path.column is None and not isinstance(value, list | tuple):
            name = path.name if path.owner == "doc" else str(path)
            found[name] = shown_in(field, value) if field is not None else shown(value)
    return found
