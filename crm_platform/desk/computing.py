"""Formulas and roll-ups over own rows as the form computes them while somebody types: compiled, in their order."""

from __future__ import annotations

from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.steps import Place, steps_of
from crm_platform.metadata.model import DocType


def computed(ctx: Context, meta: DocType, levels: frozenset[int]) -> list[dict[str, Any]]:
    """One entry per computed field of the document (`table` is empty) or of the rows of a table.

    Left out: what the caller may not read, or what reads such a field (his form has not its value); roll-ups over other
    documents, which only the server can gather.
    """
    return [
        {
            "table": step.table,
            "fieldname": step.field.fieldname,
            "fieldtype": step.field.fieldtype,
            "precision": step.field.precision,
            "starts_empty": step.rollup is not None and step.rollup.starts_empty,
            "tree": step.expression.tree,
        }
        for step in steps_of(ctx.definitions, meta).all
        if step.expression is not None
        and all(_is_open(ctx, meta, place, levels) for place in {step.place, *step.reads})
    ]


def _is_open(ctx: Context, meta: DocType, place: Place, levels: frozenset[int]) -> bool:
    table, fieldname = place
    holder = meta.field(table) if table else None
    owner = ctx.definitions[holder.options] if holder is not None else meta
    field = owner.field(fieldname)
    return all(f is None or f.permlevel in levels for f in (holder, field))
