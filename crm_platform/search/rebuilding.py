"""Making the index again, for the operator at once, for the worker a batch at a time; comparing it with the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crm_platform.database.inspection import filled_tables
from crm_platform.database.query import Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.runtime import Runtime
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule
from crm_platform.search import walking
from crm_platform.search.content import entries_of
from crm_platform.search.fields import Plan
from crm_platform.search.index import index_of

Progress = Callable[[int, int], None]

TASK = "core:search"
SCHEDULES = (Schedule(TASK, "*/10 * * * *"),)
"""The worker looks whether something is to be indexed after an upgrade or a restore."""


def rebuild(runtime: Runtime, told: Progress, *, from_scratch: bool) -> int:
    """Walk over all documents, each batch in its own transaction; returns how many there were.

    `told` hears (done, total). Stopped, it goes on where it was when it is called again not `from_scratch`.
    """
    if from_scratch:
        runtime.write(walking.start_again)
    total, done = runtime.read(_total), 0
    while (walked := runtime.write(walking.step)) is not None:
        done += walked
        told(done, total)
    return done


def catch_up(runtime: Runtime) -> None:
    """Index what is not indexed yet, after a site was made, migrated or restored."""
    rebuild(runtime, lambda *_: None, from_scratch=False)


def _total(ctx: Context) -> int:
    doctypes = {walk.plan.doctype.table: walk.plan.doctype for walk in walking.unfinished(ctx)}
    filled = filled_tables(ctx.connection, list(doctypes))
    return sum(ctx.connection.count(Query(doctypes[table])) for table in filled)


def work(ctx: Context) -> None:
    """The worker's task: one batch, and another job for the next while there is one."""
    if walking.step(ctx) is not None:
        enqueue(ctx, TASK, {})


def definition_changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """What is searched may have changed: the worker looks at once."""
    enqueue(ctx, TASK, {})


TASKS = {TASK: work}
LISTENERS = [
    Listener("core", kind, event, definition_changed)
    for kind in ("DocType", "Custom Field", "Property Setter")
    for event in ("on_update", "after_delete")
]


@dataclass(frozen=True)
class Comparison:
    """How the index of all DocTypes stands to their documents, counted in entries."""

    right: int = 0
    missing: int = 0
    outdated: int = 0
    surplus: int = 0
    walks: int = 0
    """DocTypes that are still to be walked."""


def compare(ctx: Context) -> Comparison:
    """Compare every entry with what it should be."""
    counted = [_compared(ctx, plan) for plan in walking.searched_doctypes(ctx)]
    right, missing, outdated, surplus = (sum(column) for column in zip(*counted, strict=True))
    return Comparison(right, missing, outdated, surplus, len(walking.unfinished(ctx)))


def _compared(ctx: Context, plan: Plan) -> tuple[int, int, int, int]:
    meta = plan.doctype
    there = {(name, part): digest for _, name, part, digest in index_of(ctx.connection).of_doctype(meta.name)}
    right = missing = outdated = 0
    names = [row["name"] for row in ctx.connection.select(Query(meta, order_by=(Order(("name",)),)))]
    for first in range(0, len(names), walking.BATCH):
        for values in walking.values_of(ctx, plan, names[first : first + walking.BATCH]):
            for entry in entries_of(plan, values["name"], values):
                digest = there.pop((values["name"], entry.part), None)
                right += digest == entry.digest
                missing += digest is None
                outdated += digest is not None and digest != entry.digest
    return right, missing, outdated, len(there)
