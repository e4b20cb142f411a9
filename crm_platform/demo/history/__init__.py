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
from crm_platform.demo.history.insight import insight_records
from crm_platform.demo.history.masters import master_records
from crm_platform.demo.history.profiles import make_profiles
from crm_platform.demo.history.records import Record
from crm_platform.demo.history.service import service_records
from crm_platform.demo.history.trade import Trade

SEED = 20260331
CUSTOMERS = 2000
YEARS = 3


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
