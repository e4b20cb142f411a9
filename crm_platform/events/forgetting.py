"""Erased persons leave the log of events, where names of documents and users stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from crm_platform.documents.context import Context
from crm_platform.documents.erased import Name
from crm_platform.events.log import DOCUMENT, EVENT
from crm_platform.jobs.queue import enqueue

HIDE = "core:hide_events"

SOON = timedelta(minutes=1)
"""After so long the erasure's own events are in the log, too."""


def forget(ctx: Context, documents: Collection[Name]) -> None:
    """Take out what belongs to erased accounts, and let the worker hide the names of documents."""
    for doctype, name in documents:
        if doctype == "User":
            ctx.connection.remove(EVENT, {"user": name})
    enqueue(ctx, HIDE, {}, delay=SOON)


def hide(ctx: Context) -> None:
    """What was told of single documents is told of many: who comes back to it reads anew what he may read."""
    ctx.connection.change(EVENT, {"name": "", "user": "", "event": "many"}, {"kind": DOCUMENT})


TASKS = {HIDE: hide}
