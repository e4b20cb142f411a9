"""crm.studio.workflow*: workflows as the studio shapes them, checked and tried before they come into force."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from crm_platform.api.definitions import doctype_of
from crm_platform.api.methods import ApiMethod
from crm_platform.api.plan_jobs import draft_of, require_manager
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Query
from crm_platform.desk.expressions import is_closed, refuse_closed
from crm_platform.documents import drafts
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import site_definitions
from crm_platform.documents.overtaking import newest_standing
from crm_platform.documents.reading import load, not_found
from crm_platform.errors import ExpressionError, ValidationError
from crm_platform.expressions import compile
from crm_platform.metadata.bodies import is_on, workflow_from_body
from crm_platform.metadata.json_text import KeyPath
from crm_platform.metadata.layers import ENGINE, SITE, Placed
from crm_platform.metadata.model import DocType, Workflow
from crm_platform.metadata.problems import Problem, refuse
from crm_platform.metadata.records import Definition
from crm_platform.metadata.shape import check_shape
from crm_platform.workflow.cast import cast_of
from crm_platform.workflow.simulating import Simulated, Way, simulate

Row = dict[str, Any]
MOST_TRIED = 200
"""Documents that one simulation looks at."""

PLACES = ("state", "action", "next", "row")
"""Placeholders of a check's sentence that tell where in the workflow the fault is."""


@dataclass(frozen=True)
class Stack:
    """What the layers say about one workflow: the uppermost record counts."""

    top: Placed
    below: Placed | None


def workflows(ctx: Context) -> list[Row]:
    """All workflows with the layer that each comes from. For System Managers."""
    require_manager(ctx)
    return sorted((_listed(ctx, one) for one in _stacks(ctx).values()), key=lambda row: (row["doctype"], row["name"]))


def workflow(ctx: Context, name: str) -> Row:
    """One workflow: `body` is the record in force, `delivered` that of the layer below where the site has its own
    version, `as_of` the newest plan (see crm.plan.apply). For System Managers.

    Raises PermissionError, DoesNotExistError.
    """
    require_manager(ctx)
    found = _stacks(ctx).get(name)
    if found is None:
        raise not_found(ctx.definitions["Workflow"], name)
    below = found.below
    return {
        **_listed(ctx, found),
        "body": found.top.definition.body,
        "delivered": below.definition.body if below is not None else None,
        "as_of": newest_standing(ctx),
    }


def ground(ctx: Context, doctype: str) -> Row:
    """What a workflow of a DocType is made of: its fields, roles, known states and actions, documents by state, rules
    that a state sets off. For System Managers. Raises PermissionError, DoesNotExistError."""
    meta = doctype_of(require_manager(ctx), doctype)
    flow = ctx.definitions.workflows.get(doctype)
    roles = [row["name"] for row in _all(ctx, "Role", filters={"disabled": 0})]
    states = _all(ctx, "Workflow State", fields=("name", "style"))
    actions = [row["name"] for row in _all(ctx, "Workflow Action Master")]
    names = [*roles, *actions, *(row["name"] for row in states)]
    return {
        "doctype": doctype,
        "label": ctx._(doctype),
        "is_submittable": int(meta.is_submittable),
        "in_force": flow.name if flow else None,
        "fields": [
            {"fieldname": f.fieldname, "fieldtype": f.fieldtype, "label": ctx._(f.label), "options": f.options}
            for f in meta.data_fields
            if f.layer != ENGINE
        ],
        "roles": roles,
        "states": states,
        "actions": actions,
        "labels": {name: ctx._(name) for name in names},
        "used": _used(ctx, meta, flow) if flow else {},
        "rules": _rules(ctx, doctype),
        "others": _others(ctx, doctype, ""),
    }


def check(ctx: Context, workflow: Row) -> list[Row]:
    """The faults of a workflow that is not stored, as if it were in force: each with the state, action or row it is
    about. Changes nothing. For System Managers. Raises PermissionError, DefinitionError for a body without a name."""
    others = _others(require_manager(ctx), str(workflow.get("document_type") or ""), str(workflow.get("name") or ""))
    draft = draft_of([*others, {**workflow, "doctype": "Workflow", "is_active": 1}], [])
    found = drafts.preview(require_manager(ctx, draft), draft)
    return [_problem(ctx, problem) for problem in found.problems if "workflow" in problem.params]


def simulated(ctx: Context, workflow: Row, limit: int = 50) -> Row:
    """A workflow that is not stored, tried on the documents that changed last: the state each would have, who could
    move it on, where it would be stuck, and which of its past steps would have been possible. Without effect.

    For System Managers; only documents that the caller may read. Raises PermissionError, also for a new condition that
    reads a value which the caller may not see, and DoesNotExistError.
    """
    require_manager(ctx)
    flow = _flow_of(workflow)
    meta = doctype_of(ctx, flow.document_type)
    if meta.istable or meta.issingle or meta.is_virtual:
        raise ValidationError("Workflows are for DocTypes with documents of their own.")
    _refuse_closed(ctx, meta, flow)
    rows = ctx.store.list(meta.name, order_by="modified desc", limit=max(1, min(limit, MOST_TRIED)))
    docs = [ctx.store.get(meta.name, str(row["name"])) for row in rows]
    found = [_shown(ctx, one) for one in simulate(ctx, flow, docs, cast_of(ctx))]
    return {"documents": found, "outcomes": dict(Counter(row["outcome"] for row in found))}


