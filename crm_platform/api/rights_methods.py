"""crm.access.matrix and compare: who may do what on the whole site, and what a draft would change for real users."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from crm_platform.access.comparison import Compared, Comparison, compare, counts
from crm_platform.access.privilege import is_manager
from crm_platform.api.call import Call
from crm_platform.api.definitions import shown
from crm_platform.api.methods import Method, ShellMethod
from crm_platform.api.plan_jobs import draft_of, require_manager
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import OWNER_KEYS, site_definitions
from crm_platform.documents.overtaking import newest_standing
from crm_platform.errors import PermissionError
from crm_platform.metadata.model import PERMISSION_ACTIONS, DocType

EVERYWHERE = "*"
ROWS = 2000
"""Rows of a comparison that one answer lists."""


async def matrix(call: Call) -> Response:
    """The permission rows of every DocType, for System Managers: `actions` in their order, and per DocType its `rows`
    as a definition writes them, the `layer` that says them, whether they are `own` rows of the site, the labels of the
    fields of each higher level in `levels`, and the packs whose filters narrow it in any case (`narrowed_by`). `as_of`
    is the newest plan (see crm.plan.apply)."""

    def answer(ctx: Context) -> dict[str, Any]:
        if not is_manager(ctx):
            raise PermissionError("Only a System Manager may see the rights of all roles.")
        own = {str(one.body.get(OWNER_KEYS[one.kind])) for one in site_definitions(ctx, "Custom DocPerm")}
        packs = call.site.access.narrowing(ctx)
        everywhere = packs.get(EVERYWHERE, ())
        metas = sorted((meta for meta in ctx.definitions.values() if not meta.istable), key=lambda meta: meta.name)
        listed = [_listed(ctx, meta, (*everywhere, *packs.get(meta.name, ())), own) for meta in metas]
        return {"actions": list(PERMISSION_ACTIONS), "doctypes": listed, "as_of": newest_standing(ctx)}

    return method_response(await call.read(answer), call.style)


def _listed(ctx: Context, meta: DocType, narrowed_by: tuple[str, ...], own: Collection[str]) -> dict[str, Any]:
    levels: dict[str, list[str]] = {}
    for field in meta.fields:
        if field.permlevel:
            levels.setdefault(str(field.permlevel), []).append(ctx._(field.label or field.fieldname))
    return {
        "name": meta.name,
        "label": ctx._(meta.name),
        "module": meta.module,
        "layer": meta.provenance.get("permissions", meta.layer),
        "own": int(meta.name in own),
        "is_submittable": int(meta.is_submittable),
        "issingle": int(meta.issingle),
        "rows": shown(meta).get("permissions", []),
        "levels": levels,
        "narrowed_by": list(narrowed_by),
    }


async def compared(call: Call, definitions: list[Any], removed: list[Any] = []) -> Response:  # noqa: B006 never changed
    """What a draft of rights would give real users and take from them, without any effect. For System Managers.

    Each row tells a user, a DocType, what the user `gains`, `loses` or has otherwise (`changes`) as action, level and
    scope, and how many documents are readable before and after (null: not known before it is applied).
    """
    draft = draft_of(definitions, removed)

    def look(ctx: Context) -> Comparison:
        return compare(require_manager(ctx, draft), draft, call.site.access.policy)

    found = await call.write(look)
    rows = found.rows[:ROWS]
    return method_response(
        await call.read(
            lambda ctx: {
                "examined": found.examined,
                "left_out": found.left_out,
                "more": max(0, len(found.rows) - ROWS),
                "rows": [_row(ctx, one, *pair) for one, pair in zip(rows, counts(ctx, rows), strict=True)],
            }
        ),
        call.style,
    )


def _row(ctx: Context, one: Compared, before: int | None, after: int | None) -> dict[str, Any]:
    turns: dict[str, list[dict[str, Any]]] = {"gains": [], "loses": [], "changes": []}
    for difference in one.differences:
        told = asdict(difference)
        turns[told.pop("turn")].append(told)
    return {
        "user": one.user,
        "full_name": one.full_name,
        "doctype": one.doctype.name,
        "label": ctx._(one.doctype.name),
        **turns,
        "readable_before": before,
        "readable_after": after,
    }


METHODS: tuple[Method, ...] = (
    ShellMethod("crm.access.matrix", matrix),
    ShellMethod("crm.access.compare", compared, writes=True, verbs=("POST",)),
)
