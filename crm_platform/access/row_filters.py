"""Row filters of packs: asked once per transaction, DocType and action, they may only narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crm_platform.access.rules import Rule
from crm_platform.database.conditions import Always, And, Compare, Condition, Not, Or
from crm_platform.documents.context import Context
from crm_platform.documents.events import Watch, guarded, unwatched
from crm_platform.errors import PackError
from crm_platform.metadata.model import Definitions, DocType


@dataclass(frozen=True, slots=True)
class RowFilter:
    """One function of one pack (hook `row_filters`): (ctx, action) → Condition. "*" narrows every DocType."""

    pack: str
    doctype: str
    function: Callable[[Context, str], Condition]

    @property
    def hook(self) -> str:
        return f"row filter {self.doctype} ({getattr(self.function, '__qualname__', self.function)})"


class RowFilters:
    """DocType → filters in pack order."""

    def __init__(self, filters: Iterable[RowFilter] = (), watch: Watch = unwatched) -> None:
        self._table: dict[str, list[RowFilter]] = {}
        self._watch = watch
        for row_filter in filters:
            self._table.setdefault(row_filter.doctype, []).append(row_filter)

    @property
    def packs(self) -> dict[str, tuple[str, ...]]:
        """The packs that narrow each DocType; "*" stands for all."""
        return {name: tuple(dict.fromkeys(one.pack for one in filters)) for name, filters in self._table.items()}

    def rules(self, ctx: Context, doctype: DocType, action: str) -> tuple[Rule, ...]:
        """The narrowing rules of a DocType. Raises PackError naming the pack when a filter fails."""
        filters = (*self._table.get(doctype.name, ()), *self._table.get("*", ()))
        return tuple(self._rule(ctx, row_filter, doctype, action) for row_filter in filters)

    def _rule(self, ctx: Context, row_filter: RowFilter, doctype: DocType, action: str) -> Rule:
        condition = self._ask(ctx, row_filter, action)
        if not isinstance(condition, Compare | And | Or | Not | Always):
            raise PackError(
                "The {hook} of pack {pack} must return a condition or EVERYTHING, not {kind}. Tell the administrator.",
                pack=row_filter.pack,
                hook=row_filter.hook,
                kind=type(condition).__name__,
            )
        params = {"pack": row_filter.pack, "doctype": doctype.name}
        return Rule("row filter", "Pack {pack} narrows {doctype}.", condition, params, row_filter.pack)

    def _ask(self, ctx: Context, row_filter: RowFilter, action: str) -> object:
        failed = "The {hook} of pack {pack} failed ({kind}). Nothing is shown; tell the administrator."
        with guarded(self._watch, row_filter.pack, row_filter.hook, failed):
            return row_filter.function(ctx, action)


FiltersOf = Callable[[Definitions], RowFilters]
"""The row filters of the packs that are enabled at a version of the definitions."""

NO_FILTERS = RowFilters()


def no_filters(definitions: Definitions) -> RowFilters:  # noqa: ARG001 the source of a site without packs
    return NO_FILTERS


def closed_by(pack: str, doctype: str) -> RowFilter:
    """In the place of the filter of a pack that is not at work: what it would have hidden stays hidden."""

    def refuse(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the signature of a row filter
        raise PackError(
            "Pack {pack} limits who may see these documents, and it is not at work. Nothing is shown; tell the "
            "administrator.",
            pack=pack,
            hook="row_filters",
        )

    return RowFilter(pack, doctype, refuse)
