"""Where a customer stands among all: levels of the value grid, who brings 80 % of the profit, recency and its like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.insight.figures import COSTS, Figures
from crm_platform.doctypes.insight.settings import Stated

Levels = Mapping[str, Decimal | None]
"""Name of a threshold in the Insight Settings → the amount from which it holds; None where nobody reaches it."""
EIGHTY = Decimal(80)
CENT = Decimal("0.01")
SCORES = 5
TENTHS = 10


def thresholds(values: Sequence[Figures], stated: Stated) -> Levels:
    """From which amounts contribution and cost are high and middle, by shares of the customers that have any."""
    found: dict[str, Decimal | None] = {}
    for name, amount in (("contribution", contribution), ("cost", cost)):
        amounts = sorted((amount(value) for value in values if amount(value) > 0), reverse=True)
        found[f"high_{name}"] = _at(amounts, stated.high)
        found[f"middle_{name}"] = _at(amounts, stated.high + stated.middle)
    return found


def _at(amounts: Sequence[Decimal], share: Decimal) -> Decimal | None:
    """The smallest amount of the first `share` of them."""
    count = int(len(amounts) * share)
    return amounts[count - 1] if count else None


def contribution(value: Mapping[str, Any]) -> Decimal:
    return Decimal(value["base_profit"] + value["cross_selling_profit"] + value["referral_saving"])


def cost(value: Mapping[str, Any]) -> Decimal:
    return sum((value[name] for name in COSTS), Decimal(value["activity_cost"]))


def level(amount: Decimal, high: Decimal | None, middle: Decimal | None) -> str:
    if high is not None and amount >= high:
        return "High"
    return "Middle" if middle is not None and amount >= middle else "Low"


def rank(values: Sequence[Figures], rows: Sequence[Mapping[str, Any]], levels: Levels) -> None:
    """Add to `values` what depends on the others; `rows` are the figures of their customers, in the same order."""
    for value in values:
        for name, amount in (("contribution", contribution(value)), ("cost", cost(value))):
            value[f"{name}_level"] = level(amount, levels[f"high_{name}"], levels[f"middle_{name}"])
    _pareto(values)
    buyers = [(value, row) for value, row in zip(values, rows, strict=True) if row["invoice_count"]]
    for value in values:
        value |= {"recency_score": 0, "frequency_score": 0, "monetary_score": 0}
    for score, field in (("recency", "last_sale_on"), ("frequency", "invoice_count"), ("monetary", "net_sales")):
        _score(f"{score}_score", [(row[field], value) for value, row in buyers])


def _pareto(values: Sequence[Figures]) -> None:
    """Ranks by gross profit; those count for the 80 % who are needed to reach it."""
    profits = {id(value): value["base_profit"] + value["cross_selling_profit"] for value in values}
    ordered = sorted(values, key=lambda value: (-profits[id(value)], value["customer"]))
    total = sum((profit for profit in profits.values() if profit > 0), Decimal(0))
    before = Decimal(0)
    for place, value in enumerate(ordered):
        profit = profits[id(value)]
        value["brings_80"] = int(profit > 0 and before * 100 < total * EIGHTY)
        before += max(profit, Decimal(0))
        value["profit_rank"] = place + 1
        value["profit_decile"] = place * TENTHS // len(ordered) + 1
        value["cumulative_share"] = (before / total * 100).quantize(CENT) if total else Decimal(0)


def _score(name: str, found: Sequence[tuple[Any, Figures]]) -> None:
    """1 to 5 by fifths of the buyers; who has the same figure has the same score, the better one."""
    ordered = sorted((figure for figure, _ in found), reverse=True)
    place = {figure: len(ordered) - 1 - index for index, figure in reversed(list(enumerate(ordered)))}
    for figure, value in found:
        value[name] = 1 + place[figure] * SCORES // len(ordered)
