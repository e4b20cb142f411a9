"""Tiers: which rate an amount earns, by how much was reached before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Tier:
    """From `start` (included) to `end` (not included; None: no end), at `rate` per cent."""

    start: Decimal
    end: Decimal | None
    rate: Decimal


@dataclass(frozen=True)
class Part:
    """A part of an amount that earns one rate. An `adjustment` is paid on what counted before already."""

    amount: Decimal
    rate: Decimal
    tier: Tier
    adjustment: bool = False

    def commission(self, places: int) -> Decimal:
        """Amount times rate, rounded half up; nothing is 0, never -0."""
        return (self.amount * self.rate / 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def gap_or_overlap(tiers: Sequence[Tier]) -> int | None:
    """The place of the first tier (of tiers sorted by start) that does not begin where the one before it ends."""
    ends: list[Decimal | None] = [ZERO, *(tier.end for tier in tiers)]
    return next((index for index, tier in enumerate(tiers) if tier.start != ends[index]), None)


def tier_of(tiers: Sequence[Tier], reached: Decimal) -> Tier:
    """The tier that an amount lies in; below 0 it is the first."""
    return next((tier for tier in reversed(tiers) if reached >= tier.start), tiers[0])


def by_parts(tiers: Sequence[Tier], before: Decimal, change: Decimal) -> Iterator[Part]:
    """Each part of `change` earns the rate of the tier that it lies in; what is taken back, the rate it had earned."""
    low, high = sorted((before, before + change))
    sign = 1 if change > 0 else -1
    for tier in tiers if change > 0 else reversed(tiers):
        start = low if tier is tiers[0] else max(low, tier.start)
        end = high if tier.end is None else min(high, tier.end)
        if start < end:
            yield Part(sign * (end - start), tier.rate, tier)


def on_whole(tiers: Sequence[Tier], before: Decimal, change: Decimal) -> Iterator[Part]:
    """The rate that is reached holds for all: what counted before is adjusted when the rate changes."""
    old, new = tier_of(tiers, before), tier_of(tiers, before + change)
    yield Part(change, new.rate, new)
    if before and new.rate != old.rate:
        yield Part(before, new.rate - old.rate, new, adjustment=True)


METHODS = {"Part in the Tier": by_parts, "Whole Amount": on_whole}
"""By Commission Plan.tier_method."""
