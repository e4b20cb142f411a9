"""F09: nothing that a spreadsheet would run leaves as it is, and reading gives back the very same text."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.spreadsheets.formulas import harmless, original
from support.sabotage import defended_by, no, yes

STARTS = "=+-@\t\r＝＋－＠"


@defended_by("crm_platform.spreadsheets.formulas:_DANGEROUS", replace_with=SimpleNamespace(match=no))
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("before", ["", " ", "\u200b", "\ufeff", "\n", "\x00 \u2060", "'", "''\u3000"])
def test_F09_a_text_that_starts_a_formula_is_protected(start: str, before: str) -> None:
    assert harmless(f"{before}{start}HYPERLINK()").startswith("'" + before)


@defended_by("crm_platform.spreadsheets.formulas:_DANGEROUS", replace_with=SimpleNamespace(match=yes))
@pytest.mark.parametrize("text", ["", "北京", "1+1", "a=b", "'quoted'", "12", "' 'a"])
def test_F09_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == original(text) == text


@defended_by("crm_platform.spreadsheets.formulas:_PROTECTED", replace_with=SimpleNamespace(match=no))
@given(st.text(alphabet=st.sampled_from("'=+-@ \u200b＝a\t\r北"), max_size=8) | st.text())
def test_F09_what_was_protected_reads_as_it_was(text: str) -> None:
    assert original(harmless(text)) == text
    assert harmless(text).lstrip()[:1] not in tuple("=+-@＝＋－＠")
