"""The formats of a site reach whoever reads: System Settings, a Language before them, weeks of filters, the browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from crm_platform.desk.boot import facts_for
from crm_platform.documents.manner import manner_of
from crm_platform.documents.timespans import timespan, week_of
from crm_platform.errors import CRMError
from crm_platform.i18n.manner import Manner
from crm_platform.testing import TestSite

SETTINGS = "System Settings"


def lay_down(site: TestSite, **values: Any) -> None:
    site.update(SETTINGS, SETTINGS, **values)


def test_a_language_says_it_for_its_readers_and_the_site_for_the_others(sqlite_site: TestSite) -> None:
    site = sqlite_site
    assert site.read(manner_of) == Manner("en")
    lay_down(site, number_format="#.###,##", date_format="dd.mm.yyyy", first_day_of_the_week="Sunday")
    site.update("Language", "zh", date_format="yyyy-mm-dd")
    chinese = site.read(lambda ctx: manner_of(ctx, "zh-CN"))
    english = site.read(lambda ctx: manner_of(ctx, "en"))
    assert (chinese.number_format, chinese.date_format) == ("#.###,##", "yyyy-mm-dd")
    assert (english.number_format, english.date_format) == ("#.###,##", "dd.mm.yyyy")
    told = site.read(lambda ctx: facts_for(ctx)["formats"])
    assert (told["number_format"], told["first_day_of_the_week"]) == ("#.###,##", "Sunday")
    with pytest.raises(CRMError):
        lay_down(site, number_format="#;###")


def test_weeks_begin_where_the_site_says() -> None:
    sunday, saturday = Manner("en", first_day_of_the_week="Sunday"), Manner("en", first_day_of_the_week="Saturday")
    wednesday = date(2026, 11, 25)
    assert [week_of(wednesday, manner.week_begins).day for manner in (Manner("en"), sunday, saturday)] == [23, 22, 21]
    first, last = timespan("this week", wednesday, sunday.week_begins)
    assert (first, last) == (date(2026, 11, 22), date(2026, 11, 28))
