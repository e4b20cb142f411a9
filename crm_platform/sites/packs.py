"""Enables and disables packs on a site: definitions, records, order; data stay when a pack goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from crm_platform.database.interface import Connection
from crm_platform.database.system import PACK, PACK_SETTING
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.packs.manifest import Pack
from crm_platform.sites.create import bring_up_to_date
from crm_platform.sites.delivery import Delivery, withdraw
from crm_platform.sites.examination import fault_of
from crm_platform.sites.opening import Site
from crm_platform.sites.strikes import forgive


@dataclass(frozen=True)
class PackStatus:
    """One row of `crm-platform pack list`. `upgrade` is the installed version when it waits for `pack upgrade`."""

    id: str
    title: str
    version: str
    enabled: bool
    problem: str = ""
    upgrade: str = ""


def pack_list(site: Site, connection: Connection) -> list[PackStatus]:
    """Every installed pack and every enabled one that is missing."""
    enabled = {row["id"]: row for row in connection.fetch(PACK)}
    rows = []
    for found in site.source.installed:
        row = enabled.get(found.id)
        installed = found.pack.manifest.version if found.pack else ""
        in_force = row["version"] if row else installed
        rows.append(
            PackStatus(
                found.id,
                found.pack.manifest.title if found.pack else "",
                in_force,
                row is not None,
                found.problem or (row["stopped"] or "" if row else ""),
                installed if installed != in_force else "",
            )
        )
    known = {row.id for row in rows}
    return rows + [
        PackStatus(row["id"], "", row["version"], True, "not installed")
        for row in sorted(enabled.values(), key=lambda row: str(row["id"]))
        if row["id"] not in known
    ]


def installed(site: Site, pack_id: str) -> Pack:
    """The installed pack. Raises DoesNotExistError, ValidationError with what is wrong with it."""
    for found in site.source.installed:
        if found.id == pack_id:
            if found.pack is None:
                raise ValidationError("Pack {id} cannot be enabled: {problem}", id=pack_id, problem=found.problem)
            return found.pack
    raise DoesNotExistError("There is no pack {id}. See: crm-platform pack list", id=pack_id)


def put_on(site: Site, ctx: Context, pack_id: str) -> Pack:
    """Write down that a pack is enabled; nothing of it is there yet. Raises what `enable` raises of its own."""
    pack = sound(site, pack_id)
    enabled = ctx.connection.fetch(PACK, order_by="position")
    if any(row["id"] == pack_id and row["stopped"] for row in enabled):
        forgive(ctx.connection, pack_id)
        return pack
    if any(row["id"] == pack_id for row in enabled):
        raise ValidationError("Pack {id} is enabled already.", id=pack_id)
    missing = set(pack.manifest.depends) - {row["id"] for row in enabled}
    if missing:
        raise ValidationError(
            "Pack {id} needs {missing}. Enable that first.", id=pack_id, missing=", ".join(sorted(missing))
        )
    row = {"id": pack_id, "version": pack.manifest.version, "enabled_at": ctx.now()}
    position = max((row["position"] for row in enabled), default=0) + 1
    depends = orjson.dumps(pack.manifest.depends).decode()
    ctx.connection.put(PACK, {**row, "position": position, "depends": depends})
    return pack


def sound(site: Site, pack_id: str) -> Pack:
    """The installed pack, whose hooks are in order. Raises DoesNotExistError, ValidationError."""
    pack = installed(site, pack_id)
    fault = fault_of(pack, site.source.watch)
    if fault:
        raise ValidationError("Pack {id} cannot be enabled: {problem}", id=pack_id, problem=fault)
    return pack


def enable(site: Site, ctx: Context, pack_id: str) -> list[Delivery]:
    """Enable a pack, or let a stopped one work again: its definitions are live with this transaction.

    Raises DoesNotExistError, ValidationError (already enabled, a needed pack is not), DefinitionError with all faults.
    """
    return enable_all(site, ctx, [pack_id])


def enable_all(site: Site, ctx: Context, pack_ids: Sequence[str]) -> list[Delivery]:
    """The same for several packs, with one change of the model; a pack comes after those that it needs."""
    were_on = {row["id"] for row in ctx.connection.fetch(PACK)}
    put = [put_on(site, ctx, pack_id) for pack_id in pack_ids]
    fresh, deliveries = bring_up_to_date(site, ctx, set(pack_ids))
    hooks = site.source.hooks_of(fresh.definitions)
    for manifest in (pack.manifest for pack in put if pack.manifest.id not in were_on):
        fresh.audit("Pack Enabled", name=manifest.id, version=manifest.version, unmask=manifest.unmask)
        hooks.call(manifest.id, "after_enable", ctx=fresh)
    return deliveries


def settings(site: Site, ctx: Context, pack_id: str, values: Mapping[str, str]) -> dict[str, str]:
    """Give settings of an installed pack the texts in `values`, live at once; returns all of them.

    Raises DoesNotExistError, ValidationError for a name that is not in its manifest.
    """
    manifest = installed(site, pack_id).manifest
    unknown = sorted(values.keys() - manifest.settings.keys())
    if unknown:
        raise ValidationError(
            "Pack {id} has no setting {names}. It has: {known}",
            id=pack_id,
            names=", ".join(unknown),
            known=", ".join(manifest.settings) or "–",
        )
    for name, value in values.items():
        ctx.connection.put(PACK_SETTING, {"pack": pack_id, "name": name, "value": value})
    return ctx.settings(manifest)


def refuse_needed(site: Site, ctx: Context, pack_id: str) -> None:
    """Raises DoesNotExistError when a pack is not enabled, ValidationError when another enabled pack needs it."""
    if not ctx.connection.fetch(PACK, {"id": pack_id}):
        raise DoesNotExistError("Pack {id} is not enabled.", id=pack_id)
    hooks = site.source.hooks_of(ctx.definitions)
    needing = [pack.manifest.id for pack in hooks.packs if pack_id in pack.manifest.depends]
    if needing:
        raise ValidationError(
            "Pack {id} is needed by {packs}. Disable those first.", id=pack_id, packs=", ".join(needing)
        )


def disable(site: Site, ctx: Context, pack_id: str) -> Delivery:
    """Disable a pack: its definitions and records go, its documents and columns are kept hidden for its return.

    Raises DoesNotExistError when it is not enabled, ValidationError when another enabled pack needs it.
    """
    refuse_needed(site, ctx, pack_id)
    hooks = site.source.hooks_of(ctx.definitions)
    if any(pack.manifest.id == pack_id for pack in hooks.packs):
        hooks.call(pack_id, "before_disable", ctx=ctx)
    report = withdraw(ctx, pack_id)
    ctx.audit("Pack Disabled", name=pack_id)
    ctx.connection.remove(PACK, {"id": pack_id})
    modelling.bump(ctx)
    planned = modelling.plan(ctx)
    site.runtime.database.apply(ctx.connection, planned.steps)
    modelling.catch_up(ctx.with_definitions(planned.merged.definitions), ctx.definitions)
    return report
