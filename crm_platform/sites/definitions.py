"""What a site or a pack defines: DocTypes and other parts of the model, and records such as roles and print formats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from crm_platform.database.query import Query
from crm_platform.database.system import DEFINITION, DELIVERED
from crm_platform.documents import mirror
from crm_platform.documents.context import Context
from crm_platform.documents.reading import load
from crm_platform.errors import DoesNotExistError
from crm_platform.metadata.frappe_app import FIXTURES
from crm_platform.metadata.layers import SITE
from crm_platform.metadata.records import MODEL_KINDS, Definition
from crm_platform.metadata.site_kinds import SITE_RECORDS
from crm_platform.sites.model import pack_definitions
from crm_platform.sites.opening import Site


def defined_by(site: Site, ctx: Context, pack: str = "") -> tuple[Definition, ...]:
    """The definitions of an installed pack, or without `pack` those that the site itself has made.

    Raises DoesNotExistError for an unknown pack.
    """
    if not pack:
        return (*_model_of_site(ctx), *_records_of_site(ctx, FIXTURES))
    for found in site.source.installed:
        if found.id == pack and found.pack is not None:
            return pack_definitions(found.pack).definitions
    raise DoesNotExistError("There is no pack {pack}. See them all: crm-platform pack list", pack=pack)


def site_layer(ctx: Context) -> tuple[Definition, ...]:
    """Everything that administrators of the site have defined: what its files hold."""
    return (*_model_of_site(ctx), *_records_of_site(ctx, SITE_RECORDS))


def _model_of_site(ctx: Context) -> Iterator[Definition]:
    for row in ctx.connection.fetch(DEFINITION, {"layer": SITE}, order_by="name"):
        yield Definition(row["kind"], row["name"], orjson.loads(row["body"]))


def _records_of_site(ctx: Context, kinds: Sequence[str]) -> Iterator[Definition]:
    """Records that no layer delivered, or that the site has changed since."""
    for kind in (kind for kind in kinds if kind not in MODEL_KINDS and kind in ctx.definitions):
        delivered = {row["name"] for row in ctx.connection.fetch(DELIVERED, {"kind": kind})}
        meta = ctx.definitions[kind]
        for name in sorted(row["name"] for row in ctx.connection.select(Query(meta))):
            doc = load(ctx, meta, name)
            if doc is not None and (name not in delivered or doc["modified"] != doc["creation"]):
                yield Definition(kind, name, mirror.body_of(ctx, doc))
