"""From text to tokens: one function for both databases, so that they find the same.

Words of alphabetic scripts are tokens as they are. A run of Chinese, Japanese or Korean characters becomes its pairs
of neighbours and, at its end, the last character alone: 云计算 → 云计 计算 算. So every part of it can be found, as a
phrase of pairs or, a single character, as the beginning of a token. An emoji is a token.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from crm_platform.i18n.folding import fold

PAIRED = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
"""The characters whose runs have no spaces between words: Han, Kana and Hangul."""

PICTURES = "\u2600-\u27bf\U0001f000-\U0001faff"
RUN = re.compile(rf"[{PAIRED}]+|[{PICTURES}]|[^\W_{PAIRED}{PICTURES}]+")
ASCII_RUN = re.compile(r"[a-z0-9]+")
FIRST_PAIRED = re.compile(rf"[{PAIRED}]")

LONGEST = 64
"""Characters of a token: the rest of a longer word is not searched."""

MOST = 10_000
"""Tokens of one text that are indexed: PostgreSQL counts positions up to 16,383."""

OFTEN = 250
"""How often one token of a text is indexed: PostgreSQL keeps 256 positions of one."""

SHORT = 80
"""Characters up to which the tokens of a text are kept for its next time."""

GAP = "\ue000"
"""Stands for a place where nothing is found, so that no phrase goes from one field into the next."""

WHOLE = "\ue001"
"""Begins the token of a whole name or title; nobody's query contains it."""


def runs(text: str) -> list[str]:
    """The words and unspaced runs of a text, folded."""
    folded = fold(text)
    return (ASCII_RUN if folded.isascii() else RUN).findall(folded)


def is_paired(run: str) -> bool:
    """Whether a run is one of characters that are taken in pairs."""
    return FIRST_PAIRED.match(run) is not None


def tokens(text: str) -> list[str]:
    """The tokens of one text in their order."""
    return list(_of_short(text)) if len(text) <= SHORT else _made(text)


@lru_cache(maxsize=2048)
def _of_short(text: str) -> Sequence[str]:
    """Kept, as documents that come together have customers, states and subjects in common."""
    return tuple(_made(text))


def _made(text: str) -> list[str]:
    found: list[str] = []
    for run in runs(text):
        if run.isascii() or not is_paired(run):
            found.append(run[:LONGEST])
        else:
            found += _pairs(run)
            found.append(run[-1])
    return found


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]


def tokens_of(texts: Sequence[str], most: int = MOST) -> list[str]:
    """The tokens of several fields with a gap between each two, as many as the index takes."""
    found: list[str] = []
    for text in texts:
        if found:
            found.append(GAP)
        found += tokens(text[: most * LONGEST])
        if len(found) >= most:
            break
    return _thinned(found[:most])


def _thinned(found: list[str]) -> list[str]:
    """A gap in the place of a token that came too often already."""
    if len(found) <= OFTEN:
        return found
    seen: Counter[str] = Counter()
    for place, token in enumerate(found):
        seen[token] += 1
        if seen[token] > OFTEN:
            found[place] = GAP
    return found


def whole(text: str) -> str:
    """The token of a whole name or title: who types all of it means this document first."""
    return WHOLE + blake2b(" ".join(runs(text)).encode(), digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True)
class Term:
    """What one word of a query asks for: these tokens one after another; the last may go on when `prefix`."""

    tokens: tuple[str, ...]
    prefix: bool


def terms(text: str) -> list[Term]:
    """The terms of a query, one for each word between spaces; all of them must be found."""
    found = (_term(word) for word in text.split())
    return list(dict.fromkeys(term for term in found if term is not None))


def _term(word: str) -> Term | None:
    parts = runs(word)
    if not parts:
        return None
    asked: list[str] = []
    for run in parts[:-1]:
        asked += tokens(run)
    last = parts[-1]
    if is_paired(last) and len(last) > 1:
        return Term((*asked, *_pairs(last)), prefix=False)
    return Term((*asked, last[:LONGEST]), prefix=True)
