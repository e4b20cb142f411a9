"""Erased persons leave the index: at once for every question, and then from the disk."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.jobs.queue import enqueue
from crm_platform.search.index import index_of

PURGE = "core:search_purge"


def forget(ctx: Context) -> None:
    """Entries that were taken away or replaced go with all their tokens, on the disk by steps of the worker."""
    index_of(ctx.connection).settle()
    enqueue(ctx, PURGE, {"begun": False})


def purge(ctx: Context, *, begun: bool) -> None:
    """The worker's task: one step, and another job for the next while there is one."""
    if index_of(ctx.connection).purge(begun=begun):
        enqueue(ctx, PURGE, {"begun": True})
    else:
        ctx.connection.after_commit(ctx.runtime.database.clear_log)


TASKS = {PURGE: purge}
