"""What was searched and how much was found, kept so that somebody can write what is missing."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.pack import Context

SEARCH, LONGEST = "Knowledge Search", 140
"""Its letters that are kept."""

TYPING = timedelta(minutes=5)
"""A search that goes on with the words of the one before is the same one for so long."""


def remember(ctx: Context, text: str, found: int) -> None:
    """Whoever searches leaves a trace, also without a right to write."""
    store = ctx.as_system().store
    store.insert(store.new(SEARCH, {"asked": _normal(text), "found": found}))


def remember_typed(ctx: Context, text: str, found: int) -> None:
    """The same for a text that grows and shrinks under the fingers: it is one search."""
    store, asked = ctx.as_system().store, _normal(text)
    mine = {"owner": ctx.user}
    rows = store.list(SEARCH, fields=["name", "asked", "modified"], filters=mine, order_by="modified desc", limit=1)
    if any(ctx.now() - row["modified"] < TYPING and _goes_on(asked, row["asked"]) for row in rows):
        store.update(SEARCH, rows[0]["name"], {"asked": asked, "found": found})
    else:
        remember(ctx, text, found)


def _normal(text: str) -> str:
    return " ".join(text.lower().split())[:LONGEST]


def _goes_on(text: str, before: str) -> bool:
    return text.startswith(before) or before.startswith(text)
