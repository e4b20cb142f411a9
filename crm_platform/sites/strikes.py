"""Strikes against packs whose hooks hang or end the process; a pack with three in a day is stopped on its site."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from crm_platform.database.connect import open_database
from crm_platform.database.interface import Connection
from crm_platform.database.system import META, PACK, STRIKE
from crm_platform.documents.context import Clock, system_clock
from crm_platform.sites.folder import SiteFolder

STRIKES = 3
WITHIN = timedelta(days=1)
MESSAGE = (
    "Stopped after {count} strikes within a day; the last: {hook} {what}. "
    "Mend the pack, then: crm-platform pack enable {pack}"
)


def record(path: Path, pack: str, hook: str, what: str, clock: Clock = system_clock) -> str:
    """Record a strike and return what follows from it.

    Opens the database only, not the site: no hook of the pack may run here. Raises what `open_database` raises.
    """
    folder = SiteFolder(path)
    database = open_database(folder.database_url(folder.settings()))
    try:
        return database.write(lambda connection: _record(connection, pack, hook, what, clock))
    finally:
        database.close()


def _record(connection: Connection, pack: str, hook: str, what: str, clock: Clock) -> str:
    if not connection.fetch(PACK, {"id": pack}):
        return f"{pack} is no enabled pack, so that nothing is held against it."
    connection.put(
        STRIKE, {"id": connection.next_numbers("_strike"), "pack": pack, "hook": hook, "what": what, "at": clock()}
    )
    recent = [row for row in connection.fetch(STRIKE, {"pack": pack}) if row["at"] > clock() - WITHIN]
    if len(recent) < STRIKES:
        return f"Strike {len(recent)} of {STRIKES} against pack {pack}."
    message = MESSAGE.format(count=len(recent), hook=hook, what=what, pack=pack)
    stop(connection, pack, message)
    return f"Pack {pack}: {message}"


def stop(connection: Connection, pack: str, message: str) -> None:
    """Leave the pack out of the model from the next transaction on; its documents and records stay as they are."""
    connection.change(PACK, {"stopped": message}, {"id": pack})
    # Later than any version so far, as documents.modelling.bump does it.
    connection.put(META, {"key": "definitions", "value": time.time_ns() // 1000})


def forgive(connection: Connection, pack: str) -> None:
    """Let a pack work again; its strikes are forgotten."""
    connection.remove(STRIKE, {"pack": pack})
    connection.change(PACK, {"stopped": ""}, {"id": pack})
    connection.put(META, {"key": "definitions", "value": time.time_ns() // 1000})
