"""Asking: what a caller types finds the documents that he may read, by the fields that he may read."""

from __future__ import annotations

import html
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from crm_platform.database.conditions import NOTHING
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.metadata.model import DocType
from crm_platform.search.base import Index, Where
from crm_platform.search.content import texts_of
from crm_platform.search.excerpts import Excerpt, excerpts_of, marked, pattern_of
from crm_platform.search.fields import Plan, plan_of, readable_path
from crm_platform.search.index import index_of
from crm_platform.search.tokens import Term, terms, whole

CANDIDATES: Final = 1000
"""Readable documents that are ranked and counted, the newest: of more it is told that there are more."""

BATCHES: Final = (1000, 4000, 16000, 32000)
"""Entries that are looked at, one batch after another, for somebody who may read few of them."""

LONGEST_QUERY: Final = 300
MOST_TERMS: Final = 12
LIMIT: Final = 100
LONGEST_TITLE: Final = 140

RANKS: Final[tuple[Where, ...]] = ("whole", "title", "anywhere")
"""Where something is found, the best place first; in equal places the document that was changed last comes first."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One document that was found; `title_html` and the excerpts are HTML with <mark>."""

    doctype: str
    name: str
    title: str
    title_html: str
    modified: datetime
    rank: Where
    excerpts: Sequence[Excerpt]


@dataclass(frozen=True, slots=True)
class Result:
    """A page of hits. `facets` counts them by DocType and `total` all of them, up to CANDIDATES; `more`: there are more
    than were counted."""

    hits: Sequence[Hit] = ()
    facets: Sequence[tuple[str, int]] = ()
    total: int = 0
    more: bool = False


NOTHING_FOUND = Result()


def search(ctx: Context, text: str, *, doctype: str = "", limit: int = 20, start: int = 0) -> Result:
    """Documents in which all words of `text` are found, of one DocType if it is given.

    Chinese words are found inside of others, words of alphabetic scripts by their beginning, without regard to case and
    accents. Raises ValidationError for a text that is too long, DoesNotExistError for an unknown DocType.
    """
    asked = _asked(text)
    if doctype and doctype not in ctx.definitions:
        raise DoesNotExistError("DocType {doctype} not found", doctype=doctype)
    if limit < 0 or start < 0:
        raise ValidationError("limit and start cannot be negative.")
    search_of = _Search(ctx, index_of(ctx.connection), _readable_parts(ctx, doctype))
    if not asked or not search_of.parts:
        return NOTHING_FOUND
    search_of.look("whole", [Term((whole(text),), prefix=False)])
    for where in RANKS[1:]:
        search_of.look(where, asked)
    return search_of.result(text, start, min(limit, LIMIT))


def _asked(text: str) -> list[Term]:
    if len(text) > LONGEST_QUERY:
        raise ValidationError("The search text is too long. Use up to {limit} characters.", limit=LONGEST_QUERY)
    asked = terms(text)
    if len(asked) > MOST_TERMS:
        raise ValidationError("The search text has too many words. Use up to {limit}.", limit=MOST_TERMS)
    return asked


def _readable_parts(ctx: Context, only: str) -> list[int]:
    """The parts all of whose fields the caller may read today, of DocTypes of which he may read anything."""
    open_levels: dict[str, frozenset[int] | None] = {}
    found = []
    for number, doctype, paths in index_of(ctx.connection).parts():
        meta = ctx.definitions.get(doctype)
        if meta is None or (only and doctype != only) or not plan_of(ctx.definitions, meta).parts:
            continue
        if doctype not in open_levels:
            open_levels[doctype] = _levels(ctx, meta)
        levels = open_levels[doctype]
        if levels is not None and all(readable_path(ctx.definitions, meta, path, levels) for path in paths):
            found.append(number)
    return found


def _levels(ctx: Context, meta: DocType) -> frozenset[int] | None:
    return None if ctx.policy.rows(meta, "read") == NOTHING else ctx.policy.levels(meta, "read")


@dataclass
class _Search:
    """One search under way: what it found so far, each document in its best place."""

    ctx: Context
    index: Index
    parts: Sequence[int]
    found: dict[Key, tuple[Where, datetime]] = field(default_factory=dict)
    refused: set[Key] = field(default_factory=set)
    more: bool = False

    def look(self, where: Where, asked: Sequence[Term]) -> None:
        """Add the newest readable documents until there are enough."""
        before: int | None = None
        for size in BATCHES:
            entries = self.index.find(where, asked, self.parts, size, before)
            fresh = dict.fromkeys((entry.doctype, entry.name) for entry in entries)
            self._add(where, [key for key in fresh if key not in self.found and key not in self.refused])
            if len(entries) < size:
                return
            before = entries[-1].id
            if len(self.found) >= CANDIDATES:
                break
        self.more = True

    def _add(self, where: Where, keys: Sequence[Key]) -> None:
        by_doctype: defaultdict[str, list[str]] = defaultdict(list)
        for doctype, name in keys:
            by_doctype[doctype].append(name)
        readable = {doctype: self._readable(doctype, names) for doctype, names in by_doctype.items()}
        for doctype, name in keys:
            modified = readable[doctype].get(name)
            if modified is None:
                self.refused.add((doctype, name))
            elif len(self.found) < CANDIDATES:
                self.found[doctype, name] = (where, modified)
            else:
                self.more = True

    def _readable(self, doctype: str, names: Sequence[str]) -> dict[str, datetime]:
        rows = self.ctx.store.list(doctype, fields=["name", "modified"], filters=[["name", "in", names]], limit=0)
        return {row["name"]: row["modified"] for row in rows}

    def result(self, text: str, start: int, limit: int) -> Result:
        ranked = sorted(self.found.items(), key=_rank)
        facets = Counter(doctype for doctype, _ in self.found)
        hits = tuple(self._hit(key, where, text) for key, (where, _) in ranked[start : start + limit])
        order = tuple(sorted(facets.items(), key=lambda facet: (-facet[1], facet[0])))
        return Result(hits, order, len(self.found), self.more)

    def _hit(self, key: Key, where: Where, text: str) -> Hit:
        doc = self.ctx.store.get(*key)
        levels = self.ctx.policy.levels(doc.meta, "read", doc) | {0}
        plan = plan_of(self.ctx.definitions, doc.meta)
        title, pattern = _title(plan, doc, levels), pattern_of(text)
        shown = marked(title, pattern) or html.escape(title)
        pieces = (replace(piece, label=self.ctx._(piece.label)) for piece in excerpts_of(plan, doc, levels, pattern))
        return Hit(*key, title, shown, doc["modified"], where, tuple(pieces))


def _rank(found: tuple[Key, tuple[Where, datetime]]) -> tuple[int, float, Key]:
    key, (where, modified) = found
    return (RANKS.index(where), -modified.timestamp(), key)


def _title(plan: Plan, doc: Document, levels: frozenset[int]) -> str:
    """The title if the caller may read it, else the name."""
    for searched in plan.fields:
        if searched.path == (doc.meta.title_field,) and searched.levels <= levels:
            return next(iter(texts_of(searched, doc)), str(doc["name"]))[:LONGEST_TITLE]
    return str(doc["name"])
