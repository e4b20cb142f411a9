"""crm.studio.expression: an expression under work, checked against its DocType and tried on a real document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.plan_jobs import require_manager
from crm_platform.desk.under_work import ring_fault
from crm_platform.documents.context import Context
from crm_platform.documents.scope import expression_scope
from crm_platform.documents.wire import plain
from crm_platform.errors import ExpressionError, PermissionError
from crm_platform.expressions import Expression, FieldPath, compile
from crm_platform.expressions.closures import build
from crm_platform.expressions.spelling import spell
from crm_platform.expressions.tree import Aggregate, Constant, Items, Node, children, field_paths
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field

ALWAYS_THERE = frozenset({"__islocal", "__unsaved", "_assign", "_comments", "_liked_by", "_user_tags", "doctype"})
MOST_STEPS = 40
"""Parts of an expression whose values are told."""


def expression(
    ctx: Context,
    expression: str,
    doctype: str,
    fields: list[Any] | None = None,
    name: str = "",
    of_change: bool = False,
    field: str = "",
) -> dict[str, Any]:
    """Compile `expression`, a condition or formula about documents of `doctype`. For System Managers.

    `fields` are those of a definition that is not live yet (DocFields); `of_change`: it may read `before`; `field`
    names the field whose formula it is: one that would depend on itself is a fault.
    With the `name` of a document that the caller may read, `value` is its value there and `trace` that of each part.

    Answers `tree` (null when it does not compile), `fault` (null, or message, line and column), `value`, `holds` and
    `trace`. Raises PermissionError, also for an expression that reads a value which the caller may not see, and
    DoesNotExistError.
    """
    require_manager(ctx)
    answer: dict[str, Any] = {"tree": None, "fault": None, "value": None, "holds": None, "trace": []}
    try:
        compiled = compile(expression, "change" if of_change else "document")
    except ExpressionError as error:
        return {**answer, "fault": fault_of(ctx, error)}
    answer["tree"] = compiled.tree
    meta = ctx.definitions.get(doctype) if fields is not None else doctype_of(ctx, doctype)
    rows = [row for row in fields or () if isinstance(row, dict)]
    doubt = _doubt(ctx, doctype, expression, compiled, rows) or _ring(ctx, doctype, expression, rows, field)
    if doubt is not None:
        return {**answer, "fault": fault_of(ctx, doubt)}
    return answer | _tried(ctx, meta, name, compiled) if name and meta is not None else answer


def fault_of(ctx: Context, error: ExpressionError) -> dict[str, Any]:
    """A fault as the studio shows it: what is wrong, and where."""
    place = {key: error.params.get(key) for key in ("line", "column")}
    return {"message": error.message(ctx._), **place}


def _doubt(
    ctx: Context, doctype: str, text: str, compiled: Expression, rows: Sequence[Mapping[str, Any]]
) -> ExpressionError | None:
    """A field of the document that neither the definition nor the one under work has."""
    known = {*ALWAYS_THERE, *STANDARD_COLUMNS, *(str(row.get("fieldname")) for row in rows)}
    meta = ctx.definitions.get(doctype)
    if meta is not None:
        known |= {*meta.columns, *meta.by_name}
    read = sorted(path.name for path in compiled.fields if path.owner != "parent")
    name = next((name for name in read if name not in known), None)
    if name is None:
        return None
    found = re.search(rf"\b{re.escape(name)}\b", text)
    before = text[: found.start() if found else 0]
    return ExpressionError(
        "{doctype} has no field {field} (line {line}, column {column}).",
        doctype=doctype,
        field=name,
        line=before.count("\n") + 1,
        column=len(before) - (before.rfind("\n") + 1) + 1,
    )


def _ring(
    ctx: Context, doctype: str, text: str, rows: Sequence[Mapping[str, Any]], field: str
) -> ExpressionError | None:
    """A formula that would depend on itself."""
    if not field or not rows:
        return None
    worked = [{**row, "formula": text} if row.get("fieldname") == field else row for row in rows]
    return ring_fault(ctx, doctype, worked, field)


def _tried(ctx: Context, meta: DocType, name: str, compiled: Expression) -> dict[str, Any]:
    doc = ctx.store.get(meta.name, name)
    for path in compiled.fields:
        refuse_closed(ctx, meta, path)
    scope = expression_scope(ctx, doc)
    scope["before"] = scope["doc"]
    try:
        value = compiled.evaluate(scope)
    except ExpressionError as error:
        return {"fault": fault_of(ctx, error)}
    zone = ctx.runtime.zone
    trace = [
        {"text": spell(part.root), "value": plain(shown, zone)}
        for part, shown in _values(compiled.root, scope)
        if not isinstance(shown, list)
    ]
    return {"value": plain(value, zone), "holds": bool(value), "trace": trace[:MOST_STEPS]}


def refuse_closed(ctx: Context, meta: DocType, path: FieldPath) -> None:
    """Raise PermissionError for a value that the caller may not see: what follows from it would tell it."""
    field = meta.field(path.name)
    if field is None:
        return
    column = ctx.definitions[field.options].field(path.column) if field.holds_rows and path.column else None
    for one in (field, column):
        if one is not None and is_closed(ctx, meta, one):
            raise PermissionError(
                "The expression reads {field}, which you may not see. Ask somebody who may to try it.",
                field=one.label or one.fieldname,
            )


def is_closed(ctx: Context, meta: DocType, field: Field) -> bool:
    """Whether the caller sees less of a field of `meta`, or of its rows, than its value."""
    levels = ctx.policy.levels(meta, "read") | {0}
    return field.permlevel not in levels or field.is_masked or field.fieldtype == "Password"


def _values(root: Node, scope: dict[str, Any]) -> Iterator[tuple[Expression, Any]]:
    """Each part of the expression with its value, the whole first; what cannot be evaluated is left out."""
    pending = [root]
    seen: set[Node] = set()
    while pending:
        node = pending.pop(0)
        if isinstance(node, Constant | Items) or node in seen:
            continue
        seen.add(node)
        part = Expression("", node, field_paths(node), build(node))
        try:
            yield part, part.evaluate(scope)
        except ExpressionError:
            continue
        if not isinstance(node, Aggregate):
            pending.extend(children(node))
