"""Every change of a site's packs, planned and carried out: enable, upgrade, disable, uninstall, drop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from crm_platform.database.system import PACK
from crm_platform.documents.context import Context
from crm_platform.documents.undoing import undone
from crm_platform.errors import ValidationError
from crm_platform.sites import leftovers, packs, uninstalling, upgrading
from crm_platform.sites.delivery import Delivery
from crm_platform.sites.opening import Site
from crm_platform.sites.pack_plan import Action, PackPlan, planned


def preview(site: Site, ctx: Context, action: Action, pack_id: str) -> PackPlan:
    """What the action would do; nothing is changed. Raises what the action itself refuses before it begins."""
    return undone(ctx, lambda: _PLANNED[action](site, ctx, pack_id))


def apply(site: Site, ctx: Context, action: Action, pack_id: str, plan: str = "") -> list[Delivery]:
    """Carry the action out in the transaction of `ctx`; with the id of a `plan` only if it does what that one said.

    Raises ValidationError when it would do something else by now, and whatever the action raises.
    """
    if plan and preview(site, ctx, action, pack_id).id != plan:
        raise ValidationError(
            "The plan for pack {id} is not what it was when it was shown. Look at it again.", id=pack_id
        )
    return _CARRIED_OUT[action](site, ctx, pack_id)


def _enable(site: Site, ctx: Context, pack_id: str) -> PackPlan:
    packs.put_on(site, ctx, pack_id)
    return planned(site, ctx, "enable", pack_id)


def _upgrade(site: Site, ctx: Context, pack_id: str) -> PackPlan:
    upgrading.begin(site, ctx, pack_id)
    conflicts = upgrading.conflicts(site, ctx, pack_id)
    upgrading.take(site, ctx, pack_id)
    return replace(planned(site, ctx, "upgrade", pack_id), conflicts=conflicts)


def _take_off(site: Site, ctx: Context, pack_id: str) -> PackPlan:
    packs.refuse_needed(site, ctx, pack_id)
    ctx.connection.remove(PACK, {"id": pack_id})
    return planned(site, ctx, "disable", pack_id)


def _uninstall(site: Site, ctx: Context, pack_id: str) -> PackPlan:
    uninstalling.refuse_unknown(ctx, pack_id)
    enabled = ctx.connection.fetch(PACK, {"id": pack_id})
    off = _take_off(site, ctx, pack_id) if enabled else PackPlan(pack_id, "", "uninstall")
    return replace(off, action="uninstall")


def _drop(site: Site, ctx: Context, pack_id: str) -> PackPlan:
    off = _uninstall(site, ctx, pack_id)
    steps = [step for step in off.steps if step.action not in ("hide table", "hide column")]
    dropped = leftovers.steps_to_drop(site, ctx.connection, pack_id)
    return replace(off, action="drop", steps=[*steps, *dropped])


_PLANNED: Mapping[Action, Callable[[Site, Context, str], PackPlan]] = {
    "enable": _enable,
    "upgrade": _upgrade,
    "disable": _take_off,
    "uninstall": _uninstall,
    "drop": _drop,
}
_CARRIED_OUT: Mapping[Action, Callable[[Site, Context, str], list[Delivery]]] = {
    "enable": packs.enable,
    "upgrade": upgrading.upgrade,
    "disable": lambda site, ctx, pack_id: [packs.disable(site, ctx, pack_id)],
    "uninstall": uninstalling.uninstall,
    "drop": uninstalling.drop,
}
