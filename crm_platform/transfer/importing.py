"""The import of a file: checked before anything is written, then part by part, each in a transaction of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from crm_platform.documents.reading import definition
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source
from crm_platform.transfer import journal, log
from crm_platform.transfer.applying import apply_records
from crm_platform.transfer.header import Header, read_header
from crm_platform.transfer.journal import Changes
from crm_platform.transfer.mapping import ImportMapping
from crm_platform.transfer.plan import Plan, make_plan
from crm_platform.transfer.records import Record, Records
from crm_platform.transfer.report import Progress, Report, unwatched
from crm_platform.transfer.transactions import Transactions

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

PART = 500
"""Documents in one transaction: half a second in which other writers wait, and what a kill can cost."""


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how. `languages` are those whose labels may name columns where there is no mapping."""

    doctype: str
    source: Source
    mapping: ImportMapping
    dry_run: bool = False
    languages: tuple[str, ...] = ()


@dataclass
class Importer:
    """Imports into one site. `become` gives a transaction the rights of the user whose import it is."""

    runtime: Transactions
    become: Callable[[Context], Context]
    progress: Progress = field(default=unwatched)

    def run(self, request: ImportRequest) -> Report:
        """Import the file and report on it; a dry run takes everything back.

        Raises ValidationError when file, mapping and DocType do not fit, before anything is written; PermissionError
        without the right to import. Rows that are refused raise nothing: see the report.
        """
        if request.mapping.doctype != request.doctype:
            raise ValidationError(
                "The mapping is for {other}, not for {doctype}.", other=request.mapping.doctype, doctype=request.doctype
            )
        total = sum(1 for _ in read_rows(request.source))
        header = read_header(next(read_rows(request.source), None), request.languages)
        work = _Work(self, request, header, total)
        return work.rehearse() if request.dry_run else work.perform()


class _Discard(Exception):
    """Takes a dry run back."""


@dataclass
class _Work:
    """One import under way."""

    importer: Importer
    request: ImportRequest
    header: Header
    total: int

    def perform(self) -> Report:
        """Part by part, so that others can write in between and a kill loses one part only."""
        runtime, become = self.importer.runtime, self.importer.become
        plan = runtime.read(lambda ctx: self._plan(become(ctx)))
        entry = runtime.write(lambda ctx: log.start(become(ctx), self._entry()))
        report = Report()
        for records in self._parts(plan):
            report.add(runtime.write(partial(self._write, plan, entry, records)))
            self.importer.progress(records[-1].last_row, self.total)
        runtime.write(lambda ctx: log.finish(become(ctx), entry, report, self.total - 1))
        report.data_import = entry
        self.importer.progress(self.total, self.total)
        return report

    def rehearse(self) -> Report:
        """Everything in one transaction that is taken back: later rows see what earlier ones would have made."""
        reports: list[Report] = []

        def work(ctx: Context) -> None:
            ctx = self.importer.become(ctx)
            plan = self._plan(ctx)
            reports.append(Report())
            for records in self._parts(plan):
                reports[-1].add(self._apply(ctx, plan, records)[0])
                self.importer.progress(records[-1].last_row, self.total)
            raise _Discard

        try:
            self.importer.runtime.write(work)
        except _Discard:
            self.importer.progress(self.total, self.total)
        return reports[-1]

    def _write(self, plan: Plan, entry: str, records: list[Record], ctx: Context) -> Report:
        report, changes = self._apply(self.importer.become(ctx), plan, records)
        journal.keep(ctx, entry, changes)
        return report

    def _plan(self, ctx: Context) -> Plan:
        return make_plan(ctx, importable(ctx, self.request.doctype), self.request.mapping, self.header)

    def _apply(self, ctx: Context, plan: Plan, records: list[Record]) -> tuple[Report, Changes]:
        """A part, unless the DocType has become another one meanwhile."""
        if ctx.definitions.get(plan.meta.name) is not plan.meta:
            now = self._plan(ctx)
            if now.targets != plan.targets:
                raise ValidationError(
                    "{doctype} was changed during the import. Run it again: it goes on where it stopped.",
                    doctype=plan.meta.name,
                )
        return apply_records(ctx, plan, records)

    def _parts(self, plan: Plan) -> Iterator[list[Record]]:
        rows = read_rows(self.request.source)
        next(rows, None)
        records = Records(plan, self.importer.runtime.zone).read(rows)
        while part := list(islice(records, PART)):
            yield part

    def _entry(self) -> log.Entry:
        path = self.request.source.path
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return log.Entry(self.request.doctype, path.name, digest.hexdigest(), self.request.mapping)


def importable(ctx: Context, doctype: str) -> DocType:
    """The DocType, if documents of it can be imported by the caller. Raises ValidationError or PermissionError."""
    meta = definition(ctx, doctype)
    if meta.issingle or meta.istable or meta.is_virtual:
        raise ValidationError("{doctype} is no DocType with documents of its own.", doctype=doctype)
    if not ctx.policy.allows(meta, "import"):
        raise PermissionError("You may not import {doctype}.", doctype=doctype)
    return meta


def without_mapping(doctype: str, key: Iterable[str] = ()) -> ImportMapping:
    """What stands for a mapping when there is none: columns by fieldname or label."""
    return ImportMapping(doctype, tuple(key))


def with_key(mapping: ImportMapping, key: Iterable[str]) -> ImportMapping:
    """The mapping with another key, when one is given."""
    chosen = tuple(key)
    return replace(mapping, key=chosen) if chosen else mapping
