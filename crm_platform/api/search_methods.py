"""Searching all documents: our own method, and Frappe's frappe.utils.global_search.search on the same index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.wire import plain
from crm_platform.search.query import RANKS, Hit, search


def query(ctx: Context, text: str, doctype: str = "", limit: int = 20, start: int = 0) -> dict[str, Any]:
    """A page of hits with their excerpts, and counts by DocType; see search.query.search."""
    found = search(ctx, text, doctype=doctype, limit=limit, start=start)
    return {
        "hits": [_hit(ctx, hit) for hit in found.hits],
        "facets": [{"doctype": doctype, "count": count} for doctype, count in found.facets],
        "total": found.total,
        "more": found.more,
    }


def _hit(ctx: Context, hit: Hit) -> dict[str, Any]:
    return {**asdict(hit), "modified": plain(hit.modified, ctx.runtime.zone)}


def global_search(ctx: Context, text: str, start: int = 0, limit: int = 20, doctype: str = "") -> list[dict[str, Any]]:
    """Rows as Frappe answers them: `content` tells what was found as "label : piece", joined by " ||| "."""
    found = search(ctx, text, doctype=doctype, limit=limit, start=start)
    return [
        {
            "doctype": hit.doctype,
            "name": hit.name,
            "title": hit.title,
            "content": " ||| ".join(f"{piece.label} : {piece.html}" for piece in hit.excerpts) or hit.title_html,
            "rank": len(RANKS) - RANKS.index(hit.rank),
        }
        for hit in found.hits
    ]


METHODS = (
    ApiMethod("crm.search.query", query),
    ApiMethod("frappe.utils.global_search.search", global_search),
)