def _flow_of(workflow: Row) -> Workflow:
    """The workflow of a body that a client sends, whole numbers of any size: what is too many shows when it is tried.

    Raises DefinitionError for values of another type.
    """
    _, faults = check_shape(Definition("Workflow", "", workflow))
    refuse(problem for path, problem in faults if not _is_number_of_row(workflow, path))
    return workflow_from_body(workflow, SITE)


def _is_number_of_row(workflow: Row, path: KeyPath) -> bool:
    value: Any = workflow
    for key in path:
        value = value[key]
    return len(path) == len(("table", 0, "column")) and type(value) is int


def _refuse_closed(ctx: Context, meta: DocType, flow: Workflow) -> None:
    """A condition in force tells its value by the actions there are; a new one would be a question of its own."""
    in_force = ctx.definitions.workflows.get(meta.name)
    for condition in _conditions(flow) - (_conditions(in_force) if in_force is not None else set()):
        with suppress(ExpressionError):  # the simulation says what is wrong with it
            for path in compile(condition).fields:
                refuse_closed(ctx, meta, path)


def _conditions(flow: Workflow) -> set[str]:
    return ({row.condition for row in flow.transitions} | {tier.condition for tier in flow.tiers}) - {""}


def _stacks(ctx: Context) -> dict[str, Stack]:
    found: dict[str, Stack] = {}
    for placed in ctx.runtime.merge(ctx.connection).workflows:
        under = found.get(placed.definition.name)
        found[placed.definition.name] = Stack(placed, under.top if under else None)
    return found


def _listed(ctx: Context, one: Stack) -> Row:
    body, name = one.top.definition.body, one.top.definition.name
    doctype = str(body.get("document_type") or "")
    flow = ctx.definitions.workflows.get(doctype)
    return {
        "name": name,
        "label": ctx._(name),
        "doctype": doctype,
        "doctype_label": ctx._(doctype),
        "layer": one.top.layer,
        "delivered_layer": one.below.layer if one.below else None,
        "is_active": int(is_on(body.get("is_active"))),
        "is_in_force": int(flow is not None and flow.name == name),
        "states": len(body.get("states") or ()),
    }


def _all(ctx: Context, doctype: str, fields: tuple[str, ...] = ("name",), filters: Any = None) -> list[Row]:
    return list(ctx.store.list(doctype, fields=fields, filters=filters, order_by="name", limit=None))


def _others(ctx: Context, doctype: str, name: str) -> list[Row]:
    """The other active workflows of a DocType that the site has made, switched off: one is in force at a time."""
    return [
        {**one.body, "doctype": "Workflow", "name": one.name, "is_active": 0}
        for one in site_definitions(ctx, "Workflow")
        if one.body.get("document_type") == doctype and one.name != name and is_on(one.body.get("is_active"))
    ]


def _used(ctx: Context, meta: DocType, flow: Workflow) -> dict[str, int]:
    """How many documents are in each state of the workflow in force."""
    if flow.state_field not in meta.columns or meta.is_virtual:
        return {}
    states = ((state, Query(meta, where=Compare((flow.state_field,), "=", state))) for state in flow.statuses)
    return {state: ctx.connection.count(query, cap=1001) for state, query in states}


def _rules(ctx: Context, doctype: str) -> list[Row]:
    wanted = {"document_type": doctype, "trigger": "Workflow State"}
    rows = _all(ctx, "Automation Rule", ("name", "workflow_state", "enabled"), wanted)
    return [{**row, "actions": _actions(ctx, row["name"])} for row in rows]


def _actions(ctx: Context, rule: str) -> list[str]:
    doc = load(ctx, ctx.definitions["Automation Rule"], rule)
    return [str(row["action"]) for row in doc["actions"]] if doc is not None else []


def _problem(ctx: Context, problem: Problem) -> Row:
    return {
        "id": problem.id,
        "level": problem.level,
        "fieldname": problem.fieldname,
        "message": problem.message(ctx._),
        "remedy": problem.advice(ctx._),
        **{place: problem.params.get(place) for place in PLACES},
    }


def _shown(ctx: Context, one: Simulated) -> Row:
    meta = one.doc.meta
    field = meta.field(meta.title_field)
    title = one.doc.get(meta.title_field) if field is not None and not is_closed(ctx, meta, field) else None
    return {
        "name": one.doc["name"],
        "title": str(title or one.doc["name"]),
        "before": one.before,
        "state": one.state,
        "placing": one.placing,
        "outcome": one.outcome,
        "ways": [_way(way) for way in one.ways],
        "past": [
            {"state": p.state, "next": p.next_state, "user": p.user, "at": p.at.isoformat(), "reason": p.reason}
            for p in one.past
        ],
    }


def _way(way: Way) -> Row:
    return {
        "action": way.transition.action,
        "next": way.transition.next_state,
        "users": list(way.users),
        "reason": way.reason,
    }


METHODS = (
    ApiMethod("crm.studio.workflows", workflows),
    ApiMethod("crm.studio.workflow", workflow),
    ApiMethod("crm.studio.workflow_ground", ground),
    ApiMethod("crm.studio.check_workflow", check, writes=True),
    ApiMethod("crm.studio.simulate_workflow", simulated),
)
