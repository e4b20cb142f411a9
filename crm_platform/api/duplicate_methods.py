"""crm.duplicates.*: documents that may mean the same, found while somebody types, in a search over all, told apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.reading import definition, no_right
from crm_platform.jobs.queue import enqueue
from crm_platform.transfer.duplicates import pairs
from crm_platform.transfer.duplicates.finding import find
from crm_platform.transfer.duplicates.scanning import find_duplicates


def find_matches(ctx: Context, doctype: str, doc: dict[str, Any], name: str = "") -> list[dict[str, Any]]:
    """Matches of the values in `doc`, which need not be saved; `name` leaves out the document itself."""
    return [{**asdict(match), "explanation": match.explanation} for match in find(ctx, doctype, doc, name)]


def matches_of(ctx: Context, doctype: str, name: str) -> list[dict[str, Any]]:
    """Matches of a stored document."""
    return find_matches(ctx, doctype, ctx.store.get(doctype, name).as_dict(), name)


def tell_apart(ctx: Context, doctype: str, name: str, other: str) -> str:
    """Remember that the two are not the same; answers the name of the Duplicate Record."""
    return pairs.tell_apart(ctx, doctype, name, other)


def scan(ctx: Context, doctype: str) -> str:
    """Look through all documents of a DocType that the caller may read; answers the job's id (see crm.jobs.get)."""
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    return enqueue(ctx, find_duplicates.name, {"doctype": doctype})


METHODS = (
    ApiMethod("crm.duplicates.find", find_matches),
    ApiMethod("crm.duplicates.of", matches_of),
    ApiMethod("crm.duplicates.tell_apart", tell_apart, writes=True),
    ApiMethod("crm.duplicates.scan", scan, writes=True),
)
