"""Makes a new site and brings an old one up to the installed version."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import orjson

from crm_platform.access.passwords import store_password
from crm_platform.database.append_only import protect
from crm_platform.database.interface import Connection
from crm_platform.database.system import PACK
from crm_platform.documents import modelling
from crm_platform.documents.context import ADMINISTRATOR, GUEST, Context
from crm_platform.documents.saving import write_as_is
from crm_platform.documents.sorting import fill as fill_sort_keys
from crm_platform.documents.sorting import keep_order
from crm_platform.documents.undoing import undone
from crm_platform.errors import ValidationError
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.problems import refuse
from crm_platform.metadata.records import Definition
from crm_platform.packs.manifest import Pack
from crm_platform.privacy.audit import DOCTYPE as AUDIT_LOG
from crm_platform.privacy.audit import append_only
from crm_platform.search.rebuilding import catch_up
from crm_platform.sites.core_conflicts import core_conflicts, renewed_of
from crm_platform.sites.delivery import NOTHING, Delivery, Key, deliver
from crm_platform.sites.folder import SiteFolder, SiteSettings
from crm_platform.sites.former import former
from crm_platform.sites.narrowing import remember
from crm_platform.sites.objects import brought_by, remember_objects
from crm_platform.sites.opening import Site, open_site
from crm_platform.transfer.duplicates.jobs import catch_up as make_keys

FIRST_USERS = (
    (ADMINISTRATOR, "admin@example.com", "System User"),
    (GUEST, "guest@example.com", "Website User"),
)
EMPTY = Definitions({}, {}, 0)


def new_site(
    path: Path, *, database: str = "", admin_password: str, time_zone: str = "UTC", language: str = "en"
) -> Site:
    """Make a site in the folder `path` (new or empty) and return it open.

    Raises ValidationError when there is something already; nothing is left behind when it fails.
    """
    if path.exists() and any(path.iterdir()):
        raise ValidationError("{path} is not empty. Choose a new folder for the site.", path=str(path))
    folder = SiteFolder(path)
    created = not path.exists()
    try:
        return _make(folder, SiteSettings(path.name, database, time_zone, language), admin_password)
    except BaseException:
        shutil.rmtree(path)
        if not created:
            path.mkdir()
        raise


def _make(folder: SiteFolder, settings: SiteSettings, admin_password: str) -> Site:
    folder.write_settings(settings)
    folder.make_key()
    folder.files.mkdir()
    site = open_site(folder.path)
    site.runtime.database.write(lambda connection: _first(site, connection, admin_password))
    catch_up(site.runtime)
    make_keys(site.runtime)
    return site


def _first(site: Site, connection: Connection, admin_password: str) -> None:
    connection.seals = site.runtime.seals
    ctx = Context(site.runtime, connection, EMPTY, user=ADMINISTRATOR, clock=site.runtime.clock).as_system()
    ctx = bring_up_to_date(site, ctx)[0]
    first_users(ctx, admin_password)
    show_settings(ctx, site.settings)
    connection.finish()


def bring_up_to_date(site: Site, ctx: Context, only: Collection[str] | None = None) -> tuple[Context, list[Delivery]]:
    """Tables, mirrors and delivered records of the installed core and packs. Returns the Context with the new model.

    Of the packs `only` those named go to their installed version (None: all); the others stay at theirs.
    """
    accepted = [pack for pack in site.source.enabled(ctx.connection) if only is None or pack.manifest.id in only]
    earlier = {pack.manifest.id: _brought(ctx.connection, pack) for pack in accepted}
    layers = site.source.layers(ctx.connection, accepted)
    take_up(ctx.connection, accepted)
    keep_order(ctx.connection, site.settings.language)
    modelling.bump(ctx)
    planned = modelling.plan(ctx)
    packs = site.source.hooks_of(planned.merged.definitions).packs
    brought = {pack.manifest.id: site.source.in_force(ctx.connection, pack) for pack in packs}
    refuse([*planned.problems, *(problem for loaded in brought.values() for problem in loaded.problems)])
    site.runtime.database.apply(ctx.connection, planned.steps)
    fresh = replace(ctx, definitions=planned.merged.definitions)
    remember(fresh.connection, site.source.hooks_of(fresh.definitions))
    renewed = list(renewed_of(fresh, site.source.core.definitions))
    told, old = core_conflicts(fresh, renewed), former(fresh, layers, renewed) or ctx.definitions
    deliveries = [deliver(fresh, CORE, site.source.core.definitions)]
    deliveries[0].conflicts += told
    deliveries += [
        deliver(fresh, pack_id, loaded.definitions, earlier.get(pack_id, NOTHING))
        for pack_id, loaded in brought.items()
    ]
    for pack in accepted:
        remember_objects(fresh.connection, pack.manifest.id, site.source.of_pack(pack).definitions)
    modelling.catch_up(fresh, old)
    protect(fresh.connection, append_only(fresh.definitions[AUDIT_LOG]))
    return fresh, deliveries


def _brought(connection: Connection, pack: Pack) -> Mapping[Key, Definition]:
    return {(one.kind, one.name): one for one in brought_by(connection, pack.manifest.id)}


def take_up(connection: Connection, packs: Iterable[Pack]) -> None:
    """Let the definitions of the installed version of enabled packs be in force."""
    for pack in packs:
        needs = orjson.dumps(pack.manifest.depends).decode()
        values = {"version": pack.manifest.version, "depends": needs}
        connection.change(PACK, values, {"id": pack.manifest.id})


def gives_up(site: Site) -> bool:
    """Whether an upgrade would convert values, so that some may be lost."""

    def lossy(ctx: Context) -> bool:
        take_up(ctx.connection, site.source.enabled(ctx.connection))
        definitions = site.source.merge(ctx.connection).definitions
        steps = site.runtime.database.plan(definitions, definitions, ctx.connection)
        return any(planned.risk == "lossy" for planned in steps)

    def tried(connection: Connection) -> bool:
        ctx = _operator(site, connection)
        return undone(ctx, lambda: lossy(ctx))

    return site.runtime.database.write(tried)


def migrate(site: Site) -> list[Delivery]:
    """Bring an existing site up to the installed version of the product and its packs.

    Its tables may lack whatever is new: nothing is read of them before they are changed, no rule and no account.
    """
    deliveries = site.runtime.database.write(lambda connection: _migrate(site, connection))
    catch_up(site.runtime)
    make_keys(site.runtime)
    while site.runtime.write(fill_sort_keys):
        pass
    return deliveries


def _migrate(site: Site, connection: Connection) -> list[Delivery]:
    deliveries = bring_up_to_date(site, _operator(site, connection))[1]
    connection.finish()
    return deliveries


def _operator(site: Site, connection: Connection) -> Context:
    """Who upgrades: nothing is read of tables that may lack what is new, no rule and no account."""
    connection.seals = site.runtime.seals
    definitions = site.source.merge(connection).definitions
    return Context(site.runtime, connection, definitions, user=ADMINISTRATOR, clock=site.runtime.clock).as_system()


def show_settings(ctx: Context, settings: SiteSettings) -> None:
    """Time zone and language of site.json, where clients of Frappe look for them."""
    doc = ctx.store.get("System Settings", "System Settings")
    doc.time_zone, doc.language = settings.time_zone, settings.language
    ctx.store.save(doc)


def first_users(ctx: Context, admin_password: str) -> None:
    """Administrator and Guest."""
    for name, email, kind in FIRST_USERS:
        doc = ctx.store.new(
            "User", {"first_name": name, "full_name": name, "email": email, "user_type": kind, "enabled": 1}
        )
        doc["name"] = name
        write_as_is(ctx, [doc])
    store_password(ctx, ADMINISTRATOR, admin_password)
