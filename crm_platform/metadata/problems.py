"""Problem: one fault of a definition, with where it is and what to do; how a list of them is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from crm_platform.errors import CRMError, DefinitionError, FieldError, Text, Translate, render

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One fault of one definition.

    `id` is the stable number of the check ("D101"); `source` the file or record; `line` counts from 1 (0: unknown);
    `key` is the path inside the definition ("fields[3].options"); `template` and `remedy` are English sentences whose
    placeholders `params` fills. Errors stop a definition from taking effect, warnings do not.
    """

    id: str
    template: str
    remedy: str
    level: Level = "error"
    source: str = ""
    line: int = 0
    key: str = ""
    doctype: str = ""
    fieldname: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    error: type[CRMError] = DefinitionError
    """The class that a single definition with this fault is refused with."""

    def message(self, translate: Translate | None = None) -> str:
        return render(self.template, self.params, translate)

    def advice(self, translate: Translate | None = None) -> str:
        return render(self.remedy, self.params, translate)

    @property
    def texts(self) -> dict[str, Any]:
        """The two sentences as parameters of a message."""
        return {"fault": Text(self.template, self.params), "remedy": Text(self.remedy, self.params)}

    @property
    def is_error(self) -> bool:
        return self.level == "error"

    @property
    def place(self) -> str:
        """Where the fault is, as a person would look for it: "lead.json:12 fields[3].options"."""
        line = f":{self.line}" if self.line else ""
        return f"{self.source}{line} {self.key}".strip()


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that stop a definition from taking effect."""
    return [problem for problem in problems if problem.is_error]


STRICT = frozenset({"D011", "D024", "D103", "D301"})
"""Warnings about a folder of definitions (Frappe's own files have such faults) that are errors in a single record."""


def refuse(problems: Iterable[Problem]) -> None:
    """Raise one error that lists every error among `problems`; return when there is none.

    Its class is that of the first one (NameError for a DocType's name, InvalidFieldNameError…), as in Frappe.
    """
    _raise(errors_of(problems))


def refuse_record(problems: Iterable[Problem]) -> None:
    """As `refuse`, for one record that a person or client saves: there a missing DocType is an error, too."""
    _raise([problem for problem in problems if problem.is_error or problem.id in STRICT])


def _raise(errors: Sequence[Problem]) -> None:
    if not errors:
        return
    first = errors[0]
    faults = [
        FieldError(problem.fieldname or problem.key, "{fault} {remedy}", problem.error.__name__, params=problem.texts)
        for problem in errors
    ]
    template = "{place}: {fault} {remedy}" if first.source else "{fault} {remedy}"
    raise first.error(template, errors=faults, place=first.place, **first.texts)
