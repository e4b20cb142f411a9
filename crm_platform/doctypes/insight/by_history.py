"""A series of months carried on by statsforecast, which is an optional extra: the mathematics is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

SHORTEST = 6
SEASON = 12
CENT = Decimal("0.01")


class MissingLibrary(Exception):
    """statsforecast is not installed."""


class TooShort(Exception):
    """There are too few months to learn from."""


@dataclass(frozen=True)
class Carried:
    """The months that follow: mean, lower and upper bound of each."""

    method: str
    months: Sequence[tuple[Decimal, Decimal, Decimal]]


def by_history(sold: Sequence[Decimal], ahead: int, confidence: int) -> Carried:
    """Carry `sold` on by `ahead` months with exponential smoothing, the model chosen by statsforecast (AutoETS).

    Months before the first sale do not count; with two years or more the season of the year does. Bounds hold the
    figure with a probability of `confidence` per cent. Raises MissingLibrary, TooShort.
    """
    begun = next((number for number, amount in enumerate(sold) if amount), len(sold))
    series = [float(amount) for amount in sold[begun:]]
    models, arrays = _libraries()
    if len(series) < SHORTEST:
        raise TooShort("There are fewer than six months of sales to learn from.")
    season = SEASON if len(series) >= 2 * SEASON else 1
    model = models.AutoETS(season_length=season)
    found = model.forecast(y=arrays.array(series), h=ahead, level=[confidence])
    columns = (found["mean"], found[f"lo-{confidence}"], found[f"hi-{confidence}"])
    months = [(_money(mean), _money(lower), _money(upper)) for mean, lower, upper in zip(*columns, strict=True)]
    return Carried(f"AutoETS, {len(series)} months", months)


def _libraries() -> tuple[Any, Any]:
    """Imported here: they load for seconds, and most processes never forecast."""
    try:
        return import_module("statsforecast.models"), import_module("numpy")
    except ImportError:
        sentence = "The forecast by history needs the extra forecast: pip install crm_platform[forecast]."
        raise MissingLibrary(sentence) from None


def _money(number: Any) -> Decimal:
    """Nothing is sold below zero."""
    return Decimal(str(max(float(number), 0.0))).quantize(CENT)
