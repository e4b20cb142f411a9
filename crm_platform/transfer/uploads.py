"""Files that were uploaded to be imported: what they hold of an erased person goes with the whole file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crm_platform.documents.erased import Erased, Name
from crm_platform.errors import CRMError
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

FILE = "File"
KINDS = (".csv", ".xlsx")
ENCODINGS = ("", "gb18030")
"""A csv file tells no encoding: one that is wrong finds nothing, or fails."""


def forget_uploads(
    ctx: Context,
    documents: Collection[Name],
    identities: Collection[str],
    *,
    path_of: Callable[[str], Path | None],
    drop: Callable[[Context, str], None],
) -> None:
    """Delete tables that are attached to no document and name the person, with their content.

    What is attached to a document is that document's: it stays and goes with it. `path_of` gives the place of an
    address, `drop` removes what lies there after the COMMIT. Reads every such file: an erasure is rare.
    """
    erased = Erased(frozenset(documents), frozenset(identities))
    for row in _loose(ctx):
        path = path_of(row["file_url"])
        if path is not None and path.is_file() and any(_names(path, encoding, erased) for encoding in ENCODINGS):
            ctx.connection.delete_rows(ctx.definitions[FILE], {"name": row["name"]})
            drop(ctx, row["file_url"])


def _loose(ctx: Context) -> Iterator[dict[str, Any]]:
    fields = ("name", "file_url", "attached_to_name")
    for row in ctx.as_system().store.list(FILE, fields=fields, limit=None):
        if not row["attached_to_name"] and str(row["file_url"] or "").lower().endswith(KINDS):
            yield row


def _names(path: Path, encoding: str, erased: Erased) -> bool:
    try:
        return any(erased.is_told_in([str(cell) for cell in row.cells]) for row in read_rows(Source(path, encoding)))
    except CRMError:
        return False  # no table after all, or not in this encoding
