"""Copies of a database that are made and dropped beside the tests: the next one is there when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from crm_platform.testing.postgres import PostgresServer

EMPTY = "template1"
"""What a new database is a copy of."""


class SpareDatabases:
    """Copies of a database of `server` to which nobody is connected. One more is always under way."""

    def __init__(self, server: PostgresServer, template: str = EMPTY) -> None:
        self._server = server
        self._template = template
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="spare-database")
        self._drops: list[Future[None]] = []
        self._next = self._beside.submit(self._make)

    def _make(self) -> tuple[str, ExitStack]:
        copy = ExitStack()
        return copy.enter_context(self._server.database(self._template)), copy

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a copy of one's own until the end of the block."""
        url, copy = self._next.result()
        self._next = self._beside.submit(self._make)
        try:
            yield url
        finally:
            self._drops.append(self._beside.submit(copy.close))

    def close(self) -> None:
        """Drop what is left. Raises what went wrong beside the tests."""
        self._next.result()[1].close()
        self._beside.shutdown()
        for drop in self._drops:
            drop.result()
