"""Result sheets: the level a pack reaches, its promise, and exemptions that must give a reason."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.pack import ValidationError
from crm_platform.testing.quality import LEVELS, Answer, Missing, Question, Sheet, State, answer, promise


def sheet(*states: State, promised: str = "") -> Sheet:
    """A sheet with one question per level."""
    answers = tuple(
        Answer(f"q{n}", level, "", state) for n, (level, state) in enumerate(zip(LEVELS, states, strict=True))
    )
    return Sheet("trial", "1.0", promised, answers)


@pytest.mark.parametrize(
    ("states", "reached"),
    [
        (("kept", "kept", "kept", "kept"), "platinum"),
        (("kept", "exempt", "kept", "broken"), "gold"),
        (("kept", "missing", "kept", "kept"), "bronze"),
        (("broken", "kept", "kept", "kept"), ""),
    ],
)
def test_a_level_asks_for_those_before_it(states: tuple[State, ...], reached: str) -> None:
    assert sheet(*states).reached == reached


def test_a_promise_is_kept_or_broken() -> None:
    states: tuple[State, ...] = ("kept", "kept", "missing", "kept")
    assert sheet(*states, promised="silver").keeps_its_promise
    assert not sheet(*states, promised="gold").keeps_its_promise
    assert sheet(*states).keeps_its_promise
    assert not sheet("broken", "kept", "kept", "kept").keeps_its_promise


def nothing_found() -> list[str]:
    return []


def not_here() -> list[str]:
    raise Missing("PostgreSQL")


QUESTION = Question("links", "silver", "what it points to is there", nothing_found)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"level": "diamond"}, "no level diamond"),
        ({"exemptions": {"beauty": "because"}}, "the exemption beauty"),
        ({"exemptions": {"links": " "}}, "give a reason"),
        ({"exemptions": {"links": True}}, "give a reason"),
    ],
)
def test_a_quality_file_that_says_nothing_is_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        promise(settings, [QUESTION])


def test_a_question_is_kept_broken_exempt_or_missing() -> None:
    broken = Question("links", "silver", "", lambda: ["甲 is lost."])
    missing = Question("links", "silver", "", not_here)
    assert [answer(one, {}).state for one in (QUESTION, broken, missing)] == ["kept", "broken", "missing"]
    assert answer(broken, {}).sentences == ("甲 is lost.",)
    assert answer(broken, {"links": "Later."}).state == "exempt"
