"""What helps with a request whose subject is being typed: articles and solved cases by their likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.pack import Context, writes
from crm_platform.plugins.knowledge_base.articles import ARTICLE, PUBLISHED
from crm_platform.plugins.knowledge_base.cases import REQUEST, similar
from crm_platform.plugins.knowledge_base.finding import MOST, SHOWN
from crm_platform.plugins.knowledge_base.likeness import as_text, shared, with_words, words_of
from crm_platform.plugins.knowledge_base.searches import remember_typed

LEAST = 0.1
"""Less alike than this is no suggestion."""

BESIDE = 3
"""Articles, and cases, that stand beside a form."""

LONGEST = 140
"""Letters of a resolution there."""


def suggest(ctx: Context, subject: str, product: str = "", limit: int = 5) -> dict[str, Any]:
    """What helps with a request whose subject is being typed: published articles and solved cases, the likest first."""
    words = words_of([subject])
    if not words:
        return {"articles": [], "cases": []}
    return {
        "articles": _suggested(ctx, words, product)[:limit],
        "cases": similar(ctx, subject=subject, product=product, limit=limit),
    }


@writes
def beside_request(ctx: Context, subject: str = "", product: str = "") -> list[dict[str, Any]]:
    """The same as rows for the side of the form: articles first, then solved cases with how they were solved.

    A subject to which there is no article is a search that found nothing: somebody should write one.
    """
    found = suggest(ctx, subject, product, limit=BESIDE)
    if subject.strip():
        remember_typed(ctx, subject, len(found["articles"]))
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
