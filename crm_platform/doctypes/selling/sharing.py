"""An amount in parts that add up to it, to the cent: largest remainder (Hare-Niemeyer)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def split(amount: Decimal, shares: Sequence[Decimal], places: int) -> list[Decimal]:
    """`amount`, rounded to `places`, in parts as large as `shares` are to their sum.

    Each part is rounded towards zero; what is left goes, one smallest unit each, to the parts that lost most, of equal
    ones to the earlier. No share is below 0, and one at least is above.
    """
    total = sum(shares, Decimal(0))
    unit = Decimal(1).scaleb(-places)
    units = (abs(amount) / unit).to_integral_value()
    exact = [units * share / total for share in shares]
    parts = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    losers = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in losers[: int(units - sum(parts))]:
        parts[index] += 1
    return [(part if amount >= 0 else -part) * unit for part in parts]
