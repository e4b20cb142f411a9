"""A figure with the limit that was set for it, and the table in which a run shows them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.table import Table

ROUNDS = 7
Work = Callable[[int], object]


@dataclass(frozen=True)
class Figure:
    """One row of a table; one without a limit is only told. `at_least`: the limit is the smallest value that is good
    enough, not the largest."""

    name: str
    value: float
    limit: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def table(title: str, figures: Iterable[Figure]) -> Table:
    """The figures with their limits, and whether each is met."""
    shown = Table("figure", "value", "limit", "", title=title)
    for figure in figures:
        shown.add_row(figure.name, _text(figure.value, figure.unit), *_judged(figure))
    return shown


def _judged(figure: Figure) -> tuple[str, str]:
    if figure.limit is None:
        return "", ""
    sign = "≥" if figure.at_least else "≤"
    return f"{sign} {_text(figure.limit, figure.unit)}", "met" if figure.is_met else "[red]missed[/]"


def _text(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}".strip() if value >= 100 else f"{value:.2f} {unit}".strip()


def cpu_of_each(works: Iterable[Work], count: int) -> list[float]:
    """CPU microseconds of one call of each work: medians of alternating rounds, so that all meet the same machine."""
    kept = list(works)
    spent: list[list[float]] = [[] for _ in kept]
    for number in range(ROUNDS + 1):
        for work, times in zip(kept, spent, strict=True):
            before = time.process_time()
            for index in range(count):
                work(number * count + index)
            if number:  # the first round warms up
                times.append((time.process_time() - before) / count * 1e6)
    return [statistics.median(times) for times in spent]
