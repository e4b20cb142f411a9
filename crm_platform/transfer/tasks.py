"""Imports as work in the background: reading an uploaded file, taking an import back, each part a step of its job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from crm_platform.jobs.job import Job
from crm_platform.jobs.task import Task
from crm_platform.spreadsheets.source import Source
from crm_platform.transfer.importing import Importer, ImportRequest
from crm_platform.transfer.mapping import mapping_of
from crm_platform.transfer.report import Report
from crm_platform.transfer.undoing import Undoing, Undone

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

T = TypeVar("T")
IMPORT, UNDO = "core:import", "core:undo_import"
LONGEST = 6 * 3600.0
"""Seconds that an import may take."""

TOLD = 1000
"""Bad cells and kept documents that a result names."""

FindFile = Callable[["Context", str], Path]
"""The path of an uploaded file by its address; raises DoesNotExistError for one that the caller may not read."""


@dataclass
class Steps:
    """The transactions of a job, in the shape in which an import makes them."""

    job: Job
    _writing: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return self.job.runtime.zone

    def read(self, work: Callable[[Context], T]) -> T:
        return self.job.read(work)

    def write(self, work: Callable[[Context], T]) -> T:
        self._writing = True
        try:
            return self.job.write(work)
        finally:
            self._writing = False

    def told(self, done: int, total: int) -> None:
        """Progress in rows. A dry run is one transaction: nothing can be written beside it, its progress neither."""
        if not self._writing:
            self.job.progress(100 * done / max(total, 1), "{done} of {total}", done=done, total=total)


def source_of(path: Path, options: Mapping[str, str]) -> Source:
    """`options` are encoding, delimiter and sheet, as far as they are given."""
    return Source(path, **{name: options[name] for name in ("encoding", "delimiter", "sheet") if options.get(name)})


def import_tasks(find: FindFile, languages: tuple[str, ...]) -> dict[str, Task]:
    """The tasks of this room; `languages` are those in which a column may be called by its label."""

    def run(
        job: Job,
        *,
        doctype: str,
        file_url: str,
        mapping: dict[str, Any],
        options: dict[str, str],
        dry_run: bool,
        language: str = "",
    ) -> dict[str, Any]:
        source = source_of(job.read(lambda ctx: find(ctx, file_url)), options)
        chosen = mapping_of(doctype, mapping)
        steps = Steps(job)
        request = ImportRequest(doctype, source, chosen, dry_run=dry_run, languages=languages)
        speaking = partial(_speaking, language=language)
        report = Importer(steps, speaking, steps.told).run(request)
        return job.read(lambda ctx: _report(speaking(ctx), report))

    def undo(job: Job, *, data_import: str, dry_run: bool, language: str = "") -> dict[str, Any]:
        steps = Steps(job)
        speaking = partial(_speaking, language=language)
        undone = Undoing(steps, speaking, steps.told).run(data_import, dry_run=dry_run)
        return job.read(lambda ctx: _undone(speaking(ctx), undone))

    make = partial(Task, steps=True, time_limit=LONGEST, cancellable=True, pauses=(10.0, 60.0))
    return {IMPORT: make(IMPORT, run), UNDO: make(UNDO, undo)}


def _speaking(ctx: Context, language: str) -> Context:
    """The transactions of a job have the rights of its user already. Reasons are told in the language in which the
    import was asked for: an account need not name one."""
    return replace(ctx, language=language or ctx.language)


def _report(ctx: Context, report: Report) -> dict[str, Any]:
    bad = [{"row": one.row, "column": one.column, "reason": one.reason(ctx._)} for one in report.bad[:TOLD]]
    return {
        "inserted": report.inserted,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "data_import": report.data_import,
        "bad": bad,
    }


def _undone(ctx: Context, undone: Undone) -> dict[str, Any]:
    kept = [{"name": one.name, "reason": ctx._(one.template, **one.params)} for one in undone.kept[:TOLD]]
    return {"removed": undone.removed, "restored": undone.restored, "kept_documents": len(undone.kept), "kept": kept}
