"""Hints between the processes of a site: "look at the table". A hint may be lost; the rows are the truth."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from crm_platform.errors import UnavailableError

LOOK = 1.0
"""Seconds between two looks whether to go on."""

PAUSE = 5.0
"""Seconds before a broken connection is opened again."""


class Listening:
    """Calls `told` in a thread of its own for each notification on a channel of PostgreSQL, until `stop`."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]], channel: str, told: Callable[[], None]) -> None:
        self._connect = connect
        self._channel = channel
        self._told = told
        self._stopped = Event()
        Thread(target=self._run, name="hints", daemon=True).start()

    def stop(self) -> None:
        """Hear nothing more; the connection is closed a moment later."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (psycopg.Error, UnavailableError):  # the server is away: who waits for hints also looks itself
                self._stopped.wait(PAUSE)

    def _listen(self) -> None:
        connection = self._connect()
        try:
            connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
            while not self._stopped.is_set():
                for _ in connection.notifies(timeout=LOOK, stop_after=1):
                    self._told()
        finally:
            connection.close()
