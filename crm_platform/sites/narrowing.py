"""Which DocTypes the row filters of each enabled pack narrow: remembered, for the time when the pack is not at work."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from crm_platform.database.interface import Connection
from crm_platform.database.system import PACK
from crm_platform.packs.hooks import Hooks

Closed = tuple[tuple[str, str], ...]
"""(pack, DocType), with "*" for every DocType."""


def remember(connection: Connection, hooks: Hooks) -> None:
    """Write down what the packs at work narrow."""
    narrowed = {pack_id: sorted(table) for pack_id, table in hooks.contributions("row_filters")}
    for pack in hooks.packs:
        doctypes = orjson.dumps(narrowed.get(pack.manifest.id, [])).decode()
        connection.change(PACK, {"narrows": doctypes}, {"id": pack.manifest.id})


def closed(connection: Connection, at_work: Collection[str]) -> Closed:
    """What enabled packs narrow that are stopped, missing or faulty: without them everybody would see more."""
    rows = [row for row in connection.fetch(PACK, order_by="position") if row["id"] not in at_work]
    return tuple((row["id"], doctype) for row in rows for doctype in orjson.loads(row["narrows"] or "[]"))
