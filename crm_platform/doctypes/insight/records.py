"""The records behind a figure: the list that a roll-up gathers, or that the definition of the field names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from crm_platform.pack import Context, ValidationError, compile_expression

NO_LIST = "{label} is not gathered from other documents."
TURNED = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in", "not in": "not in"}
Tree = Sequence[Any]


def records(ctx: Context, doctype: str, name: str, fieldname: str) -> dict[str, object]:
    """Where the documents are seen from which the field `fieldname` of a document was gathered: a list with filters.

    Rows are seen as the documents that hold them. Raises ValidationError for a field that is no roll-up over others
    and has no `records_behind`, PermissionError and DoesNotExistError as any reading does.
    """
    doc = ctx.store.get(doctype, name)
    field = doc.meta.by_name.get(fieldname)
    behind = (field.properties.get("rollup") or field.properties.get("records_behind")) if field is not None else None
    label = field.label if field is not None else fieldname
    if not isinstance(behind, dict) or "from" not in behind:
        raise ValidationError(NO_LIST, label=ctx._(label or fieldname))
    source = behind["from"]
    listed = _holder(ctx, source)
    checks = {field.fieldname for field in ctx.definitions[source].fields if field.fieldtype == "Check"}
    conditions = [[behind["link"], "=", doc.name], *_conditions(checks, behind.get("filter") or "")]
    conditions += [[day, ">", _days_ago(ctx, days)] for day, days in behind.get("within", {}).items()]
    dynamic = ctx.definitions[source].by_name[behind["link"]]
    if dynamic.fieldtype == "Dynamic Link":
        conditions.append([dynamic.options, "=", doctype])
    return {"list": listed, "filters": [[source, *condition] for condition in conditions]}


def _days_ago(ctx: Context, days: int) -> str:
    return (date.fromisoformat(ctx.today()) - timedelta(days=days)).isoformat()


def _holder(ctx: Context, source: str) -> str:
    """The DocType in whose list rows of `source` are found: itself, or the one whose table holds them."""
    if not ctx.definitions[source].istable:
        return source
    holders = (m.name for m in ctx.definitions.values() if any(t.options == source for t in m.table_fields))
    return next(iter(sorted(holders)))


def _conditions(checks: Collection[str], text: str) -> Iterator[list[Any]]:
    """A filter expression as conditions of a list. Raises ValidationError for one that no list can say."""
    if text:
        yield from _said(checks, compile_expression(text).tree["root"])


def _said(checks: Collection[str], tree: Tree) -> Iterator[list[Any]]:
    kind, *rest = tree
    if kind == "and":
        for part in rest:
            yield from _said(checks, part)
    elif kind == "field":
        yield _filled(checks, rest[-1], "set")
    elif kind == "not" and rest[0][0] == "field":
        yield _filled(checks, rest[0][-1], "not set")
    elif kind == "compare" and len(rest[0]) == 1 and rest[1][0] == "field" and rest[0][0] in TURNED:
        yield [rest[1][-1], TURNED[rest[0][0]], _value(rest[2])]
    else:
        raise ValidationError("The filter of this figure cannot be shown as a list.")


def _filled(checks: Collection[str], fieldname: str, state: str) -> list[Any]:
    """A checkbox is 0 or 1, any other field has a value or none."""
    return [fieldname, "=", int(state == "set")] if fieldname in checks else [fieldname, "is", state]


def _value(tree: Tree) -> Any:
    kind, *rest = tree
    if kind == "list":
        return [_value(part) for part in rest]
    return rest[0]
