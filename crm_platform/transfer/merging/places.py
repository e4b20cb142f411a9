"""Everything that names a document: links, dynamic links, rows, comments, files, tags, shares… moved to another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.context import Context
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType
from crm_platform.transfer.merging.journal import Journal, Moved, Removed, portable

PASSES_AWAY = frozenset({"Workflow Action", "Workflow Approval", "SLA Clock", "Duplicate Record"})
"""What is about the state of a document, or about the pair itself: it goes with the merged document."""

SAME: Mapping[str, tuple[str, ...]] = {"Tag Link": ("tag",), "DocShare": ("user", "everyone")}
"""What makes two of these the same, once they are of one document."""

SHARE_RIGHTS = ("read", "write", "share", "submit")


@dataclass(frozen=True)
class Place:
    """A column that may name a document, with what else must hold for it to mean one of this DocType."""

    doctype: DocType
    column: str
    kind_column: str = ""

    def naming(self, meta: DocType, name: str) -> Condition:
        kind = Compare((self.kind_column,), "=", meta.name) if self.kind_column else None
        names = Compare((self.column,), "=", name)
        return all_of(names, kind) if kind else names


def places(ctx: Context, meta: DocType) -> Iterator[Place]:
    """Every column of the site that may name a document of `meta`."""
    seen = set()
    for doctype, link in ctx.definitions.links_to.get(meta.name, ()):
        seen.add((doctype.name, link.fieldname))
        yield Place(doctype, link.fieldname)
    dynamic = ((d, f.fieldname, f.options) for d, f in ctx.definitions.dynamic_links if f.options in d.columns)
    companions = (
        (ctx.definitions[kind], name_column, kind_column)
        for kind, (kind_column, name_column) in COMPANIONS.items()
        if kind in ctx.definitions
    )
    for doctype, column, kind_column in (*dynamic, *companions):
        if (doctype.name, column) not in seen and not doctype.is_virtual:
            seen.add((doctype.name, column))
            yield Place(doctype, column, kind_column)


def _content(place: Place) -> tuple[str, ...]:
    """The columns of a row that say something, besides the link, and where it stands."""
    own = (column for column in place.doctype.columns if column not in STANDARD_COLUMNS and column != place.column)
    return tuple(own)


@dataclass(frozen=True)
class Mover:
    """Moves what names the documents of one merge to the kept one, and writes it down."""

    ctx: Context
    meta: DocType
    journal: Journal

    def move(self, other: str) -> None:
        """Everything that names `other` names the kept document, or goes and is written down."""
        for place in places(self.ctx, self.meta):
            for row in self._rows(place, other):
                self._move(place, row, other)

    def _rows(self, place: Place, other: str) -> list[dict[str, Any]]:
        columns = tuple(Column((name,), name) for name in place.doctype.columns)
        return self.ctx.connection.select(Query(place.doctype, columns, place.naming(self.meta, other)))

    def _move(self, place: Place, row: dict[str, Any], other: str) -> None:
        if self._goes_itself(place, row):
            return
        if place.doctype.name in PASSES_AWAY or self._is_there(place, row):
            self._remove(place.doctype, row)
        elif (place.doctype.name, row["name"]) == (self.meta.name, self.journal.kept):
            # Its own link would lead to itself; what a field of the kept document was is written down with the others.
            self.ctx.connection.update_row(self.meta, row["name"], {place.column: None})
        else:
            self._set(place.doctype, row["name"], place.column, other, self.journal.kept)

    def _goes_itself(self, place: Place, row: dict[str, Any]) -> bool:
        """Rows of the merged documents are gone soon: they are written down with them."""
        if place.doctype.istable:
            return row["parenttype"] == self.meta.name and row["parent"] in self.journal.merged
        return place.doctype.name == self.meta.name and row["name"] in self.journal.merged

    def _is_there(self, place: Place, row: dict[str, Any]) -> bool:
        """Whether the kept document has it already: the tag, a share with the user, or the same row of a table."""
        same = SAME.get(place.doctype.name) or (_content(place) if place.doctype.istable else ())
        if not same:
            return False
        where = (Compare((column,), "=", row[column]) for column in same)
        columns = tuple(Column((name,), name) for name in place.doctype.columns)
        naming = place.naming(self.meta, self.journal.kept)
        found = self.ctx.connection.select(Query(place.doctype, columns, all_of(naming, *where), limit=1))
        if found and place.doctype.name == "DocShare":
            self._share_both(place.doctype, found[0], row)
        return bool(found)

    def _share_both(self, doctype: DocType, share: dict[str, Any], other: dict[str, Any]) -> None:
        """A user with whom both were shared has the rights of both shares."""
        for right in SHARE_RIGHTS:
            if other[right] and not share[right]:
                self._set(doctype, share["name"], right, share[right], 1)

    def _set(self, doctype: DocType, name: str, column: str, old: Any, new: Any) -> None:
        self.ctx.connection.update_row(doctype, name, {column: new})
        self.journal.moved.append(Moved(doctype.name, name, column, old, new))

    def _remove(self, doctype: DocType, row: dict[str, Any]) -> None:
        self.ctx.connection.delete_rows(doctype, {"name": row["name"]})
        self.journal.removed.append(Removed(doctype.name, portable(row)))
