"""The discount of a document as an amount goes along with each part that is made of it, to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from crm_platform.doctypes.selling.limits import Limit, exact, taken
from crm_platform.pack import Context, Document


def share(ctx: Context, source: Document, row: Document, target: str, limit: Limit | None, quantity: float) -> Decimal:
    """What `quantity` of a row of `source` take along of its discount into a document of the DocType `target`.

    Counted from what earlier parts have taken, so that all parts together have the whole. `limit` says what counts;
    None where any number may be made.
    """
    discount = Decimal(row.get("distributed_discount_amount") or 0)
    if not discount:
        return Decimal(0)
    unit = Decimal(1).scaleb(-source.currency_places)
    before = taken(ctx, target, limit, row.name) if limit is not None else Decimal(0)

    def until(number: Decimal) -> Decimal:
        return (discount * number / exact(row.qty)).quantize(unit, ROUND_HALF_UP)

    return until(before + exact(quantity)) - until(before)
