"""A company's history as plain records: invented customers and years of business with them, the same for a seed.

Nothing is imported but the standard library and this folder: who fills a site decides how the records get in. The
format is that of the README beside this folder; a record with `at` was made at that moment, in its state of today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.customers import customer_records
from crm_platform.demo.history.in_hand import in_hand
from crm_platform.demo.history.insight import insight_records
from crm_platform.demo.history.known import known_profiles, year_of
from crm_platform.demo.history.masters import master_records
from crm_platform.demo.history.profiles import make_profiles
from crm_platform.demo.history.records import Record
from crm_platform.demo.history.service import service_records
from crm_platform.demo.history.trade import Trade
from crm_platform.demo.history.waiting import waiting

SEED = 20260331
CUSTOMERS = 2000
YEARS = 3
MONTHS = 13
"""Of the history of a small demo: this month and the twelve before it."""


def history(until: date, customers: int = CUSTOMERS, seed: int = SEED) -> Iterator[Record]:
    """The records of three years that end with the day `until`, month by month, those of one DocType in a row."""
    calendar = Calendar(until, YEARS * 12)
    random = Random(seed)  # noqa: S311 invented figures, the same every time
    profiles = make_profiles(random, customers, calendar)
    trade = Trade(random, calendar)
    yield from master_records(calendar)
    for number in range(len(calendar.months)):
        yield from customer_records(random, profiles, calendar, number)
        yield from trade.month(profiles, number)
        yield from service_records(random, profiles, calendar, number)
        yield from insight_records(random, profiles, calendar, number)


def small_history(until: date, seed: int = SEED) -> Iterator[Record]:
    """Instead of that: a year or so with the customers in the files of the demo."""
    calendar = Calendar(until, MONTHS)
    random = Random(seed)  # noqa: S311 invented figures, the same every time
    yield from year_of(random, known_profiles(random, MONTHS), calendar)


def work_of_today(until: date, seed: int = SEED) -> Iterator[Record]:
    """After either: what people have in hand on the day `until`, and what the company waits for."""
    calendar = Calendar(until, MONTHS)
    profiles = known_profiles(Random(seed), MONTHS)  # noqa: S311 invented figures, the same every time
    yield from in_hand(profiles, calendar)
    yield from waiting(profiles, calendar)
