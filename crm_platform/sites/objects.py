"""What packs have brought to a site, as it was when each was enabled or upgraded: who owns every definition and record.

A row per pack and object; the number of rows of an object is its reference count. Rows stay while a pack is disabled
and go when it is uninstalled, so that nothing is taken away that another pack still needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import orjson

from crm_platform.database.interface import Connection
from crm_platform.database.system import DELIVERED, PACK_OBJECT
from crm_platform.metadata.records import MODEL_KINDS, Definition

Key = tuple[str, str]
"""(kind, name)."""

State = Literal["here", "own", "gone"]
"""here: brought by the pack; own: the site had a record of this name before, which is the site's; gone: brought by an
earlier version of the pack, whose data wait."""


def remember_objects(connection: Connection, pack_id: str, definitions: Iterable[Definition]) -> None:
    """Write down what a pack has brought now; after its records were delivered."""
    known = {(row["kind"], row["name"]): row for row in connection.fetch(PACK_OBJECT, {"pack": pack_id})}
    delivered = {(row["kind"], row["name"]) for row in connection.fetch(DELIVERED, {"layer": pack_id})}
    for definition in definitions:
        key = (definition.kind, definition.name)
        before = known.pop(key, None)
        is_ours = definition.kind in MODEL_KINDS or key in delivered or (before and before["state"] != "own")
        state: State = "here" if is_ours else "own"
        body = orjson.dumps(definition.body, option=orjson.OPT_SORT_KEYS).decode()
        if before is None or (before["body"], before["state"]) != (body, state):
            row = {"pack": pack_id, "kind": key[0], "name": key[1], "body": body, "state": state}
            connection.put(PACK_OBJECT, row)
    for kind, name in known:
        connection.change(PACK_OBJECT, {"state": "gone"}, {"pack": pack_id, "kind": kind, "name": name})


def brought_by(connection: Connection, pack_id: str, *, ever: bool = False) -> list[Definition]:
    """The definitions and records of a pack as they were brought; with `ever` also those of earlier versions."""
    rows = connection.fetch(PACK_OBJECT, {"pack": pack_id}, order_by="name")
    return [_definition(row) for row in rows if ever or row["state"] != "gone"]


def records_of(connection: Connection, pack_id: str) -> Iterator[Key]:
    """The records that a pack, and not the site, has brought."""
    for row in connection.fetch(PACK_OBJECT, {"pack": pack_id}, order_by="name"):
        if row["kind"] not in MODEL_KINDS and row["state"] != "own":
            yield row["kind"], row["name"]


def packs_with_objects(connection: Connection) -> list[str]:
    """The packs that have brought anything, whether they are enabled or not."""
    return sorted({row["pack"] for row in connection.fetch(PACK_OBJECT)})


def is_brought(connection: Connection, key: Key) -> bool:
    """Whether any pack owns the object."""
    return bool(connection.fetch(PACK_OBJECT, {"kind": key[0], "name": key[1]}, limit=1))


def forget_objects(connection: Connection, pack_id: str) -> None:
    """The pack owns nothing any more."""
    connection.remove(PACK_OBJECT, {"pack": pack_id})


def _definition(row: dict[str, Any]) -> Definition:
    return Definition(row["kind"], row["name"], orjson.loads(row["body"]), f"{row['pack']}/{row['kind']}/{row['name']}")
