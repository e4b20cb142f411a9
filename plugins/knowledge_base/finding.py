"""Finding articles: by words and metadata, and by likeness while somebody still types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.pack import Context, search, writes
from crm_platform.plugins.knowledge_base.articles import ARTICLE, PUBLISHED
from crm_platform.plugins.knowledge_base.cases import REQUEST, similar
from crm_platform.plugins.knowledge_base.likeness import as_text, shared, with_words, words_of

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
LEAST = 0.1
"""Less alike than this is no suggestion."""

BESIDE = 3
"""Articles, and cases, that stand beside a form."""

LONGEST = 140
"""Letters of a resolution there."""


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
        _remember(ctx, text, len(found))
    return found


def _articles(ctx: Context, filters: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return list(ctx.store.list(ARTICLE, fields=SHOWN, filters=filters, order_by="modified desc", limit=MOST))


def _tagged(ctx: Context, tag: str) -> list[str]:
    """Names with a tag; which of them the caller may read, the list of articles decides."""
    filters = {"document_type": ARTICLE, "tag": tag}
    rows = ctx.as_system().store.list("Tag Link", fields=["document_name"], filters=filters, limit=1000)
    return [row["document_name"] for row in rows]


def _remember(ctx: Context, text: str, found: int) -> None:
    """Whoever searches leaves a trace, also without a right to write."""
    store = ctx.as_system().store
    store.insert(store.new("Knowledge Search", {"asked": " ".join(text.lower().split())[:140], "found": found}))


def suggest(ctx: Context, subject: str, product: str = "", limit: int = 5) -> dict[str, Any]:
    """What helps with a request whose subject is being typed: published articles and solved cases, the likest first."""
    words = words_of([subject])
    if not words:
        return {"articles": [], "cases": []}
    return {
        "articles": _suggested(ctx, words, product)[:limit],
        "cases": similar(ctx, subject=subject, product=product, limit=limit),
    }


def beside_request(ctx: Context, subject: str = "", product: str = "") -> list[dict[str, Any]]:
    """The same as rows for the side of the form: articles first, then solved cases with how they were solved."""
    found = suggest(ctx, subject, product, limit=BESIDE)
    articles = [
        {"doctype": ARTICLE, "name": row["name"], "title": row["title"], "text": row["summary"] or ""}
        for row in found["articles"]
    ]
    cases = [
        {"doctype": REQUEST, "name": row["name"], "title": row["subject"], "text": as_text(row["resolution"])[:LONGEST]}
        for row in found["cases"]
    ]
    return [*articles, *cases]


def _suggested(ctx: Context, words: frozenset[str], product: str) -> list[dict[str, Any]]:
    names = sorted(with_words(ctx, ARTICLE, words))
    rows = ctx.store.list(
        ARTICLE,
        fields=[*SHOWN, "keywords", "problem"],
        filters=[["name", "in", names], ["workflow_state", "=", PUBLISHED]],
        limit=MOST,
    )
    ranked = sorted(
        ({**{key: row[key] for key in SHOWN}, "score": round(_score(row, words, product), 3)} for row in rows),
        key=lambda row: (-row["score"], row["language"] != ctx.language, row["name"]),
    )
    return one_per_original([row for row in ranked if row["score"] >= LEAST], ctx.language)


def _score(row: Mapping[str, Any], words: frozenset[str], product: str) -> float:
    """The best of title and whole article: a long text must not drown a title that fits."""
    title, everything = (
        words_of([row["title"]]),
        words_of([row["title"], row["keywords"], row["summary"], row["problem"]]),
    )
    text = max(shared(words, title), shared(words, everything))
    return text + (0.2 if product and row["product"] == product else 0)


def one_per_original(rows: Sequence[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """Of an article and its translations the one in the reader's language, else the likest."""
    chosen: dict[str, dict[str, Any]] = {}
    for row in rows:
        original = row["translation_of"] or row["name"]
        if original not in chosen or (row["language"] == language != chosen[original]["language"]):
            chosen[original] = row
    return list(chosen.values())
