"""A stack of open driver connections: the one used last is given out first, as its caches are warm."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition
from typing import Generic, Protocol, TypeVar

from crm_platform.errors import UnavailableError


class Closable(Protocol):
    """A driver's connection."""

    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)


class Pool(Generic[C]):
    """At most `size` connections made by `connect`; who waits longer than `timeout` seconds gets UnavailableError."""

    def __init__(self, connect: Callable[[], C], size: int, timeout: float) -> None:
        self._connect = connect
        self._free: list[C] = []
        self._spare = size
        self._timeout = timeout
        self._change = Condition()
        self._closed = False

    def take(self) -> C:
        """Give out a connection, opening one when none is free. Raises what `connect` raises."""
        with self._change:
            self._wait()
            if self._free:
                return self._free.pop()
            self._spare -= 1
        try:
            return self._connect()
        except BaseException:
            self._make_room()
            raise

    def _wait(self) -> None:
        end = time.monotonic() + self._timeout
        while not self._free and self._spare <= 0 and not self._closed:
            if not self._change.wait(end - time.monotonic()):
                raise UnavailableError("All connections to the database are in use. Try again in a moment.")
        if self._closed:
            raise UnavailableError("The database is closed.")

    def give_back(self, connection: C) -> None:
        """Keep a connection for the next one who asks."""
        with self._change:
            if not self._closed:
                self._free.append(connection)
                self._change.notify()
                return
        connection.close()

    def discard(self, connection: C) -> None:
        """Close a connection that is no good any more; a new one may take its place."""
        connection.close()
        self._make_room()

    def _make_room(self) -> None:
        with self._change:
            self._spare += 1
            self._change.notify()

    def drain(self) -> None:
        """Close the connections that are free; those given out live on."""
        with self._change:
            free, self._free = self._free, []
            self._spare += len(free)
        for connection in free:
            connection.close()

    def close(self) -> None:
        """Close all connections, those given out when they come back."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        self.drain()
