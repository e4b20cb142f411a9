"""The result sheet of a pack: what it was asked, what it answered, and the quality level that it reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from crm_platform.errors import ValidationError

LEVELS = ("bronze", "silver", "gold", "platinum")
"""From "it works and comes off cleanly" to "it is cared for"; each level asks for those before it."""

State = Literal["kept", "broken", "exempt", "missing"]


class Missing(Exception):
    """A question cannot be asked on this machine; says what would have to be installed."""


@dataclass(frozen=True)
class Question:
    """One thing that a level asks of a pack. `ask` gives a sentence per fault, and raises Missing."""

    id: str
    level: str
    text: str
    ask: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Answer:
    """What came of a question; `sentences` are its faults, the reason of an exemption, or what is missing."""

    question: str
    level: str
    text: str
    state: State
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """All answers of one pack. `promised` is the level of its quality file, "" when it promises none."""

    pack: str
    version: str
    promised: str
    answers: tuple[Answer, ...]

    @property
    def reached(self) -> str:
        """The highest level of which, and of those below it, every question is kept or exempt; "" when none."""
        reached = ""
        for level in LEVELS:
            if any(one.state in ("broken", "missing") for one in self.answers if one.level == level):
                break
            reached = level
        return reached

    @property
    def keeps_its_promise(self) -> bool:
        """Whether the promised level is reached, or at least the first one where none is promised."""
        wanted = self.promised or LEVELS[0]
        return self.reached != "" and LEVELS.index(self.reached) >= LEVELS.index(wanted)

    def as_dict(self) -> dict[str, Any]:
        """The sheet as JSON data."""
        return {**asdict(self), "reached": self.reached, "keeps_its_promise": self.keeps_its_promise}


def promise(settings: Mapping[str, Any], questions: Sequence[Question]) -> tuple[str, Mapping[str, str]]:
    """The level and the exemptions of a quality file. Raises ValidationError for what is not known or has no reason."""
    level, exemptions = settings.get("level", ""), settings.get("exemptions", {})
    if level and level not in LEVELS:
        raise ValidationError(
            "quality.toml: there is no level {level}. There are: {known}", level=str(level), known=", ".join(LEVELS)
        )
    known = {question.id for question in questions}
    for name, reason in exemptions.items():
        if name not in known or not isinstance(reason, str) or not reason.strip():
            raise ValidationError(
                "quality.toml: the exemption {name} must name a question and give a reason. Questions are: {known}",
                name=name,
                known=", ".join(sorted(known)),
            )
    return level, exemptions


def answer(question: Question, exemptions: Mapping[str, str]) -> Answer:
    """Ask one question. An exempt question is not asked."""
    if question.id in exemptions:
        return _answered(question, "exempt", exemptions[question.id])
    try:
        faults = question.ask()
    except Missing as missing:
        return _answered(question, "missing", str(missing))
    return _answered(question, "broken" if faults else "kept", *faults)


def _answered(question: Question, state: State, *sentences: str) -> Answer:
    return Answer(question.id, question.level, question.text, state, sentences)
