"""Upgrades one pack on a site: what the pack has changed is taken over, what the site has changed stays."""

from __future__ import annotations

from dataclasses import replace

from crm_platform.database.system import PACK
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.metadata.records import MODEL_KINDS
from crm_platform.packs.manifest import Pack
from crm_platform.sites import objects
from crm_platform.sites.create import bring_up_to_date, take_up
from crm_platform.sites.delivery import Delivery, is_edited
from crm_platform.sites.merging import Conflict, merge_record, model_conflicts
from crm_platform.sites.opening import Site
from crm_platform.sites.pack_plan import records_of
from crm_platform.sites.packs import sound


def begin(site: Site, ctx: Context, pack_id: str) -> Pack:
    """The installed pack that is to be upgraded to.

    Raises DoesNotExistError when it is not enabled, ValidationError when it is at fault or a need of it is not enabled.
    """
    enabled = {row["id"] for row in ctx.connection.fetch(PACK)}
    if pack_id not in enabled:
        raise DoesNotExistError("Pack {id} is not enabled.", id=pack_id)
    pack = sound(site, pack_id)
    missing = set(pack.manifest.depends) - enabled
    if missing:
        raise ValidationError(
            "Pack {id} needs {missing}. Enable that first.", id=pack_id, missing=", ".join(sorted(missing))
        )
    return pack


def take(site: Site, ctx: Context, pack_id: str) -> None:
    """Let the definitions of the installed version be in force."""
    take_up(ctx.connection, [begin(site, ctx, pack_id)])


def conflicts(site: Site, ctx: Context, pack_id: str) -> list[Conflict]:
    """What both the site and the installed version of the pack have changed; nothing is changed."""
    pack = begin(site, ctx, pack_id)
    packs = site.source.enabled(ctx.connection)
    before = site.source.layers(ctx.connection, packs)
    loaded = site.source.of_pack(pack).definitions
    now = tuple(one for one in loaded if one.kind in MODEL_KINDS)
    after = [replace(layer, definitions=now) if layer.name == pack_id else layer for layer in before]
    return [*model_conflicts(before, after), *_of_records(site, ctx, pack)]


def _of_records(site: Site, ctx: Context, pack: Pack) -> list[Conflict]:
    brought = {(one.kind, one.name): one for one in objects.brought_by(ctx.connection, pack.manifest.id)}
    edited = [
        (key, one)
        for key, one in sorted(records_of(site, pack).items(), key=lambda item: item[0])
        if key in brought and one.kind in ctx.definitions and is_edited(ctx, *key)
    ]
    return [conflict for key, one in edited for conflict in merge_record(ctx, brought[key], one).conflicts]


def upgrade(site: Site, ctx: Context, pack_id: str) -> list[Delivery]:
    """Bring a pack to its installed version with this transaction.

    Raises what `begin` raises, DefinitionError with all faults of the new definitions.
    """
    pack = begin(site, ctx, pack_id)
    found = conflicts(site, ctx, pack_id)
    fresh, deliveries = bring_up_to_date(site, ctx, {pack_id})
    fresh.audit("Pack Upgraded", name=pack_id, version=pack.manifest.version)
    told = {conflict.place for delivery in deliveries for conflict in delivery.conflicts}
    return [*deliveries, Delivery(conflicts=[conflict for conflict in found if conflict.place not in told])]
