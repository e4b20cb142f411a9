"""Running documents when the states of their workflow change: none is left in a state that goes, and roll back moves
them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.database.schema import Step, step
from crm_platform.database.system import STATE_MOVE
from crm_platform.documents.plans import Applied
from crm_platform.metadata.model import Definitions, Workflow
from crm_platform.metadata.problems import Problem

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

APPROVAL = "Workflow Approval"
COUNTED = 1001
"""Documents in a state that are counted at most."""


def stranded(ctx: Context, new: Definitions) -> Iterator[Problem]:
    """States that documents are in and that they cannot stay in, compared with the model of `ctx`: the state goes and
    no mapping takes them elsewhere, or it gets another document status than they have."""
    for doctype, old, now in _changed(ctx.definitions, new):
        for state in old.statuses:
            count = _left_in(ctx, doctype, now, state) if old.statuses[state] != now.statuses.get(state) else 0
            if count:
                params = {"workflow": now.name, "state": state, "count": count, "doctype": doctype}
                yield _turns(doctype, params) if state in now.statuses else _goes(doctype, params)


def _goes(doctype: str, params: Mapping[str, Any]) -> Problem:
    return Problem(
        "D825",
        "The workflow {workflow}: the state {state} goes, but {count} documents of {doctype} are in it.",
        "Say in the state mapping to which state of the same document status they go, or move them before.",
        doctype=doctype,
        params=params,
    )


def _turns(doctype: str, params: Mapping[str, Any]) -> Problem:
    return Problem(
        "D826",
        "The workflow {workflow}: {count} documents of {doctype} in the state {state} have another document status.",
        "Give the state with the other document status another name, or move the documents before.",
        doctype=doctype,
        params=params,
    )


def _changed(old: Definitions, new: Definitions) -> Iterator[tuple[str, Workflow, Workflow]]:
    for doctype, flow in old.workflows.items():
        now = new.workflows.get(doctype)
        if now is not None and now != flow and now.state_field == flow.state_field and doctype in new:
            yield doctype, flow, now


def _left_in(ctx: Context, doctype: str, flow: Workflow, state: str) -> int:
    """How many documents are in a state that goes or turns, and neither are moved nor have its document status."""
    meta = ctx.definitions[doctype]
    if meta.is_virtual or flow.state_field not in meta.columns:
        return 0
    there = Compare((flow.state_field,), "=", state)
    status = flow.statuses.get(flow.becomes.get(state, state))
    where = there if status is None else all_of(there, Compare(("docstatus",), "!=", status))
    return ctx.connection.count(Query(meta, where=where), cap=COUNTED)


def carry_approvals(ctx: Context, steps: Iterable[Step]) -> None:
    """Approvals go with the documents: they were given in a state that has another name now."""
    for planned in steps:
        if planned.moves is None:
            continue
        gone, target, _ = planned.moves
        doctype = planned.table.removeprefix("tab")
        for column in ("workflow_state", "next_state"):
            there = {"reference_doctype": doctype, column: gone}
            ctx.connection.change_rows(ctx.definitions[APPROVAL], {column: target}, there)


def move_back(ctx: Context, left: Definitions, plan: Applied) -> None:
    """Move documents back that `plan` moved, and those that went on into a state which only the model `left` knew.

    `ctx` has the former model again.
    """
    database = ctx.runtime.database
    for planned in plan.moves:
        flow = ctx.definitions.workflows.get(planned.table.removeprefix("tab"))
        if flow is not None:
            database.move_back(ctx.connection, planned, plan.id, flow.statuses)
    for doctype, flow, former in _changed(left, ctx.definitions):
        for planned in _homeward(ctx, doctype, flow, former):
            database.move_unnoted(ctx.connection, planned)
    for planned in plan.moves:
        _take_approvals_back(ctx, planned)
    ctx.connection.remove(STATE_MOVE, {"plan": plan.id})


def _homeward(ctx: Context, doctype: str, left: Workflow, former: Workflow) -> Iterator[Step]:
    """Out of a state that the former workflow does not know: into the one that it stood for, or the first one of the
    same document status."""
    meta = ctx.definitions[doctype]
    for state, status in left.statuses.items():
        fitting = [name for name, other in former.statuses.items() if other == status]
        origins = [old for old, new in left.becomes.items() if new == state and old in fitting]
        target = next(iter((*origins, *fitting)), None)
        if state not in former.statuses and target is not None:
            storage = meta.columns[former.state_field]
            yield step("move states", meta.table, former.state_field, storage=storage, moves=(state, target, status))


def _take_approvals_back(ctx: Context, planned: Step) -> None:
    """Approvals of a document that is in its former state again count there again."""
    if planned.moves is None:
        return
    gone, target, _ = planned.moves
    doctype, meta = planned.table.removeprefix("tab"), ctx.definitions[APPROVAL]
    about = Compare(("reference_doctype",), "=", doctype)
    for column in ("workflow_state", "next_state"):
        columns = tuple(Column((name,), name) for name in ("name", "reference_name"))
        rows = ctx.connection.select(Query(meta, columns, all_of(about, Compare((column,), "=", target))))
        for row in rows:
            doc = ctx.connection.get_row(ctx.definitions[doctype], str(row["reference_name"]))
            if doc is not None and doc[planned.column] == gone:
                ctx.connection.update_row(meta, row["name"], {column: gone})
