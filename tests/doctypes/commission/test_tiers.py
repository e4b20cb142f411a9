"""Tiers and shares against plain calculation: for any numbers, the parts are what the whole is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from crm_platform.doctypes.commission.tiers import Tier, by_parts, gap_or_overlap, on_whole
from crm_platform.doctypes.selling.sharing import split

CENT = Decimal("0.01")
AMOUNTS = st.integers(-10_000_000, 10_000_000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def ladders(draw: st.DrawFn) -> list[Tier]:
    """Tiers from 0 without gap or overlap."""
    ends: list[Decimal] = sorted(draw(st.sets(st.integers(1, 9_000_000).map(lambda n: Decimal(n) / 100), max_size=4)))
    rates = draw(st.lists(st.integers(0, 400).map(lambda n: Decimal(n) / 10), min_size=5, max_size=5))
    starts = [Decimal(0), *ends]
    return [Tier(start, end, rate) for start, end, rate in zip(starts, [*ends, None], rates, strict=False)]


def earned_by_parts(tiers: Sequence[Tier], amount: Decimal) -> Fraction:
    """The exact commission on all of an amount, cent by tier, by plain fractions."""
    if amount <= 0:
        return Fraction(amount * tiers[0].rate) / 100
    tops = (amount if tier.end is None else min(amount, tier.end) for tier in tiers)
    return sum(
        (Fraction(max(top - tier.start, Decimal(0)) * tier.rate) / 100 for top, tier in zip(tops, tiers, strict=True)),
        Fraction(),
    )


def earned_on_whole(tiers: Sequence[Tier], amount: Decimal) -> Fraction:
    rate = next(tier.rate for tier in tiers if tier.end is None or amount < tier.end)
    return Fraction(amount * rate) / 100


@given(ladders(), st.lists(AMOUNTS.filter(bool), min_size=1, max_size=12))
def test_whatever_goes_up_and_down_the_total_is_that_of_the_sum(tiers: list[Tier], changes: list[Decimal]) -> None:
    """Returns take back what the same amount would have earned: nobody gains by selling and taking back."""
    for method, earned in ((by_parts, earned_by_parts), (on_whole, earned_on_whole)):
        reached, exact, paid, lines = Decimal(0), Fraction(), Decimal(0), 0
        for change in changes:
            parts = list(method(tiers, reached, change))
            assert sum(part.amount for part in parts if not part.adjustment) == change
            for part in parts:
                exact += Fraction(part.amount * part.rate) / 100
                rounded = (part.amount * part.rate / 100).quantize(CENT, ROUND_HALF_UP)
                assert part.commission(2) == rounded
                paid, lines = paid + rounded, lines + 1
            reached += change
        assert exact == earned(tiers, reached)
        assert abs(Fraction(paid) - exact) <= Fraction(lines, 200)


@given(AMOUNTS, st.lists(st.integers(1, 1000).map(lambda n: Decimal(n) / 10), min_size=1, max_size=7))
def test_parts_add_up_to_the_cent_and_none_is_a_cent_off(amount: Decimal, shares: list[Decimal]) -> None:
    parts = split(amount, shares, 2)
    assert sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * Fraction(share) / Fraction(sum(shares))) < Fraction(1, 100)
    assert [-part for part in split(-amount, shares, 2)] == parts


@given(ladders(), st.integers(0, 4), st.sampled_from([CENT, -CENT]))
def test_a_gap_and_an_overlap_of_a_cent_are_found(tiers: list[Tier], place: int, shift: Decimal) -> None:
    assert gap_or_overlap(tiers) is None
    index = place % len(tiers)
    moved = [
        Tier(tier.start + shift, tier.end, tier.rate) if number == index else tier for number, tier in enumerate(tiers)
    ]
    assert gap_or_overlap(moved) == index


def test_an_endless_tier_is_the_last() -> None:
    tiers = [Tier(Decimal(0), None, Decimal(1)), Tier(Decimal(5), None, Decimal(2))]
    assert gap_or_overlap(tiers) == 1
