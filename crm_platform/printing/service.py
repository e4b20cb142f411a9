"""The print service of a site: snapshots in a transaction, pages and PDFs in worker processes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import BoundedSemaphore
from typing import Any, Literal

from crm_platform.documents.context import Context
from crm_platform.errors import PrintFormatError, TimeoutError, UnavailableError
from crm_platform.printing.faults import Fault
from crm_platform.printing.filter_hooks import pack_filters
from crm_platform.printing.limits import Limits
from crm_platform.printing.pool import Pool, WorkerLost
from crm_platform.printing.snapshot import Snapshot
from crm_platform.printing.taking import Sources, Wish, take
from crm_platform.printing.wire import dumps, loads

LOG = logging.getLogger(__name__)
WORKERS = 2
Kind = Literal["html", "pdf"]


@dataclass
class Printing:
    """`sources` are what snapshots need of other rooms; `pool` is lazily filled with worker processes.

    Raises in `html` and `pdf`: PrintFormatError (the template is at fault, or grew too big, or took too long),
    TimeoutError (stopped by the clock), UnavailableError (too many print-outs wait, or Pango is missing).
    """

    sources: Sources
    limits: Limits = field(default_factory=Limits)
    workers: int = WORKERS

    def __post_init__(self) -> None:
        self._pool = Pool(self.limits, self.workers)
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="print")
        self._queue = BoundedSemaphore(self.workers + self.limits.waiting)

    def snapshot(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        *,
        print_format: str = "",
        language: str = "",
        letterhead: bool | str = True,
        page_size: str = "",
    ) -> Snapshot:
        """What the caller may print of a document. Raises DoesNotExistError, PermissionError, PrintFormatError."""
        wish = Wish(print_format, language, letterhead, page_size)
        return take(ctx, self.sources, self.limits, doctype, name, wish)

    def trial(
        self,
        ctx: Context,
        doctype: str,
        name: str,
        unsaved: Mapping[str, Any],
        *,
        language: str,
        letterhead: bool | str,
    ) -> Snapshot:
        """The same with the values of a Print Format that is not stored, for those who may change print formats."""
        wish = Wish("", language, letterhead, unsaved=unsaved)
        return take(ctx, self.sources, self.limits, doctype, name, wish)

    async def html(self, snapshot: Snapshot) -> str:
        return (await self._off_the_loop(partial(self.make, "html", snapshot))).decode()

    async def pdf(self, snapshot: Snapshot) -> bytes:
        return await self._off_the_loop(partial(self.make, "pdf", snapshot))

    async def book(self, snapshots: Sequence[Snapshot]) -> bytes:
        """One PDF of several print-outs, each on pages of its own."""
        return await self._off_the_loop(partial(self.make_book, snapshots))

    def make_book(self, snapshots: Sequence[Snapshot]) -> bytes:
        """The same for code that is no coroutine."""
        return self._made({"kind": "pdf", "snapshots": snapshots}, snapshots[0])

    def make(self, kind: Kind, snapshot: Snapshot) -> bytes:
        """The same for code that is no coroutine (jobs, mail)."""
        content = {"snapshot": snapshot} if kind == "html" else {"snapshots": [snapshot]}
        return self._made({"kind": kind, **content}, snapshot)

    def _made(self, wanted: Mapping[str, Any], snapshot: Snapshot) -> bytes:
        """What a worker makes; `snapshot` is the one that faults name."""
        job = dumps({"limits": self.limits, **wanted})
        try:
            head, body = self._pool.run(job)
        except WorkerLost as lost:
            raise self._lost(snapshot, late=lost.late) from None
        _raise_fault(head)
        for address in head.get("refused", ()):
            LOG.warning("Print-out of %s %s: refused to fetch %s", snapshot.doctype, snapshot.name, address)
        return body

    def fill(self, frozen: str) -> dict[str, str]:
        """The texts that filling.freeze_texts prepared, for code that is no coroutine.

        Raises PrintFormatError (the template is at fault, or took too long), PackError.
        """
        filling = loads(frozen.encode())
        hooks, messages = self.sources.hooks(), self.sources.messages(filling["language"])
        job = {"messages": dict(messages), "filters": pack_filters(hooks), **filling}
        try:
            head, body = self._pool.run(dumps({"kind": "texts", "limits": self.limits, "filling": job}))
        except WorkerLost:
            raise PrintFormatError("The template took too long or grew too big and was stopped. Simplify it.") from None
        _raise_fault(head)
        texts: dict[str, str] = loads(body)
        return texts

    def close(self) -> None:
        """Stop the workers; a later job starts new ones."""
        self._pool.close()

    async def _off_the_loop(self, work: Callable[[], bytes]) -> bytes:
        if not self._queue.acquire(blocking=False):
            raise UnavailableError("Too many print-outs are waiting. Try again in a minute.")
        made = self._threads.submit(work)
        made.add_done_callback(lambda _: self._queue.release())
        return await asyncio.wrap_future(made)

    def _lost(self, snapshot: Snapshot, *, late: bool) -> PrintFormatError | TimeoutError:
        name = snapshot.template.name if snapshot.template else "Standard"
        if late:
            return TimeoutError(
                "Printing {name} took longer than {seconds} seconds and was stopped. Print fewer rows, or export them.",
                name=snapshot.name,
                seconds=int(self.limits.wall_seconds),
            )
        return PrintFormatError(
            "The print format {format} took too long or grew too big and was stopped. Simplify it or print fewer rows.",
            format=name,
        )


def _raise_fault(head: Mapping[str, Any]) -> None:
    """Raise what a worker says went wrong."""
    sent = head.get("fault")
    if sent is not None:
        raise Fault(sent["template"], sent["kind"], **sent["params"]).error()
