"""Computed fields: `formula` of a field definition, rows before their parent, in the order of their dependencies."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from crm_platform import expressions
from crm_platform.documents.coerce import Refused, coerce
from crm_platform.documents.document import Document
from crm_platform.documents.faults import Faults
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Formula = tuple[Field, expressions.Expression]


@lru_cache(maxsize=4096)
def formulas_of(meta: DocType) -> tuple[Formula, ...]:
    """The fields with a `formula`, each after those it reads. One that our language does not know is left alone."""
    found: dict[str, Formula] = {}
    for field in meta.data_fields:
        text = field.properties.get("formula")
        if text:
            try:
                found[field.fieldname] = (field, expressions.compile(str(text)))
            except ExpressionError:
                continue
    ordered: dict[str, Formula] = {}

    def place(name: str, above: frozenset[str]) -> None:
        if name in ordered or name in above:
            return
        for path in found[name][1].fields:
            if path.owner == "doc" and not path.column and path.name in found:
                place(path.name, above | {name})
        ordered[name] = found[name]

    for name in found:
        place(name, frozenset())
    return tuple(ordered.values())


def compute(ctx: Context, doc: Document, faults: Faults) -> None:
    """Set every computed field of the document's rows, then of the document."""
    for table in doc.meta.table_fields:
        for index, row in enumerate(doc[table.fieldname], start=1):
            _compute(ctx, row, doc, faults, (table.fieldname, index))
    _compute(ctx, doc, None, faults, (None, None))


def _compute(
    ctx: Context, doc: Document, parent: Document | None, faults: Faults, place: tuple[str | None, int | None]
) -> None:
    for field, formula in formulas_of(doc.meta):
        table, row = place
        try:
            value = formula.evaluate(expression_scope(ctx, doc, parent))
            doc[field.fieldname] = coerce(value, field, ctx.runtime.zone)
        except ExpressionError as error:
            faults.add(field, "{label}: {reason}", "ExpressionError", table=table, row=row, reason=error)
        except Refused as refusal:
            faults.refused(field, refusal, table, row)
