"""One text for everything that decides how a site works: two sites that work alike have the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson

from crm_platform.database.inspection import real_tables
from crm_platform.database.query import Query
from crm_platform.database.system import DELIVERED, PACK, SERIES
from crm_platform.documents.context import Context
from crm_platform.documents.reading import load
from crm_platform.metadata.bodies import body_of
from crm_platform.testing.sites import TestSite

OF_THE_PAST = frozenset({"tabAudit Log", "_meta"})
"""Tables that only grow: what was done, and counters of changes; so do the engine's own series."""


OF_THE_DELIVERY = frozenset({"creation", "modified"})
"""What a record has of the moment in which it was brought."""


def digest(site: TestSite) -> str:
    """Digest of the effective definitions with their provenance, the workflows, enabled packs and delivered records."""
    text = orjson.dumps(site.read(_collect), option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(text).hexdigest()


def digest_of_database(site: TestSite) -> dict[str, str]:
    """Digest of the columns, indexes and rows of each table; without what tells of the past and never shrinks."""
    database = site.site.runtime.database
    rows = database.digest()
    counters = database.read(lambda connection: connection.fetch(SERIES, order_by="name"))
    rows[SERIES.name] = str([row for row in counters if not row["name"].startswith(("_", "Audit Log"))])
    return {
        name: f"{sorted(table.columns.items())} {sorted(table.indexes)} {rows.get(name)}"
        for name, table in database.read(real_tables).items()
        if name not in OF_THE_PAST
    }


def digest_of_rows(site: TestSite, doctypes: Iterable[str]) -> str:
    """Digest of all documents of DocTypes, with their child rows; of records that a pack brings, of what it says: they
    are made anew each time it is enabled."""
    text = orjson.dumps(site.read(lambda ctx: [_documents(ctx, name) for name in doctypes]), default=str)
    return hashlib.sha256(text).hexdigest()


def _documents(ctx: Context, name: str) -> list[Any]:
    meta = ctx.definitions[name]
    names = sorted(row["name"] for row in ctx.connection.select(Query(meta)))
    delivered = {row["name"] for row in ctx.connection.fetch(DELIVERED, {"kind": name})}
    documents = [doc.as_dict() for one in names if (doc := load(ctx, meta, one))]
    return [_without_times(doc) if doc["name"] in delivered else doc for doc in documents]


def _without_times(doc: dict[str, Any]) -> dict[str, Any]:
    rows = {key: [_row_alone(row) for row in value] for key, value in doc.items() if isinstance(value, list)}
    return {key: value for key, value in {**doc, **rows}.items() if key not in OF_THE_DELIVERY}


def _row_alone(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in OF_THE_DELIVERY | {"name"}}


def _collect(ctx: Context) -> Any:
    definitions = {name: (body_of(d), dict(d.provenance), d.layer) for name, d in ctx.definitions.items()}
    workflows = {name: dict(found.properties) for name, found in ctx.definitions.workflows.items()}
    packs = sorted(row["id"] for row in ctx.connection.fetch(PACK))
    records = sorted((r["layer"], r["kind"], r["name"], r["digest"]) for r in ctx.connection.fetch(DELIVERED))
    return definitions, workflows, packs, records
