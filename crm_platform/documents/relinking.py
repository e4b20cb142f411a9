"""After links were turned to another name in one go (rename, merge): what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.feeds import feeds_of
from crm_platform.documents.recompute import mend_documents
from crm_platform.metadata.computed import Node, computed_nodes, formula_of, inputs
from crm_platform.metadata.model import Definitions, DocType
from crm_platform.metadata.rollups import filter_columns, rollup_of

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


@lru_cache(maxsize=16)
def _read(definitions: Definitions) -> frozenset[Node]:
    """Fields whose very value is read by a formula or filter; a roll-up that only follows a link is no reader."""
    found: set[Node] = set()
    for doctype, fieldname in computed_nodes(definitions):
        field = definitions[doctype].by_name[fieldname]
        rollup = rollup_of(field)
        if formula_of(field) is not None:
            found |= inputs(definitions, (doctype, fieldname))
        elif rollup is not None:
            table = definitions[doctype].field(rollup.table)
            source = rollup.source or (table.options if table else "")
            found |= {(source, column) for column in filter_columns(rollup)}
    return frozenset(found)


def relinked(ctx: Context, meta: DocType, name: str) -> None:
    """Every link that led elsewhere leads to `name` of `meta` now, written past the store: bring up to date what is
    gathered over these links or reads them. For a rename and for a merge into `name`."""
    stale: dict[str, set[str]] = {}
    for source, condition in _linking(ctx, meta, name):
        _note(ctx, stale, source, condition)
    _note(ctx, stale, meta, Compare(("name",), "=", name))
    for doctype in sorted(stale):
        mend_documents(ctx, doctype, stale[doctype])


def _linking(ctx: Context, meta: DocType, name: str) -> Iterator[tuple[DocType, Condition]]:
    read = _read(ctx.definitions)
    for source, field in ctx.definitions.links_to.get(meta.name, ()):
        if (source.name, field.fieldname) in read:
            yield source, Compare((field.fieldname,), "=", name)
    for source, field in ctx.definitions.dynamic_links:
        if field.options in source.columns and (source.name, field.fieldname) in read:
            of_type = Compare((field.options,), "=", meta.name)
            yield source, all_of(Compare((field.fieldname,), "=", name), of_type)


def _note(ctx: Context, stale: dict[str, set[str]], source: DocType, condition: Condition) -> None:
    """Note the documents found, and those that their rows are gathered into."""
    columns = tuple(Column((column,), column) for column in source.columns)
    for row in ctx.connection.select(Query(source, columns, condition)):
        doctype, name = (row["parenttype"], row["parent"]) if source.istable else (source.name, row["name"])
        stale.setdefault(doctype, set()).add(name)
        for feed in feeds_of(ctx.definitions).get(source.name, ()):
            target = feed.target_of(row)
            if target is not None:
                stale.setdefault(feed.target.name, set()).add(target)
