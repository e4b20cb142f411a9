"""Demo data is written for one day; here it is moved to another, so that what is due soon stays due soon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

DAY = date(2026, 3, 31)
"""The day for which the dates in the files are written."""
TIMES = {
    re.compile(r"\d{4}-\d\d-\d\d"): "%Y-%m-%d",
    re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"): "%Y-%m-%d %H:%M:%S",
}
"""What looks like a date or a time, and how it is written."""


def moved(value: Any, by: timedelta) -> Any:
    """`value`, a record or a part of one, with every date in it `by` later."""
    if isinstance(value, Mapping):
        return {key: moved(inner, by) for key, inner in value.items()}
    if isinstance(value, list):
        return [moved(inner, by) for inner in value]
    if isinstance(value, str):
        for pattern, form in TIMES.items():
            if pattern.fullmatch(value):
                return (datetime.strptime(value, form) + by).strftime(form)
    return value
