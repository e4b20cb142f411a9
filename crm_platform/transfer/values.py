"""The values of a file that choices and links do not know, each with what it may mean, before anything is imported."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING

from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import DocType
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source
from crm_platform.transfer.guessing import bare
from crm_platform.transfer.header import read_header
from crm_platform.transfer.mapping import ImportMapping
from crm_platform.transfer.plan import Plan, Target, make_plan

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

LIKENESS = "crm_platform.transfer.likely"
"""Loaded when something is compared: its library would slow every start."""

ROWS = 100_000
"""Rows that are looked through: the rehearsal that follows looks through all."""

LISTED = 200
"""Unknown values of one column that are named."""

CANDIDATES = 5000
"""Documents among which one is looked for that is called nearly so."""

AT_ONCE = 500


@dataclass
class Unknown:
    """A value that the field does not know, in how many rows it stands, and what it may mean (empty: no idea)."""

    value: str
    rows: int
    suggestion: str = ""


@dataclass
class Column:
    """A column that fills a Select or a Link. `match` is the field by which a Link is found; empty: by its name."""

    column: str
    field: str
    label: str
    fieldtype: str
    options: list[str] | str
    match: str = ""
    unknown: list[Unknown] = dataclasses.field(default_factory=list)
    more: int = 0
    """Unknown values beyond those that are named."""


@dataclass
class Found:
    """All such columns of a file, and whether every row was looked at."""

    columns: list[Column]
    complete: bool


def unknown_values(
    ctx: Context, meta: DocType, source: Source, mapping: ImportMapping, languages: tuple[str, ...]
) -> Found:
    """Raises ValidationError with every fault when file, mapping and DocType do not fit."""
    rows = read_rows(source)
    plan = make_plan(ctx, meta, mapping, read_header(next(rows, None), languages))
    targets = [target for target in plan.targets if _is_closed(plan, target)]
    counts: list[Counter[str]] = [Counter() for _ in targets]
    read = 0
    for row in islice(rows, ROWS + 1):
        read += 1
        for target, count in zip(targets, counts, strict=True):
            text = str(row.cells[target.index]).strip() if target.index < len(row.cells) else ""
            if text and text not in (target.entry.values or {}):
                count[text] += 1
    columns = [_column(ctx, target, count, languages) for target, count in zip(targets, counts, strict=True)]
    return Found(columns, read <= ROWS)


def _is_closed(plan: Plan, target: Target) -> bool:
    """Whether only certain values fit. A link to its own DocType may lead to a row above."""
    kind = target.field
    return kind.fieldtype == "Select" or (kind.fieldtype == "Link" and kind.options != plan.meta.name)


def _column(ctx: Context, target: Target, count: Counter[str], languages: tuple[str, ...]) -> Column:
    choices: list[str] | str = target.field.options
    if target.field.fieldtype == "Select":
        choices = [choice for choice in target.field.choices if choice]
    label = ctx._(target.field.label or target.fieldname)
    column = Column(target.column, target.entry.field, label, target.field.fieldtype, choices)
    fill = _fill_select if target.field.fieldtype == "Select" else _fill_link
    fill(ctx, target, column, count, languages)
    return column


def _list(column: Column, count: Counter[str], known: Iterable[str], likely: Callable[[str], str]) -> None:
    """Name the values that are not `known`, the most frequent first."""
    left = Counter({text: rows for text, rows in count.items() if text not in set(known)})
    column.more = max(0, len(left) - LISTED)
    column.unknown = [Unknown(text, rows, likely(text)) for text, rows in left.most_common(LISTED)]


def _fill_select(ctx: Context, target: Target, column: Column, count: Counter[str], languages: tuple[str, ...]) -> None:
    """A choice may be written in another language, or nearly as it is called."""
    meant = {bare(choice): choice for choice in target.field.choices if choice}
    for language in languages:
        for choice in column.options:
            meant.setdefault(bare(ctx.runtime.translate(language, choice)), choice)
    closest = import_module(LIKENESS).Closest(meant)
    _list(column, count, target.field.choices, lambda text: meant.get(bare(text)) or closest(bare(text)))


def _fill_link(
    ctx: Context,
    target: Target,
    column: Column,
    count: Counter[str],
    languages: tuple[str, ...],  # noqa: ARG001 one signature for both kinds
) -> None:
    """Cells hold names, or what a `match` says; without one, titles where these are found more often than names."""
    linked = ctx.definitions[target.field.options]
    ways = [target.entry.match] if target.entry.match else ["name", _title(linked)]
    known = {way: _known(ctx, linked, way, list(count)) for way in ways if way}
    best = max(known, key=lambda way: len(known[way]))
    column.match = "" if best == "name" else best
    if len(known[best]) < len(count):
        rows = ctx.store.list(linked.name, fields=[f"{best} as found"], order_by=f"{best} asc", limit=CANDIDATES)
        texts = {bare(text): text for row in rows if (text := str(plain_of(row["found"]) or ""))}
        closest = import_module(LIKENESS).Closest(texts)
        _list(column, count, known[best], lambda text: closest(bare(text)))


def _title(linked: DocType) -> str:
    """The title field, if it is a text of its own."""
    return linked.title_field if linked.columns.get(linked.title_field) == "text" else ""


def _known(ctx: Context, linked: DocType, way: str, texts: Sequence[str]) -> set[str]:
    """Those of the texts that documents have which the caller may read."""
    found: set[str] = set()
    for start in range(0, len(texts), AT_ONCE):
        filters = [[way, "in", texts[start : start + AT_ONCE]]]
        rows = ctx.store.list(linked.name, fields=[f"{way} as found"], filters=filters, limit=0)
        found.update(str(plain_of(row["found"])) for row in rows)
    return found
