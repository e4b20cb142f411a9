"""How a reader wants numbers, dates and times written: a language, and what a site says in place of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Marks:
    """What parts a number: before its decimals, between its groups of digits; how many decimals amounts have."""

    decimal: str
    group: str
    places: int = 2
    grouping: str = "#,##0"
    """Size of the groups, as a CLDR pattern."""


INDIAN = "#,##,##0"
NUMBER_FORMATS: Mapping[str, Marks] = {
    "#,###.##": Marks(".", ","),
    "#.###,##": Marks(",", "."),
    "# ###.##": Marks(".", "\u00a0"),
    "# ###,##": Marks(",", "\u00a0"),
    "#'###.##": Marks(".", "'"),
    "#, ###.##": Marks(".", ",\u00a0"),
    "#,##,###.##": Marks(".", ",", grouping=INDIAN),
    "#,###.###": Marks(".", ",", 3),
    "#.###": Marks(",", ".", 0),
    "#,###": Marks(".", ",", 0),
}
"""Frappe's System Settings.number_format. Blanks in a number do not break lines."""

DATE_FORMATS = ("yyyy-mm-dd", "dd-mm-yyyy", "dd/mm/yyyy", "dd.mm.yyyy", "mm/dd/yyyy", "mm-dd-yyyy")
TIME_FORMATS = ("HH:mm:ss", "HH:mm")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

KNOWN: Mapping[str, frozenset[str]] = {
    "number_format": frozenset(NUMBER_FORMATS),
    "date_format": frozenset(DATE_FORMATS),
    "time_format": frozenset(TIME_FORMATS),
    "first_day_of_the_week": frozenset(WEEKDAYS),
}
PRECISIONS = ("float_precision", "currency_precision")


@dataclass(frozen=True, slots=True)
class Manner:
    """A language and Frappe's formats of System Settings; what is empty is written as CLDR says for the language.

    `float_precision`: most decimals of a number; `currency_precision`: decimals of every amount.
    """

    language: str
    number_format: str = ""
    date_format: str = ""
    time_format: str = ""
    first_day_of_the_week: str = ""
    float_precision: int | None = None
    currency_precision: int | None = None

    def overlaid(self, said: Mapping[str, Any]) -> Manner:
        """The manner after what a record says (its fields by name); formats that are not known are passed over."""
        values: dict[str, Any] = {name: said[name] for name, known in KNOWN.items() if said.get(name) in known}
        values |= {name: int(said[name]) for name in PRECISIONS if said.get(name)}
        return replace(self, **values)

    @property
    def marks(self) -> Marks | None:
        """None where the language decides."""
        return NUMBER_FORMATS.get(self.number_format)

    @property
    def week_begins(self) -> int:
        """0 (Monday, also when nothing is said) to 6, as Python counts weekdays."""
        return WEEKDAYS.index(self.first_day_of_the_week or "Monday")
