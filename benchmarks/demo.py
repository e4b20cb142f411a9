"""The large demo: 2,000 customers with three years of history, brought in through the store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.figures import Figure
from crm_platform.demo.history import history
from crm_platform.sites.demo import fill
from crm_platform.testing import make_site

LIMIT = 30.0
"""Seconds."""
UNTIL = date(2026, 3, 31)


def demo_figures(folder: Path, database: str = "") -> Iterator[Figure]:
    """How long it takes to invent the history and to bring it in."""
    site = make_site(folder, database)
    started, busy = time.perf_counter(), time.process_time()
    records = list(history(UNTIL))
    fill(site.site, "zeig-mal-her", lambda _: None, records)
    yield Figure(f"large demo, {len(records):,} records", time.perf_counter() - started, LIMIT, "s")
    yield Figure("large demo: CPU", time.process_time() - busy, None, "s")
    site.site.close()
