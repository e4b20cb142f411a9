"""Group commit: one thread writes, many works share a transaction, and each is answered after its COMMIT."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from crm_platform.database.batches import Awaited, gather
from crm_platform.database.connection import Connection
from crm_platform.errors import UnavailableError

T = TypeVar("T")
Work = Callable[[Connection], Any]


@dataclass(slots=True)
class _Item:
    work: Work
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None

    def run(self, connection: Connection) -> None:
        """Do the work in a savepoint of its own, so that its failure takes back nothing of others."""
        try:
            with connection.savepoint():
                self.result = self.work(connection)
        except BaseException as error:
            self.error = error
            if connection.ended:
                raise

    def answer(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


PATIENCE = 0.0005
"""Seconds for which a transaction waits for the next work, as long as it has fewer than the one before: whoever was
just answered comes again, and one who comes too late waits for a whole transaction of others."""


class GroupCommit:
    """Writes what is submitted in the transactions that `transaction` opens, at most `limit` works in each."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]], limit: int = 64) -> None:
        self._transaction = transaction
        self._limit = limit
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._closed = False
        self._lock = Lock()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue `work`; the future is done after COMMIT. Raises UnavailableError once the writer is closed."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise UnavailableError("The database is closed.")
            if self._thread is None:
                self._thread = Thread(target=self._run, name="database-writer", daemon=True)
                self._thread.start()
            self._queue.put(_Item(work, future))
        return future

    def close(self) -> None:
        """Write what is queued and end the thread."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
            self._queue.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        expected = 1
        while (first := self._queue.get()) is not None:
            batch, last = gather(self._queue, first, self._limit, Awaited(expected, PATIENCE))
            expected = len(batch)
            self._write([item for item in batch if item.future.set_running_or_notify_cancel()])
            if last:
                return

    def _write(self, batch: list[_Item]) -> None:
        try:
            with self._transaction() as connection:
                for item in batch:
                    item.run(connection)
        except BaseException as error:  # noqa: BLE001 - nothing of this transaction was saved: all are told why
            for item in batch:
                item.error = item.error or error
        for item in batch:
            item.answer()
