"""What customers cost besides, what they think of us, and how their value is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from json import loads
from random import Random

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record

COSTS = {"Acquisition": (300, 2500), "Campaign": (20, 200), "Loyalty Reward": (100, 1200), "Retention": (200, 1500)}
RATES = {"Call Log": 25, "Customer Visit": 380, "Event": 260, "Task": 40, "Service Request": 120}
SURVEYS = {
    survey["title"]: survey for survey in loads(files("crm_platform").joinpath("fixtures/survey.json").read_bytes())
}
ANSWERED = 0.012
"""Surveys that are answered in a month, per customer."""
OFTEN = 0.012


def insight_records(
    random: Random, profiles: Sequence[Profile], calendar: Calendar, month: int, busy: float = 1
) -> Iterator[Record]:
    """The costs and answers of a month; at the end what a cost of an activity is. `busy` times as many as usual."""
    at = calendar.at(month)
    here = [profile for profile in profiles if profile.is_here(month)]
    for profile in here:
        kind = "Acquisition" if profile.joined == month else random.choice(sorted(COSTS)[1:])
        if profile.joined == month and profile.rate or random.random() < OFTEN * busy:
            day = calendar.day(random, month).isoformat()
            amount = random.randint(*COSTS[kind])
            customer = f"@{profile.label}"
            yield record(
                "Customer Cost", at, customer=customer, cost_type=kind, posting_date=day, amount=amount, docstatus=1
            )
    for profile in here:
        if profile.rate and random.random() < ANSWERED * busy:
            yield record("Survey Response", at, **_answers(random, profile, calendar, month))
    if month == len(calendar.months) - 1:
        yield record("Sales Forecast", at, made_on=calendar.months[-4].isoformat(), horizon=6)
        rates = [{"activity": activity, "rate": rate} for activity, rate in RATES.items()]
        settings = record("Insight Settings", at, acquisition_cost=1500, rates=rates)
        yield {**settings, "update": "Insight Settings"}


def _answers(random: Random, profile: Profile, calendar: Calendar, month: int) -> dict[str, object]:
    """Who has left is less content."""
    mood = 4 if profile.left is not None else 7
    survey = SURVEYS["Customer Satisfaction" if profile.is_western else "客户满意度调查"]
    answers = [
        {
            "question": row["question"],
            "score": max(1, min(10, int(random.gauss(mood - 2 * ("Cost" in row["dimension"]), 1.6)))),
        }
        for row in survey["questions"]
    ]
    return {
        "survey": survey["title"],
        "customer": f"@{profile.label}",
        "answered_on": calendar.day(random, month).isoformat(),
        "channel": random.choice(("Phone", "Email", "Web")),
        "answers": answers,
        "docstatus": 1,
    }
