"""crm.studio.rollup: a roll-up under work, tried on a real document with what the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.plan_jobs import require_manager
from crm_platform.desk.expressions import fault_of, refuse_closed
from crm_platform.desk.under_work import ring_fault
from crm_platform.documents.context import Context
from crm_platform.documents.scope import expression_scope, localised
from crm_platform.documents.steps import expression_of
from crm_platform.documents.wire import plain
from crm_platform.errors import ExpressionError, ValidationError
from crm_platform.expressions import Expression, FieldPath
from crm_platform.metadata.model import DocType
from crm_platform.metadata.rollups import Rollup, RollupError, filter_columns, filter_of, read_rollup

MOST = 2_000
"""Documents that a trial gathers; the real roll-up has no such bound."""
ROWS = "rows"


def rollup(
    ctx: Context,
    rollup: dict[str, Any],
    doctype: str,
    name: str = "",
    fields: list[Any] | None = None,
    field: str = "",
) -> dict[str, Any]:
    """Read the roll-up of the field `field` of `doctype`, and its value for the document `name`. For System Managers.

    `fields` are those of a definition under work. Answers `fault` (null, or message, line and column), `value`, and
    how many documents or rows it went over (`rows`) and counted (`matching`).
    Raises PermissionError for what the caller may not read, DoesNotExistError, ValidationError for more than
    MOST documents.
    """
    require_manager(ctx)
    answer: dict[str, Any] = {"fault": None, "value": None, "rows": None, "matching": None}
    try:
        found = read_rollup(rollup)
        filter_of(found)
    except RollupError as error:
        return {**answer, "fault": {"message": error.reason.message(ctx._), "line": None, "column": None}}
    except ExpressionError as error:
        return {**answer, "fault": fault_of(ctx, error)}
    ring = ring_fault(ctx, doctype, _with(fields, field, rollup), field) if fields is not None else None
    if ring is not None:
        return {**answer, "fault": fault_of(ctx, ring)}
    if not name:
        return answer
    try:
        return answer | _tried(ctx, doctype_of(ctx, doctype), name, found)
    except ExpressionError as error:
        return {**answer, "fault": fault_of(ctx, error)}


def _with(rows: Sequence[Any], fieldname: str, rollup: dict[str, Any]) -> list[Any]:
    return [
        {**row, "rollup": rollup} if isinstance(row, dict) and row.get("fieldname") == fieldname else row
        for row in rows
    ]


def _tried(ctx: Context, meta: DocType, name: str, found: Rollup) -> dict[str, Any]:
    doc = ctx.store.get(meta.name, name)
    if found.table:
        table = meta.field(found.table)
        source = doctype_of(ctx, table.options if table is not None else found.table)
        refuse_closed(ctx, meta, FieldPath("doc", found.table, found.field or None))
        rows = expression_scope(ctx, doc)["doc"].get(found.table) or []
    else:
        source = doctype_of(ctx, found.source)
        rows = _gathered(ctx, source, meta.name, name, found)
    scope = {"doc": {ROWS: rows}}
    own = replace(found, table=ROWS, source="", link="")
    value = _over(own).evaluate(scope)
    matching = _over(replace(own, function="count", field="")).evaluate(scope)
    return {"value": plain(value, ctx.runtime.zone), "rows": len(rows), "matching": matching}


def _over(found: Rollup) -> Expression:
    made = expression_of(found)
    if made is None:
        raise ExpressionError("The filter of the roll-up is too long. Shorten it.")
    return made


def _gathered(ctx: Context, source: DocType, doctype: str, name: str, found: Rollup) -> list[dict[str, Any]]:
    """The documents of `source` that lead to this one, as far as the caller may read them."""
    columns = sorted({found.field, *filter_columns(found)} - {""}) or ["name"]
    for column in columns:
        refuse_closed(ctx, source, FieldPath("doc", column))
    link = source.field(found.link)
    filters: list[Any] = [[found.link, "=", name]]
    if link is not None and link.fieldtype == "Dynamic Link":
        filters.append([link.options, "=", doctype])
    holder = next((parent.name for parent, _ in ctx.definitions.parents_of.get(source.name, ())), None)
    rows = ctx.store.list(source.name, fields=columns, filters=filters, limit=MOST + 1, parent=holder)
    if len(rows) > MOST:
        raise ValidationError("More than {limit} documents lead here: try it on another document.", limit=MOST)
    return [{key: localised(ctx, value) for key, value in row.items()} for row in rows]
