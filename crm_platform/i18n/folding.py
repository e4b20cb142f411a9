"""One form of a text for comparing: no case, no accents, full-width forms as plain ones; the same on both databases."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

ACCENTS = re.compile("[\u0300-\u036f\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")
"""Combining marks of Latin, Greek and Cyrillic; signs without width. Marks of other scripts are letters of theirs."""

ALONE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
"""Letters that people type without their stroke, which Unicode does not take apart."""


def fold(text: str) -> str:
    """`text` as it is compared: "Müller" and "MULLER" are alike, "Ａ１" and "a1", "Straße" and "strasse"."""
    if text.isascii():
        return text.lower()
    apart = ACCENTS.sub("", normalize("NFKD", text))
    return normalize("NFC", apart.casefold()).translate(ALONE)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return fold(character)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in `text` that it comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        part = _folded(character)
        folded.append(part)
        places += [place] * len(part)
    return "".join(folded), places
