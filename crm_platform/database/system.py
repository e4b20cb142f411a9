"""The engine's own small tables: no DocType, no permissions, found by equality only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crm_platform.metadata.kinds import Storage


@dataclass(frozen=True, eq=False)
class SystemTable:
    """One table of the engine. `key` is its primary key; each column in `indexes` gets an index of its own."""

    name: str
    columns: Mapping[str, Storage]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()

    @cached_property
    def table(self) -> str:
        return self.name


META = SystemTable("_meta", {"key": "text", "value": "int"}, ("key",))
"""Counters that other processes watch: `definitions` and `access` grow with every change of theirs."""

SERIES = SystemTable("_series", {"name": "text", "current": "int"}, ("name",))

DEFINITION = SystemTable(
    "_definition",
    {"kind": "text", "name": "text", "layer": "text", "body": "text", "modified": "datetime"},
    ("kind", "name", "layer"),
)
DELIVERED = SystemTable(
    "_delivered", {"kind": "text", "name": "text", "layer": "text", "digest": "text"}, ("kind", "name", "layer")
)
PLAN = SystemTable(
    "_plan",
    {
        "id": "int",
        "applied_at": "datetime",
        "user": "text",
        "title": "text",
        "steps": "text",
        "before": "text",
        "after": "text",
        "rolled_back_at": "datetime",
        "rolled_back_by": "text",
        "origin": "text",
        "changes": "text",
    },
    ("id",),
)
"""Applied plans. `before` and `after` are the definitions and records that they changed: [kind, name, body or null]."""
PREPARATION = SystemTable(
    "_preparation",
    {
        "table_name": "text",
        "column_name": "text",
        "action": "text",
        "storage": "text",
        "default_value": "text",
        "made": "text",
        "begun": "datetime",
        "worked": "datetime",
    },
    ("table_name", "column_name", "action", "storage"),
)
"""What was begun for plans ahead of their switch (see database.unfinished)."""
STATE_MOVE = SystemTable(
    "_state_move",
    {"plan": "int", "table_name": "text", "column_name": "text", "name": "text", "was": "text", "became": "text"},
    ("plan", "table_name", "name"),
    ("name",),
)
"""Documents that a plan moved to another workflow state, so that taking it back moves them back. The plan is 0 until it
is recorded."""
SESSION = SystemTable(
    "_session",
    {
        "sid_hash": "text",
        "user": "text",
        "created": "datetime",
        "last_seen": "datetime",
        "expires": "datetime",
        "csrf_token": "text",
        "ip": "text",
        "device": "text",
    },
    ("sid_hash",),
    ("user", "expires"),
)
SECRET = SystemTable(
    "_secret",
    {"doctype": "text", "name": "text", "fieldname": "text", "ciphertext": "text"},
    ("doctype", "name", "fieldname"),
)
BLIND_INDEX = SystemTable(
    "_blind_index",
    {"doctype": "text", "fieldname": "text", "name": "text", "digest": "text"},
    ("doctype", "fieldname", "name"),
    ("digest",),
)
"""Digests of encrypted values, by which those are found (see documents.blind)."""
ORIGIN = SystemTable("_origin", {"doctype": "text", "name": "text", "setters": "text"}, ("doctype", "name"))
"""Which hooks and rules set fields of a document in saves that no Version tells about (see documents.setters)."""
PASSWORD = SystemTable("_password", {"user": "text", "hash": "text", "changed": "datetime"}, ("user",))
ATTEMPT = SystemTable(
    "_attempt",
    {"key": "text", "window_start": "datetime", "count": "int"},
    ("key", "window_start"),
    ("window_start",),
)
IDEMPOTENCY = SystemTable(
    "_idempotency",
    {"key": "text", "user": "text", "response": "text", "created": "datetime"},
    ("key", "user"),
    ("created",),
)

PACK = SystemTable(
    "_pack",
    {
        "id": "text",
        "version": "text",
        "position": "int",
        "enabled_at": "datetime",
        "stopped": "text",
        "narrows": "text",
        "depends": "text",
    },
    ("id",),
)
"""The packs that are enabled on this site, with the version whose definitions are in force; `stopped` says why one is
left out nevertheless (see STRIKE), `narrows` is a JSON list of the DocTypes that its row filters narrow, `depends` one
of the packs that it builds on."""

PACK_OBJECT = SystemTable(
    "_pack_object",
    {"pack": "text", "kind": "text", "name": "text", "body": "text", "state": "text"},
    ("pack", "kind", "name"),
)
"""What each pack has brought to the site, as it was when the pack was enabled or upgraded (see sites.objects)."""

PACK_SETTING = SystemTable("_pack_setting", {"pack": "text", "name": "text", "value": "text"}, ("pack", "name"))
"""What the site says instead of the defaults in the manifests of packs; kept while a pack is off."""

STRIKE = SystemTable(
    "_strike", {"id": "int", "pack": "text", "hook": "text", "what": "text", "at": "datetime"}, ("id",), ("pack",)
)
"""Hooks that hung or ended the process."""

SYSTEM_TABLES = (
    META,
    SERIES,
    DEFINITION,
    DELIVERED,
    PLAN,
    PREPARATION,
    STATE_MOVE,
    SESSION,
    SECRET,
    BLIND_INDEX,
    ORIGIN,
    PASSWORD,
    ATTEMPT,
    IDEMPOTENCY,
    PACK,
    PACK_OBJECT,
    PACK_SETTING,
    STRIKE,
)
