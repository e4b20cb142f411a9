"""How alike two cases are: equal fields and shared words, each with a weight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from crm_platform.pack import Context, search, search_tokens

WEIGHTS: Mapping[str, float] = {"product": 4, "request_type": 1, "serial_no": 2, "customer": 1, "territory": 0.5}
"""How much an equal value counts; a field that the new case leaves empty does not count at all."""

TEXT_WEIGHT = 6.0
"""How much the text counts beside the fields."""

TAG = re.compile("<[^>]*>")

WORDS = 6
"""Words of a text that are looked up: the longest tell most."""

HITS = 15
"""Documents per word that are compared."""


def as_text(markup: str | None) -> str:
    """A rich text as people read it, in one line."""
    return " ".join(unescape(TAG.sub(" ", markup or "")).split())


def words_of(texts: Sequence[str | None]) -> frozenset[str]:
    """The words of several texts, without markup; of Chinese the pairs of characters."""
    return frozenset(word for text in texts if text for word in search_tokens(TAG.sub(" ", text)) if len(word) > 1)


def shared(left: frozenset[str], right: frozenset[str]) -> float:
    """The part of the words that two texts share, from 0 to 1 (Dice's coefficient)."""
    total = len(left) + len(right)
    return 2 * len(left & right) / total if total else 0.0


def likeness(asked: Mapping[str, Any], case: Mapping[str, Any], text: float) -> float:
    """Likeness of a solved case to the one that is asked about, from 0 to 1; `text` is what their words share."""
    known = {field: weight for field, weight in WEIGHTS.items() if asked.get(field)}
    same = sum(weight for field, weight in known.items() if case.get(field) == asked[field])
    return (same + TEXT_WEIGHT * text) / (sum(known.values()) + TEXT_WEIGHT)


def with_words(ctx: Context, doctype: str, words: frozenset[str]) -> set[str]:
    """Names of documents in which some of the words are found: the index answers, however many there are."""
    telling = sorted(words, key=lambda word: (-len(word), word))[:WORDS]
    return {hit.name for word in telling for hit in search(ctx, word, doctype=doctype, limit=HITS).hits}
