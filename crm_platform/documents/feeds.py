"""Feeds: what each row of a source DocType adds to a roll-up of the document it links to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from crm_platform import expressions
from crm_platform.documents.scope import localised
from crm_platform.errors import ExpressionError
from crm_platform.metadata.checks.rollups import fits, leads_to
from crm_platform.metadata.model import Definitions, DocType, Field
from crm_platform.metadata.rollups import Rollup, filter_columns, filter_of, is_derived, rollups_of

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

MICRO = Decimal("0.000001")
"""Sums are exact to six places: what a Currency holds."""


class Values(Protocol):
    """A row or Document: values by column."""

    def __getitem__(self, column: str, /) -> Any: ...


@dataclass(frozen=True, eq=False)
class Feed:
    """One roll-up over documents that link to `target`, seen from its source."""

    target: DocType
    field: Field
    rollup: Rollup
    source: DocType
    condition: expressions.Expression | None
    columns: frozenset[str]
    """Columns of the source that decide about the value."""
    type_column: str = ""
    """Of a Dynamic Link: the column that names the DocType."""

    @property
    def key(self) -> tuple[str, str]:
        return self.target.name, self.field.fieldname

    def target_of(self, values: Values) -> str | None:
        """The name of the document that a row counts for, as far as its link goes."""
        if self.type_column and values[self.type_column] != self.target.name:
            return None
        name = values[self.rollup.link]
        return str(name) if name else None

    def counts(self, ctx: Context, values: Values) -> bool:
        """Whether a row passes the filter. One for which the filter cannot be answered does not count."""
        if self.condition is None:
            return True
        row = {path.name: localised(ctx, values[path.name]) for path in self.condition.fields}
        try:
            return self.condition.holds({"doc": row})
        except ExpressionError:
            return False

    def value(self, values: Values) -> Any:
        """What a row that counts gives: 1 or its number, its value (None for none) where the extreme is sought."""
        given = values[self.rollup.field] if self.rollup.field else 1
        if self.rollup.function == "count":
            return int(given is not None)
        if self.rollup.function == "sum":
            return _exact(given, self.field)
        return given


def _exact(value: Any, field: Field) -> int | Decimal:
    if field.storage == "int":
        return int(value or 0)
    number = value if isinstance(value, Decimal) else Decimal(repr(value or 0))
    return number.quantize(MICRO, ROUND_HALF_UP)


@lru_cache(maxsize=16)
def feeds_of(definitions: Definitions) -> Mapping[str, tuple[Feed, ...]]:
    """The feeds of each source DocType. A roll-up that `check` would refuse feeds nothing."""
    found: dict[str, list[Feed]] = {}
    for feed in _feeds(definitions):
        found.setdefault(feed.source.name, []).append(feed)
    return {source: tuple(feeds) for source, feeds in found.items()}


def _feeds(definitions: Definitions) -> Iterator[Feed]:
    for target in definitions.values():
        for field, rollup in rollups_of(target):
            source = definitions.get(rollup.source)
            if source is None or is_derived(field, rollup) or not leads_to(source, rollup.link, target.name):
                continue
            columns = {rollup.link, rollup.field, *filter_columns(rollup)} - {""}
            if not columns <= source.columns.keys() or not fits(field, rollup, source):
                continue
            try:
                condition = filter_of(rollup)
            except ExpressionError:
                continue
            link = source.by_name[rollup.link]
            type_column = link.options if link.fieldtype == "Dynamic Link" else ""
            read = frozenset(columns | ({type_column} if type_column else set()))
            yield Feed(target, field, rollup, source, condition, read, type_column)


def feeds_into(definitions: Definitions, target: str) -> tuple[Feed, ...]:
    """The feeds of one target DocType."""
    return tuple(feed for feeds in feeds_of(definitions).values() for feed in feeds if feed.target.name == target)
