"""Erased persons leave the journals of imports and merges; what told of them cannot be taken back any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crm_platform.database.query import Column, Query
from crm_platform.transfer import journal as imports
from crm_platform.transfer.log import DOCTYPE as DATA_IMPORT
from crm_platform.transfer.merging import journal as merges

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Name = tuple[str, str]
ERASED = "Erased"


@dataclass(frozen=True)
class Erased:
    """Documents that were erased or emptied, as (DocType, name), and texts by which the person is known."""

    documents: Collection[Name]
    identities: Collection[str]

    def is_in(self, content: Any) -> bool:
        """Whether a value of a journal is the name of such a document, or holds such a text.

        Of which DocType a name is cannot be seen: a namesake in another one is taken along, which costs the way back
        and no data.
        """
        return any(text in self._names or any(one in text for one in self.identities) for text in _texts(content))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for _, name in self.documents)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _texts(value)


def forget(ctx: Context, documents: Collection[Name], identities: Collection[str]) -> None:
    """Take erased documents, and everything that mentions them, out of the journals of this room.

    `identities` are addresses and numbers of the person. Reads every journal: an erasure is rare.
    """
    erased = Erased(frozenset(documents), frozenset(identities))
    for data_import in _rows(ctx, DATA_IMPORT, "name"):
        _forget_import(ctx, data_import["name"], erased)
    for log in _rows(ctx, merges.LOG, "name", "merged"):
        _forget_merge(ctx, log, erased)
    for doctype, name in documents:
        if doctype == merges.LOG:
            ctx.connection.remove(merges.MERGE_CONTENT, {"log": name})


def _rows(ctx: Context, doctype: str, *columns: str) -> list[dict[str, Any]]:
    query = Query(ctx.definitions[doctype], tuple(Column((name,), name) for name in columns))
    return ctx.connection.select(query)


def _forget_import(ctx: Context, data_import: str, erased: Erased) -> None:
    for part in imports.parts(ctx, data_import):
        changes = imports.read(ctx, data_import, part)
        left = [change for change in changes if not erased.is_in([change.name, change.before])]
        if len(left) < len(changes):
            imports.replace(ctx, data_import, part, left)


def _forget_merge(ctx: Context, log: dict[str, Any], erased: Erased) -> None:
    """A merge that names the person is sealed for good; its log keeps the names of others."""
    journal = merges.read(ctx, log["name"])
    if journal is not None and erased.is_in(asdict(journal)):
        ctx.connection.remove(merges.MERGE_CONTENT, {"log": log["name"]})
    merged = (log["merged"] or "").split("\n")
    left = [ERASED if erased.is_in(name) else name for name in merged]
    if left != merged:
        ctx.connection.update_row(ctx.definitions[merges.LOG], log["name"], {"merged": "\n".join(left)})
