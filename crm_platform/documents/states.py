"""Running documents when the states of their workflow change: none is left in a state that goes, and roll back moves
them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.inspection import column_names
from crm_platform.database.names import physical_name
from crm_platform.database.query import Column, Query
from crm_platform.database.schema import Step, first_states, step
from crm_platform.database.system import STATE_MOVE
from crm_platform.documents.plans import Applied
from crm_platform.metadata.model import Definitions, DocType, Workflow
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


def left_behind(ctx: Context, new: Definitions) -> Iterator[Step]:
    """Where documents go that a workflow comes upon in states of one that was taken off: its column stayed, hidden from
    all. The mapping counts, else the first state of their document status."""
    for meta, flow in _coming(ctx, new):
        first = dict(first_states(flow))
        for state, status in _found(ctx, meta, flow.state_field):
            target = flow.becomes.get(state, "")
            target = target if flow.statuses.get(target) == status else first.get(status, "")
            if target and flow.statuses.get(state) != status:
                storage, moves = meta.columns[flow.state_field], (state, target, status)
                yield step("move states", meta.table, flow.state_field, storage=storage, moves=moves)


def _coming(ctx: Context, new: Definitions) -> Iterator[tuple[DocType, Workflow]]:
    """Workflows whose field of the state comes, or comes back, to a DocType with a table."""
    for doctype, flow in new.workflows.items():
        meta, before = new.get(doctype), ctx.definitions.get(doctype)
        if meta is None or before is None or meta.is_virtual or meta.issingle:
            continue
        if flow.state_field in meta.columns and flow.state_field not in before.columns:
            yield meta, flow


def _found(ctx: Context, meta: DocType, field: str) -> list[tuple[str, int]]:
    """The states, with the document status, of documents whose DocType has no such field yet."""
    if physical_name(field) not in column_names(ctx.connection, meta.table):
        return []
    columns, there = (Column((field,), "state"), Column(("docstatus",), "status")), Compare((field,), "is", "set")
    rows = ctx.connection.select(Query(meta, columns, there, group_by=((field,), ("docstatus",))))
    return sorted((str(row["state"]), int(row["status"])) for row in rows)


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
        database.move_back(ctx.connection, planned, plan.id, flow.statuses if flow is not None else ())
    for doctype, flow, former in _changed(left, ctx.definitions):
        for planned in _homeward(ctx, doctype, flow, former):
            database.move_unnoted(ctx.connection, planned)
    for planned in plan.moves:
        _take_approvals_back(ctx, left, planned)
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


def _take_approvals_back(ctx: Context, left: Definitions, planned: Step) -> None:
    """Approvals of a document that is in its former state again count there again. The model that is `left` knows its
    column, which the former one may not show."""
    if planned.moves is None:
        return
    gone, target, _ = planned.moves
    doctype, meta = planned.table.removeprefix("tab"), ctx.definitions[APPROVAL]
    about, state = Compare(("reference_doctype",), "=", doctype), (Column((planned.column,), "state"),)
    for column in ("workflow_state", "next_state"):
        columns = tuple(Column((name,), name) for name in ("name", "reference_name"))
        rows = ctx.connection.select(Query(meta, columns, all_of(about, Compare((column,), "=", target))))
        for row in rows:
            named = Compare(("name",), "=", str(row["reference_name"]))
            if ctx.connection.select(Query(left[doctype], state, named)) == [{"state": gone}]:
                ctx.connection.update_row(meta, row["name"], {column: gone})
