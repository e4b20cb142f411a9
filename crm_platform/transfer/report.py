"""What came of an import: counts, and for each bad row its number, column and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crm_platform.errors import render


@dataclass(frozen=True)
class BadCell:
    """One reason why a row was refused; `column` is empty where the whole row is meant."""

    row: int
    column: str
    template: str
    params: dict[str, object]

    def reason(self, translate: Callable[[str], str] | None = None) -> str:
        return render(self.template, self.params, translate)


@dataclass
class Report:
    """Counts of documents, not of rows: several rows may make one document. `refused` are documents with bad cells."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    bad: list[BadCell] = field(default_factory=list)
    data_import: str = ""
    """The Data Import that it stands in; empty for a dry run."""

    def add(self, other: Report) -> None:
        """Take in the report of a part."""
        self.inserted += other.inserted
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.refused += other.refused
        self.bad += other.bad

    @property
    def documents(self) -> int:
        return self.inserted + self.updated + self.unchanged + self.refused


Progress = Callable[[int, int], None]
"""Told (rows done, all rows) after each part."""


def unwatched(done: int, total: int) -> None:
    """The progress of an import that nobody watches."""
