"""Rich text that would take minutes to clean is refused in no time; long texts of people are not."""

from __future__ import annotations

import time

import nh3
import pytest

from crm_platform.documents.costly_html import is_costly
from crm_platform.errors import ValidationError
from crm_platform.testing import TestSite
from support.sabotage import defended_by, no

COSTLY = ["<div>" * 30_000, "<a><b>" * 40_000, "<div>" * 5_000 + "<p>x</p>" * 50_000, "<ul><li>" * 20_000]
HIDDEN = "<div><!-- </div> -->" * 30_000
HARMLESS = [
    "<p>zwei Sätze</p>" * 20_000,
    "<div>eine Zeile</div>" * 4_000,
    "<table>" + "<tr><td>1</td><td>2</td></tr>" * 20_000 + "</table>",
    "a < b " * 100_000,
]


@defended_by("crm_platform.documents.prepare:is_costly", replace_with=no)
def test_I03_a_text_of_elements_in_each_other_is_refused_at_once(sqlite_site: TestSite) -> None:
    started = time.process_time()
    with pytest.raises(ValidationError, match="too many elements"):
        sqlite_site.insert("ToDo", description="<div>" * 12_000)
    assert time.process_time() - started < 0.9


@pytest.mark.parametrize("html", [*COSTLY, HIDDEN])
def test_what_takes_long_is_told_without_taking_long(html: str) -> None:
    started = time.process_time()
    assert is_costly(html)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("html", HARMLESS)
def test_what_people_write_is_cleaned(html: str) -> None:
    assert not is_costly(html)
    started = time.process_time()
    nh3.clean(html)
    assert time.process_time() - started < 5
