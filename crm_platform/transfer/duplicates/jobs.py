"""What the worker does for the duplicates: keys for documents that have none yet, and searches that people ask for."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.modelling import bump
from crm_platform.documents.runtime import Runtime
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Function
from crm_platform.transfer.duplicates import pairs
from crm_platform.transfer.duplicates.keys import build
from crm_platform.transfer.duplicates.rules import RULE, check_rule
from crm_platform.transfer.duplicates.scanning import find_duplicates

BUILD = "core:match_keys"


def build_keys(ctx: Context) -> None:
    """The worker's task: one batch, and another job for the next while there is one."""
    if build(ctx):
        enqueue(ctx, BUILD, {})


def catch_up(runtime: Runtime) -> None:
    """Make all keys that are missing, after a site was made, migrated or restored."""
    while runtime.write(build):
        pass


def rule_changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Rules are part of the model; the documents that are there need keys for a new one."""
    bump(ctx)
    enqueue(ctx, BUILD, {})


TASKS: dict[str, Function] = {BUILD: build_keys, find_duplicates.name: find_duplicates}
SCHEDULES = (Schedule(BUILD, "*/10 * * * *"),)
LISTENERS = [
    *pairs.LISTENERS,
    Listener("core", RULE, "validate", check_rule),
    Listener("core", RULE, "on_update", rule_changed),
    Listener("core", RULE, "after_delete", rule_changed),
]
