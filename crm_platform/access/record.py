"""A document's values by path, as the SQL form of a condition sees them: own columns, child rows, linked documents."""

from __future__ import annotations

from typing import Any

from crm_platform.database.conditions import Path
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document


class Record:
    """Answers the paths of conditions for one document. A new document belongs to the one who makes it."""

    def __init__(self, ctx: Context, document: Document) -> None:
        self._ctx = ctx
        self._document = document

    def __call__(self, path: Path) -> list[Any]:
        """The values at `path`: one for a column or link, one per row for a child table."""
        first = path[0]
        if len(path) == 1:
            return [self._column(first)]
        field = self._document.meta.by_name[first]
        if field.is_table:
            return [row.get(path[1]) for row in self._document[first] or ()]
        return [self._linked(field.options, self._document.get(first), path[1])]

    def _column(self, column: str) -> Any:
        value = self._document.get(column)
        return self._ctx.user if value is None and column == "owner" else value

    def _linked(self, doctype: str, name: str | None, column: str) -> Any:
        meta = self._ctx.definitions.get(doctype)
        row = self._ctx.connection.get_row(meta, name) if meta is not None and name else None
        return row[column] if row is not None else None
