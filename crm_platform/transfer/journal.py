"""What an import changed, part by part, so that it can be taken back: sealed, since it holds values of documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.database.system import SystemTable
from crm_platform.documents.document import Document
from crm_platform.documents.wire import plain
from crm_platform.metadata.masking import plain_of

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

IMPORT_PART = SystemTable(
    "_import_part", {"data_import": "text", "part": "int", "content": "text"}, ("data_import", "part")
)
"""`content` is an encrypted Changes; the parts of one Data Import are numbered in the order of their writing."""


@dataclass(frozen=True)
class Change:
    """One document that an import wrote. `before` are the values that it had, None for one that was new."""

    name: str
    modified: str
    before: dict[str, Any] | None = None

    def is_of(self, doc: Document) -> bool:
        """Whether the document is as the import left it."""
        return _time(doc["modified"]) == self.modified


@dataclass
class Changes:
    """The documents that one part wrote, in order."""

    made: list[Change] = field(default_factory=list)

    def inserted(self, docs: Iterable[Document]) -> None:
        self.made += [Change(str(doc["name"]), _time(doc["modified"])) for doc in docs]

    def updated(self, ctx: Context, doc: Document, fieldnames: Iterable[str]) -> None:
        """`fieldnames` are those that the import set; a field that a rule changed along comes back with its rule."""
        stored = doc.before
        if stored is not None:
            before = {name: _value(ctx, stored[name]) for name in fieldnames}
            self.made.append(Change(str(doc["name"]), _time(doc["modified"]), before))


def _time(moment: datetime) -> str:
    return moment.isoformat()


def _value(ctx: Context, value: Any) -> Any:
    """A stored value as `store.update` takes it."""
    if isinstance(value, list | tuple):
        return [{name: _value(ctx, inner) for name, inner in row.as_dict().items()} for row in value]
    return plain(plain_of(value), ctx.runtime.zone)


def keep(ctx: Context, data_import: str, changes: Changes) -> None:
    """Write the changes of a part down, in the transaction that makes them."""
    if changes.made:
        last = ctx.connection.fetch(IMPORT_PART, {"data_import": data_import}, order_by="-part", limit=1)
        _put(ctx, data_import, last[0]["part"] + 1 if last else 1, changes.made)


def parts(ctx: Context, data_import: str) -> list[int]:
    """The parts that are kept, the last one first."""
    rows = ctx.connection.fetch(IMPORT_PART, {"data_import": data_import}, order_by="-part")
    return [int(row["part"]) for row in rows]


def read(ctx: Context, data_import: str, part: int) -> list[Change]:
    """The changes of a part, the last one first; none when it is gone."""
    rows = ctx.connection.fetch(IMPORT_PART, {"data_import": data_import, "part": part})
    content = orjson.loads(ctx.runtime.cipher.decrypt(rows[0]["content"])) if rows else []
    return [Change(*change) for change in reversed(content)]


def replace(ctx: Context, data_import: str, part: int, left: Iterable[Change]) -> None:
    """Keep only the changes that are `left`, the last one first; a part without any goes."""
    kept = list(reversed(list(left)))
    if kept:
        _put(ctx, data_import, part, kept)
    else:
        ctx.connection.remove(IMPORT_PART, {"data_import": data_import, "part": part})


def _put(ctx: Context, data_import: str, part: int, made: Iterable[Change]) -> None:
    content = orjson.dumps([[one.name, one.modified, one.before] for one in made], default=str).decode()
    row = {"data_import": data_import, "part": part, "content": ctx.runtime.cipher.encrypt(content)}
    ctx.connection.put(IMPORT_PART, row)
