"""Uninstalls packs: their data stay for a later return, or go for good."""

from __future__ import annotations

from crm_platform.database.system import PACK, PACK_SETTING, STRIKE
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError
from crm_platform.sites import leftovers, objects
from crm_platform.sites.delivery import Delivery
from crm_platform.sites.opening import Site
from crm_platform.sites.packs import disable


def refuse_unknown(ctx: Context, pack_id: str) -> None:
    """Raises DoesNotExistError for a pack that has brought nothing to the site."""
    enabled = ctx.connection.fetch(PACK, {"id": pack_id})
    if not enabled and not objects.brought_by(ctx.connection, pack_id, ever=True):
        raise DoesNotExistError("Pack {id} has left nothing on this site.", id=pack_id)


def uninstall(site: Site, ctx: Context, pack_id: str) -> list[Delivery]:
    """Disable a pack if it is on, and forget its settings and strikes. Its data are kept, hidden, as its objects are.

    Raises what `disable` raises.
    """
    refuse_unknown(ctx, pack_id)
    enabled = ctx.connection.fetch(PACK, {"id": pack_id})
    deliveries = [disable(site, ctx, pack_id)] if enabled else []
    ctx.connection.remove(PACK_SETTING, {"pack": pack_id})
    ctx.connection.remove(STRIKE, {"pack": pack_id})
    ctx.audit("Pack Uninstalled", name=pack_id)
    return deliveries


def drop(site: Site, ctx: Context, pack_id: str) -> list[Delivery]:
    """Uninstall a pack, and take away for good whatever no other pack has brought as well."""
    deliveries = uninstall(site, ctx, pack_id)
    bare = ctx.with_definitions(ctx.runtime.merge(ctx.connection).definitions)
    gone = leftovers.drop(site, bare, pack_id)
    modelling.bump(bare)
    ctx.audit("Pack Data Dropped", name=pack_id)
    return [*deliveries, Delivery(removed=[f"{kind} {name}" for kind, name in gone])]
