"""crm.duplicates.*: documents that may mean the same, found while somebody types, in a search over all, told apart or
merged."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.reading import definition, no_right
from crm_platform.documents.wire import to_wire
from crm_platform.jobs.queue import enqueue
from crm_platform.transfer.duplicates import pairs
from crm_platform.transfer.duplicates.finding import find
from crm_platform.transfer.duplicates.rules import rules_of
from crm_platform.transfer.duplicates.scanning import find_duplicates
from crm_platform.transfer.merging.merging import merge
from crm_platform.transfer.merging.previewing import linked
from crm_platform.transfer.merging.undoing import undo


def find_matches(ctx: Context, doctype: str, doc: dict[str, Any], name: str = "") -> list[dict[str, Any]]:
    """Matches of the values in `doc`, which need not be saved; `name` leaves out the document itself."""
    return [{**asdict(match), "explanation": match.explanation} for match in find(ctx, doctype, doc, name)]


def matches_of(ctx: Context, doctype: str, name: str) -> list[dict[str, Any]]:
    """Matches of a stored document."""
    return find_matches(ctx, doctype, ctx.store.get(doctype, name).as_dict(), name)


def compared_fields(ctx: Context, doctype: str) -> list[str]:
    """The fields that Match Rules of a DocType compare, as far as the caller may read them; none: no rules."""
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    levels = ctx.policy.levels(meta, "read") | {0}
    rules = (rule.readable(levels) for rule in rules_of(ctx, doctype))
    return sorted({one.field.fieldname for rule in rules for one in rule.fields})


def linked_records(ctx: Context, doctype: str, names: list[Any]) -> list[dict[str, Any]]:
    """How many records of which DocTypes name these documents: what merging them would move."""
    return linked(ctx, doctype, [str(name) for name in names])


def tell_apart(ctx: Context, doctype: str, name: str, other: str) -> str:
    """Remember that the two are not the same; answers the name of the Duplicate Record."""
    return pairs.tell_apart(ctx, doctype, name, other)


def scan(ctx: Context, doctype: str) -> str:
    """Look through all documents of a DocType that the caller may read; answers the job's id (see crm.jobs.get)."""
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    return enqueue(ctx, find_duplicates.name, {"doctype": doctype})


def merge_documents(
    ctx: Context, doctype: str, keep: str, others: list[Any], choices: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Merge `others` into `keep`; `choices` names for a field the document whose value is taken. Answers the kept
    document and the Merge Log, with which it can be taken back."""
    chosen = {field: str(name) for field, name in (choices or {}).items()}
    log = merge(ctx, doctype, keep, [str(name) for name in others], chosen)
    return {"doc": to_wire(ctx, ctx.store.get(doctype, keep)), "log": log}


def undo_merge(ctx: Context, log: str) -> dict[str, Any]:
    """Take a merge back; `left` says what was not, because somebody changed it since."""
    return asdict(undo(ctx, log))


METHODS = (
    ApiMethod("crm.duplicates.find", find_matches),
    ApiMethod("crm.duplicates.of", matches_of),
    ApiMethod("crm.duplicates.fields", compared_fields),
    ApiMethod("crm.duplicates.linked", linked_records),
    ApiMethod("crm.duplicates.tell_apart", tell_apart, writes=True),
    ApiMethod("crm.duplicates.scan", scan, writes=True),
    ApiMethod("crm.duplicates.merge", merge_documents, writes=True),
    ApiMethod("crm.duplicates.undo_merge", undo_merge, writes=True),
)
