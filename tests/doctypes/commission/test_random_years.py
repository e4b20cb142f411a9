"""Random sales, splits, returns and cancellations, closed at random days: the cents are those of plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.commission import SalesForce, sales_force
from support.selling import Trade

MONTHS = ("01-31", "02-28", "03-31", "04-30")
LIMIT, LOW, HIGH = Decimal(1000), Decimal("3.5"), Decimal("7.25")
TIERS = ({"from_amount": 0, "to_amount": 1000, "rate": 3.5}, {"from_amount": 1000, "rate": 7.25})

Sale = tuple[int, int, int, str]
"""Month, cents, share of the first person, and what becomes of it in the month after."""
SALES = st.tuples(
    st.integers(0, 2), st.integers(1, 150_000), st.integers(0, 100), st.sampled_from(["kept", "returned", "cancelled"])
)


def wanted(sales: Sequence[Sale], shares: Sequence[Decimal], *, whole: bool) -> Fraction:
    """What the year is worth in the end: kept sales alone, the limit reached or not."""
    reached = sum((share for (*_, fate), share in zip(sales, shares, strict=True) if fate == "kept"), Decimal(0))
    if whole:
        return Fraction(reached * (HIGH if reached >= LIMIT else LOW)) / 100
    return Fraction(min(reached, LIMIT) * LOW + max(reached - LIMIT, Decimal(0)) * HIGH) / 100


def work(force: SalesForce, sales: Sequence[Sale]) -> list[dict[str, Any]]:
    """Make, take back and state the sales month by month, for the first person."""
    first, second = force.persons
    made: list[tuple[Sale, str]] = []
    closed = []
    for month, last in enumerate(MONTHS):
        for (sold, _, _, fate), name in made:
            if sold == month - 1 and fate == "returned":
                force.credit(name, f"2025-{last}")
            if sold == month - 1 and fate == "cancelled":
                force.trade.accounts.change("Sales Invoice", name, docstatus=2)
        for sale in sales:
            if sale[0] == month:
                team = [(person, share) for person, share in ((first, sale[2]), (second, 100 - sale[2])) if share]
                made.append((sale, force.invoice(f"2025-{last[:2]}-05", sale[1] / 100, team)))
        closed.append(force.close(first, f"2025-{last[:2]}-01", f"2025-{last}"))
    return closed


@settings(
    max_examples=4,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(SALES, min_size=2, max_size=5), st.booleans())
def test_any_year_is_worth_what_was_kept(trade: Trade, sales: list[Sale], whole: bool) -> None:
    force = sales_force(trade)
    force.plan(*TIERS, tier_method="Whole Amount" if whole else "Part in the Tier")
    closed = work(force, sales)
    for statement in closed:
        for row in statement["lines"]:
            exact = Fraction(str(row["amount"])) * Fraction(str(row["rate"])) / 100
            assert abs(Fraction(str(row["commission"])) - exact) <= Fraction(1, 200)
    count = sum(len(statement["lines"]) for statement in closed)
    paid = sum((Fraction(str(statement["total_commission"])) for statement in closed), Fraction())
    by_hand = [(Decimal(cents) * share / 10_000) for _, cents, share, _ in sales]
    assert abs(paid - wanted(sales, by_hand, whole=whole)) <= Fraction(count, 200) + Fraction(len(sales), 100)
    for statement in closed:
        assert force.again(statement["name"])["same"]
