"""The places of a document in which a query was found, as HTML that is safe to show."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from crm_platform.documents.document import Document
from crm_platform.i18n.folding import fold, fold_with_places
from crm_platform.search.content import texts_of
from crm_platform.search.fields import Plan
from crm_platform.search.tokens import PAIRED, PICTURES, is_paired, runs

SHOWN = 3
"""Fields of one hit from which a piece is shown."""

BEFORE, LENGTH = 30, 160
"""Characters before the first place, and of the whole piece."""

LOOKED_AT = 100_000
"""Characters of one text in which places are looked for."""

NOTHING = r"(?!)"
BEGINNING = rf"(?<![^\W_{PAIRED}{PICTURES}])"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of one field; in `html` what was asked for stands in <mark>."""

    fieldname: str
    label: str
    html: str


def pattern_of(text: str) -> re.Pattern[str]:
    """What is marked: the words of the query where a word begins, its unspaced runs anywhere."""
    wanted = sorted(set(runs(text)), key=len, reverse=True)
    parts = [re.escape(run) if is_paired(run) else BEGINNING + re.escape(run) for run in wanted]
    return re.compile("|".join(parts) or NOTHING)


def marked(text: str, pattern: re.Pattern[str]) -> str:
    """A piece of `text` around the first place as HTML with the places marked; empty when there is none."""
    text = " ".join(text[:LOOKED_AT].split())
    places = _places(text, pattern)
    if not places:
        return ""
    start = max(places[0][0] - BEFORE, 0)
    end = min(start + LENGTH, len(text))
    return f"{'…' if start else ''}{_highlighted(text, places, start, end)}{'…' if end < len(text) else ''}"


def _places(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    folded = fold(text)
    found = [match.span() for match in pattern.finditer(folded)]
    if not found or len(folded) == len(text):
        return found
    folded, origin = fold_with_places(text)
    return [(origin[match.start()], origin[match.end() - 1] + 1) for match in pattern.finditer(folded)]


def _highlighted(text: str, places: Iterable[tuple[int, int]], start: int, end: int) -> str:
    pieces: list[str] = []
    at = start
    for first, last in places:
        if first >= at and last <= end:
            pieces += (html.escape(text[at:first]), f"<mark>{html.escape(text[first:last])}</mark>")
            at = last
    return "".join((*pieces, html.escape(text[at:end])))


def excerpts_of(plan: Plan, doc: Document, levels: frozenset[int], pattern: re.Pattern[str]) -> tuple[Excerpt, ...]:
    """Pieces of the fields that are open to who reads `levels` of the document."""
    found: list[Excerpt] = []
    for searched in plan.fields:
        if searched.levels <= levels and searched.path != (plan.doctype.title_field,):
            piece = next(filter(None, (marked(text, pattern) for text in texts_of(searched, doc))), "")
            if piece:
                found.append(Excerpt(".".join(searched.path), searched.label, piece))
        if len(found) == SHOWN:
            break
    return tuple(found)
