"""Fills a Holiday List with the public holidays of a country, China's substituted working days among them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from crm_platform.automation.service_levels.agreements import WEEKDAYS
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, ValidationError

HOLIDAY_LIST = "Holiday List"
MOST_YEARS = 20
LANGUAGES = {"zh": "zh_CN", "en": "en_US"}
WORKED_LIKE = "Monday"
"""The hours of a day off that is worked instead of a bridge day."""


def fill(ctx: Context, name: str) -> Document:
    """Add the public holidays of the list's country, and its weekly days off, to the stored list; dates stay unique.

    Raises DoesNotExistError, ValidationError for a country or subdivision that the library does not know.
    """
    doc = ctx.store.get(HOLIDAY_LIST, name, for_update=True)
    known = {row["holiday_date"] for row in doc["holidays"]}
    found = {
        **{row["holiday_date"]: row for row in _weekly(doc)},
        **{row["holiday_date"]: row for row in _public(ctx, doc)},
    }
    for day in sorted(found.keys() - known):
        doc.append("holidays", found[day])
    return ctx.store.save(doc)


def _weekly(doc: Document) -> Iterator[dict[str, Any]]:
    if not doc.get("weekly_off"):
        return
    weekday = WEEKDAYS.index(doc["weekly_off"])
    day = doc["from_date"] + timedelta(days=(weekday - doc["from_date"].weekday()) % 7)
    while day <= doc["to_date"]:
        yield {"holiday_date": day, "description": doc["weekly_off"], "weekly_off": 1}
        day += timedelta(days=7)


def _public(ctx: Context, doc: Document) -> Iterator[dict[str, Any]]:
    if not doc.get("country"):
        return
    first, last = doc["from_date"], doc["to_date"]
    calendar = _calendar(doc, range(first.year, last.year + 1), ctx.language)
    for day, description in calendar.items():
        if first <= day <= last:
            yield {"holiday_date": day, "description": description}
    for day in calendar.weekend_workdays:
        if first <= day <= last:
            yield {"holiday_date": day, "description": ctx._("Working day"), "works_like": WORKED_LIKE}


def _calendar(doc: Document, years: range, language: str) -> Any:
    import holidays  # noqa: PLC0415 0.1 s to import, and needed once a year

    wanted = LANGUAGES.get(language.partition("-")[0], LANGUAGES["en"])
    country, subdivision = str(doc["country"]).upper(), str(doc.get("subdivision", "")).upper() or None
    try:
        known = holidays.country_holidays(country).supported_languages
        spoken = wanted if wanted in known else None
        return holidays.country_holidays(country, subdiv=subdivision, years=years, language=spoken)
    except NotImplementedError:
        template = (
            "No public holidays are known for {country} {subdivision}. Use ISO codes, for example CN or DE and BY."
        )
        params = {"country": country, "subdivision": subdivision or ""}
        raise ValidationError(template, errors=[FieldError("country", template, params={**params})], **params) from None


def check_list(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the context
    """The dates of a list lie within it, each once. Raises ValidationError."""
    first, last = doc.get("from_date"), doc.get("to_date")
    if first is None or last is None:
        return
    if last < first or last.year - first.year > MOST_YEARS:
        template = "To Date must lie after From Date, at most {limit} years."
        raise ValidationError(template, errors=[FieldError("to_date", template)], limit=MOST_YEARS)
    seen: set[date] = set()
    for index, row in enumerate(doc["holidays"], start=1):
        day = row.get("holiday_date")
        if day is not None and (day in seen or not first <= day <= last):
            template = "{date} is there twice, or lies outside of the list."
            fault = FieldError("holiday_date", template, table="holidays", row=index, params={"date": day})
            raise ValidationError(template, errors=[fault], date=day)
        seen.add(day)


def count(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the context
    """Holiday List.total_holidays: days that are free."""
    doc["total_holidays"] = sum(1 for row in doc["holidays"] if not row.get("works_like"))
