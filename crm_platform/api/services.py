"""The abilities that the API offers besides documents, as interfaces; the rooms behind them are wired in `app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm_platform.documents.context import Context
from crm_platform.events.publishing import Publisher
from crm_platform.files.attachments import Files
from crm_platform.jobs.task import Tasks
from crm_platform.mail.outbox import Outbox
from crm_platform.printing.snapshot import Snapshot


class PrintService(Protocol):
    """Snapshot in a transaction; the rest outside of it, in worker processes. See printing.service.Printing."""

    def snapshot(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        *,
        print_format: str,
        language: str,
        letterhead: bool | str,
        page_size: str,
    ) -> Snapshot: ...
    def trial(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        unsaved: Mapping[str, Any],
        *,
        language: str,
        letterhead: bool | str,
    ) -> Snapshot: ...
    async def html(self, snapshot: Snapshot) -> str: ...
    async def pdf(self, snapshot: Snapshot) -> bytes: ...
    async def book(self, snapshots: Sequence[Snapshot]) -> bytes: ...
    def fill(self, frozen: str) -> dict[str, str]: ...


class ExportService(Protocol):
    """Rows as a file: csv or xlsx, with spreadsheet formulas neutralised."""

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes: ...


@dataclass(frozen=True)
class Services:
    """`negotiate` gives the first of some language tags that the site speaks (i18n.Catalogues.negotiate);
    `pack_methods` are the functions that packs expose, by full name (hook `api_methods`), as they are
    enabled at each moment; `tasks` gives those that jobs may name; `events` writes what live streams tell;
    `back_up` makes a backup of the site before something is given up, and says where it is.
    """

    printing: PrintService
    export: ExportService
    files: Files
    outbox: Outbox
    negotiate: Callable[..., str]
    pack_methods: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    tasks: Tasks = dict
    events: Publisher = field(default_factory=Publisher)
    back_up: Callable[[], str] = str
