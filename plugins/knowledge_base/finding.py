"""Finding articles by words and metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_platform.pack import Context, search, writes
from crm_platform.plugins.knowledge_base.articles import ARTICLE
from crm_platform.plugins.knowledge_base.searches import remember

SHOWN = (
    "name",
    "title",
    "summary",
    "category",
    "product",
    "language",
    "translation_of",
    "helpful_votes",
    "workflow_state",
)
MOST = 100


@writes
def find(
    ctx: Context,
    text: str = "",
    category: str = "",
    product: str = "",
    language: str = "",
    article_type: str = "",
    tag: str = "",
) -> list[dict[str, Any]]:
    """Articles with all words of `text`, best first, and with the metadata that is given; categories with all below.

    It is remembered what was searched and how much was found, so that somebody can write what is missing.
    """
    filters: list[list[Any]] = [
        [field, "=", value]
        for field, value in (("product", product), ("language", language), ("article_type", article_type))
        if value
    ]
    if category:
        filters.append(["category", "descendants of (inclusive)", category])
    if tag:
        filters.append(["name", "in", _tagged(ctx, tag)])
    names = [hit.name for hit in search(ctx, text, doctype=ARTICLE, limit=MOST).hits] if text.strip() else None
    found = _articles(ctx, filters if names is None else [*filters, ["name", "in", names]])
    if names is not None:
        found.sort(key=lambda row: names.index(row["name"]))
        remember(ctx, text, len(found))
    return found


def _articles(ctx: Context, filters: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return list(ctx.store.list(ARTICLE, fields=SHOWN, filters=filters, order_by="modified desc", limit=MOST))


def _tagged(ctx: Context, tag: str) -> list[str]:
    """Names with a tag; which of them the caller may read, the list of articles decides."""
    filters = {"document_type": ARTICLE, "tag": tag}
    rows = ctx.as_system().store.list("Tag Link", fields=["document_name"], filters=filters, limit=1000)
    return [row["document_name"] for row in rows]
