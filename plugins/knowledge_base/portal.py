"""What is read without signing in: published articles for the portal, and of them only the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_platform.pack import Context, DoesNotExistError, guest, search
from crm_platform.plugins.knowledge_base.articles import ARTICLE, PUBLISHED

OPEN: Sequence[Sequence[Any]] = [["workflow_state", "=", PUBLISHED], ["visibility", "=", "Portal"]]
TITLES = ("name", "title", "summary", "language", "article_type")
TEXTS = (*TITLES, "problem", "solution", "published_on")
MOST = 100


@guest
def portal_articles(ctx: Context, text: str = "", language: str = "") -> list[dict[str, Any]]:
    """Titles of the portal's articles, of those with all words of `text` when it is given."""
    system = ctx.as_system()  # a guest has no rights on DocTypes: OPEN and TITLES are what he may see
    filters = [*OPEN, *([["language", "=", language]] if language else [])]
    if text.strip():
        filters.append(["name", "in", [hit.name for hit in search(system, text, doctype=ARTICLE, limit=MOST).hits]])
    rows = system.store.list(ARTICLE, fields=TITLES, filters=filters, order_by="title asc", limit=MOST)
    return list(rows)


@guest
def portal_article(ctx: Context, name: str) -> dict[str, Any]:
    """The text of one of the portal's articles. One that is not for the portal looks like one that is missing."""
    rows = ctx.as_system().store.list(ARTICLE, fields=TEXTS, filters=[*OPEN, ["name", "=", name]], limit=1)
    if not rows:
        raise DoesNotExistError("{doctype} {name} not found", doctype=ARTICLE, name=name)
    return rows[0]
