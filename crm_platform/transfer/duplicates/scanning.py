"""Looking through the documents that are there: every pair that matches becomes a Duplicate Record of who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crm_platform.documents.context import Context
from crm_platform.documents.reading import definition, no_right
from crm_platform.errors import ValidationError
from crm_platform.jobs.job import Job
from crm_platform.jobs.task import task
from crm_platform.transfer.duplicates import pairs
from crm_platform.transfer.duplicates.finding import matches
from crm_platform.transfer.duplicates.rules import rules_of

BATCH = 100


@dataclass(frozen=True)
class Batch:
    """What one batch of documents gave: pairs, and the last document looked at (empty at the end)."""

    pairs: int
    documents: int
    last: str


def look(ctx: Context, doctype: str, last: str = "", batch: int = BATCH) -> Batch:
    """Find the matches of the next documents that the caller may read, each pair once, and write them down.

    Raises ValidationError when the DocType has no Match Rule, PermissionError without the right to read it.
    """
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    levels = ctx.policy.levels(meta, "read") | {0}
    rules = [rule for rule in (rule.readable(levels) for rule in rules_of(ctx, doctype)) if rule.fields]
    if not rules:
        raise ValidationError("{doctype} has no Match Rule. Make one first.", doctype=doctype)
    fields = sorted({"name", *(one.field.fieldname for rule in rules for one in rule.fields)})
    rows = ctx.store.list(
        doctype, fields=fields, filters=[["name", ">", last]] if last else None, order_by="name asc", limit=batch
    )
    found = 0
    for row in rows:
        for match in matches(ctx, meta, rules, row, row["name"]):
            if match.name > row["name"]:
                values = {"score": match.score, "explanation": match.explanation, "match_rule": match.rule}
                pairs.note(ctx, doctype, row["name"], match.name, **values)
                found += 1
    return Batch(found, len(rows), rows[-1]["name"] if len(rows) == batch else "")


def scan(job: Job, doctype: str) -> Iterator[Batch]:
    """Look through a DocType batch by batch, each in its own transaction, and tell how far it is."""
    total = job.read(lambda ctx: ctx.store.count(doctype))
    last, documents = "", 0
    while True:
        batch = job.write(lambda ctx, last=last: look(ctx, doctype, last))  # type: ignore[misc]
        documents, last = documents + batch.documents, batch.last
        job.progress(100 * documents / (total or 1), "{count} of {total} documents.", count=documents, total=total)
        yield batch
        if not last:
            return


@task("core:find_duplicates", steps=True, cancellable=True, time_limit=3600.0)
def find_duplicates(job: Job, doctype: str) -> dict[str, int]:
    """The task: answers how many pairs were found in how many documents."""
    found = list(scan(job, doctype))
    return {"pairs": sum(batch.pairs for batch in found), "documents": sum(batch.documents for batch in found)}
