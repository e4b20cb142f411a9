"""Packs of one site for the API: states, plans and changes as JSON data in the caller's language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, get_args

from crm_platform.access.privilege import is_manager, require_manager
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.problems import Problem, errors_of
from crm_platform.sites import packs
from crm_platform.sites.delivery import Delivery
from crm_platform.sites.merging import Conflict
from crm_platform.sites.opening import Site
from crm_platform.sites.pack_changes import apply, preview
from crm_platform.sites.pack_plan import Action, PackPlan

Row = dict[str, Any]
SUBJECT = "Pack"


@dataclass(frozen=True)
class PackService:
    """What a System Manager may ask of a site's packs."""

    site: Site

    def state(self, ctx: Context) -> Row:
        """Whether the site is in safe mode, since packs that are enabled are not at work; all who are signed in are
        told which, System Managers why."""
        is_told = is_manager(ctx)
        absent = self._absent(ctx)
        return {
            "safe_mode": bool(absent),
            "missing": [{"pack": pack, "reason": reason if is_told else ""} for pack, reason in absent.items()],
        }

    def every(self, ctx: Context) -> list[Row]:
        """Every installed pack and every enabled one that is missing, with what is wrong with it."""
        require_manager(ctx, SUBJECT)
        return [asdict(row) for row in packs.pack_list(self.site, ctx.connection)]

    def preview(self, ctx: Context, pack: str, action: str) -> Row:
        """What an action would do, with the id to apply it by. Nothing is changed."""
        require_manager(ctx, SUBJECT)
        return self._plan(ctx, preview(self.site, self.site.system(ctx), known(action), pack))

    def apply(self, ctx: Context, pack: str, action: str, plan: str = "") -> Row:
        """Carry an action out in one transaction; with the id of a plan only if it does what that one said."""
        require_manager(ctx, SUBJECT)
        done = apply(self.site, self.site.system(ctx), known(action), pack, plan)
        return _told(done)

    def _absent(self, ctx: Context) -> dict[str, str]:
        at_work = {pack.manifest.id for pack in self.site.source.hooks_of(ctx.definitions).packs}
        rows = packs.pack_list(self.site, ctx.connection)
        return {row.id: row.problem for row in rows if row.enabled and row.id not in at_work}

    def _plan(self, ctx: Context, plan: PackPlan) -> Row:
        return {
            "plan": plan.id,
            "pack": plan.pack,
            "version": plan.version,
            "action": plan.action,
            "changes": [asdict(change) for change in plan.changes],
            "steps": [
                {
                    "action": step.action,
                    "doctype": step.table.removeprefix("tab"),
                    "fieldname": step.column,
                    "risk": step.risk,
                    "message": ctx._(step.template, **step.params),
                }
                for step in plan.steps
            ],
            "records": [{"doctype": kind, "name": name, "outcome": what} for kind, name, what in plan.records],
            "conflicts": [asdict(conflict) for conflict in plan.conflicts],
            "problems": [_problem(ctx, problem) for problem in errors_of(plan.problems)],
        }


def known(action: str) -> Action:
    """The action of this name. Raises ValidationError."""
    if action not in get_args(Action):
        raise ValidationError(
            "There is no action {action} for packs. There are: {known}",
            action=action,
            known=", ".join(get_args(Action)),
        )
    found: Action = action  # type: ignore[assignment]
    return found


def _problem(ctx: Context, problem: Problem) -> Row:
    place = {"doctype": problem.doctype, "fieldname": problem.fieldname}
    return {"id": problem.id, **place, "message": problem.message(ctx._), "remedy": problem.advice(ctx._)}


def _told(deliveries: list[Delivery]) -> Row:
    conflicts: list[Conflict] = [one for delivery in deliveries for one in delivery.conflicts]
    outcomes = ("added", "updated", "kept", "removed")
    records = {name: [one for delivery in deliveries for one in getattr(delivery, name)] for name in outcomes}
    return {**records, "conflicts": [asdict(conflict) for conflict in conflicts]}
