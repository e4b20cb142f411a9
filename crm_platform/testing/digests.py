"""One text for everything that decides how a site works: two sites that work alike have the same."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from crm_platform.database.system import DELIVERED, PACK
from crm_platform.documents.context import Context
from crm_platform.metadata.bodies import body_of
from crm_platform.testing.sites import TestSite


def digest(site: TestSite) -> str:
    """Digest of the effective definitions with their provenance, the workflows, enabled packs and delivered records."""
    text = orjson.dumps(site.read(_collect), option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(text).hexdigest()


def _collect(ctx: Context) -> Any:
    definitions = {name: (body_of(d), dict(d.provenance), d.layer) for name, d in ctx.definitions.items()}
    workflows = {name: dict(found.properties) for name, found in ctx.definitions.workflows.items()}
    packs = sorted(row["id"] for row in ctx.connection.fetch(PACK))
    records = sorted((r["layer"], r["kind"], r["name"], r["digest"]) for r in ctx.connection.fetch(DELIVERED))
    return definitions, workflows, packs, records
