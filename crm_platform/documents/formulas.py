"""Computed values of a document: its formulas and the roll-ups over its rows, exact, whatever a client sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import Refused, coerce, empty
from crm_platform.documents.document import Document, Snapshot
from crm_platform.documents.faults import Faults
from crm_platform.documents.scope import expression_scope, localised
from crm_platform.documents.steps import Step, steps_of
from crm_platform.errors import ExpressionError
from crm_platform.metadata.model import DocType, Field
from crm_platform.metadata.rollups import Rollup, rollups_of

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def compute(ctx: Context, doc: Document, faults: Faults, earlier: Snapshot | None = None) -> None:
    """Set every computed field of the document and its rows; roll-ups over other documents stay as they are stored.

    When all were right while the document looked as in `earlier`, only those that may differ since are computed.
    """
    keep_rollups(doc)
    steps = steps_of(ctx.definitions, doc.meta)
    run(ctx, doc, steps.all if earlier is None else steps.again(doc.changed_since(earlier)), faults)


def compute_late(ctx: Context, doc: Document) -> None:
    """Once more what reads the name of the document or the position of a row, which are known now."""
    late = steps_of(ctx.definitions, doc.meta).late
    if late:
        faults = Faults()
        run(ctx, doc, late, faults)
        faults.raise_all()


def keep_rollups(doc: Document) -> None:
    """Give roll-ups over other documents their stored value, or that over no documents."""
    for field, rollup in rollups_of(doc.meta):
        if rollup.source:
            doc[field.fieldname] = over_nothing(field, rollup) if doc.before is None else doc.before[field.fieldname]


def over_nothing(field: Field, rollup: Rollup) -> Any:
    """The value of a roll-up over no documents: 0 for a count or sum, none for the others."""
    return None if rollup.starts_empty else empty(field)


def kept_up(meta: DocType) -> bool:
    """Whether saving other documents changes fields of this DocType."""
    return any(rollup.source for _, rollup in rollups_of(meta))


def run(ctx: Context, doc: Document, steps: Iterable[Step], faults: Faults) -> None:
    """Compute `steps` in their order; what cannot be computed is a fault of its field."""
    sheet = _Sheet(ctx, doc) if steps else None
    for step in steps:
        for part, scope, row in sheet.places(step.table) if sheet else ():
            try:
                value = result(ctx, step, scope)
            except ExpressionError as error:
                faults.add(
                    step.field, "{label}: {reason}", "ExpressionError", table=step.table or None, row=row, reason=error
                )
            except Refused as refusal:
                faults.refused(step.field, refusal, step.table or None, row)
            else:
                part[step.field.fieldname] = value
                scope["doc"][step.field.fieldname] = localised(ctx, value)


def result(ctx: Context, step: Step, scope: dict[str, Any]) -> Any:
    """The value of one step as its field holds it. Raises ExpressionError, Refused."""
    value = step.value(scope)
    if value is None and step.rollup is not None and step.rollup.starts_empty:
        return None
    if isinstance(value, Decimal) and step.field.storage == "text":
        value = f"{value.normalize():f}"
    return coerce(value, step.field, ctx.runtime.zone)


class _Sheet:
    """The values of a document and its rows as expressions see them, kept up while they are computed."""

    def __init__(self, ctx: Context, doc: Document) -> None:
        self._doc = doc
        self._scope = expression_scope(ctx, doc)

    def places(self, table: str) -> Iterator[tuple[Document, dict[str, Any], int | None]]:
        """(document or row, its scope, number of the row from 1)."""
        if not table:
            yield self._doc, self._scope, None
            return
        values = self._scope["doc"]
        for number, (row, own) in enumerate(zip(self._doc[table], values[table], strict=True), start=1):
            own |= {"__islocal": int(row.is_new), "doctype": row.doctype}
            yield row, {"doc": own, "parent": values, "now": self._scope["now"]}, number
