"""Approvals that wait too long: told once in the timeline, with a task for everybody who may approve now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CRMError, ExpressionError, ValidationError
from crm_platform.jobs.job import Job
from crm_platform.metadata.model import Transition, Workflow
from crm_platform.workflow.approvals import TierStatus, progress
from crm_platform.workflow.history import entered, tell
from crm_platform.workflow.persons import users_with
from crm_platform.workflow.transitions import state_of

ESCALATE = "core:escalate_approvals"
EVERY_QUARTER_HOUR = "*/15 * * * *"

Name = tuple[str, str]
Run = Callable[[Callable[[Context], Any]], Any]
"""Runs work in a transaction."""


def escalate(read: Run, write: Run) -> None:
    """Look at every document that waits for an approval with a time limit, and escalate each in a transaction of its
    own. `read` and `write` run work in one, with the system's rights.

    One that fails does not hold up the others: it raises ValidationError at the end, and is tried again with the job.
    """
    failed: list[tuple[Name, CRMError]] = []
    for name in read(_waiting):
        try:
            write(partial(_escalate, name=name))
        except CRMError as error:
            failed.append((name, error))
    if failed:
        (doctype, first), reason = failed[0]
        raise ValidationError(
            "{count} approvals could not be escalated. The first: {doctype} {name}: {reason}",
            count=len(failed),
            doctype=doctype,
            name=first,
            reason=reason.message(),
        )


def escalate_in_steps(job: Job, system: Callable[[Context], Context]) -> None:
    """The task: `system` gives a Context the system's rights."""
    escalate(
        lambda work: job.read(lambda ctx: work(system(ctx))), lambda work: job.write(lambda ctx: work(system(ctx)))
    )


def _limited(workflow: Workflow) -> list[Transition]:
    """The actions with a tier that is escalated after some time."""

    def is_limited(row: Transition) -> bool:
        return any(tier.escalate_after and tier.escalate_to for tier in workflow.tiers_of(row))

    return [row for row in workflow.transitions if is_limited(row)]


def _waiting(ctx: Context) -> list[Name]:
    """The documents for which somebody is to be told, in order."""
    found = []
    for doctype, workflow in sorted(ctx.definitions.workflows.items()):
        states = sorted({row.state for row in _limited(workflow)})
        there = Compare((workflow.state_field,), "in", tuple(states))
        query = Query(ctx.definitions[doctype], (Column(("name",), "name"),), there)
        names = sorted(str(row["name"]) for row in ctx.connection.select(query)) if states else []
        found += [(doctype, name) for name in names if any(_due(ctx, ctx.store.get(doctype, name)))]
    return found


def _due(ctx: Context, doc: Document) -> Iterator[tuple[TierStatus, str]]:
    """What is to be told of a document and was not yet; nothing where a condition cannot be evaluated."""
    workflow = ctx.definitions.workflows[doc.doctype]
    for row in _limited(workflow):
        if row.state != state_of(workflow, doc):
            continue
        try:
            statuses = progress(ctx, doc, workflow, row)
        except ExpressionError:
            continue
        for status in statuses:
            text = ctx._("{action} was escalated to {role}.", action=row.action, role=status.tier.escalate_to)
            if status.is_escalated(ctx.now()) and status.tier.escalate_to and not _told(ctx, doc, text):
                yield status, text


def _escalate(ctx: Context, name: Name) -> None:
    doc = ctx.store.get(*name, for_update=True)
    for status, text in list(_due(ctx, doc)):
        tell(ctx, doc, text)
        for user in users_with(ctx, status.tier.escalate_to):
            about = {"reference_type": doc.doctype, "reference_name": doc["name"], "description": text}
            ctx.store.insert(ctx.store.new("ToDo", {"allocated_to": user, **about}))


def _told(ctx: Context, doc: Document, text: str) -> bool:
    """Whether the timeline has the line already, written since the document came into its state."""
    about = all_of(
        Compare(("reference_doctype",), "=", doc.doctype),
        Compare(("reference_name",), "=", doc["name"]),
        Compare(("comment_type",), "=", "Workflow"),
        Compare(("content",), "=", text),
        Compare(("creation",), ">=", entered(ctx, doc)),
    )
    return bool(ctx.connection.select(Query(ctx.definitions["Comment"], (Column(("name",), "name"),), about)))
