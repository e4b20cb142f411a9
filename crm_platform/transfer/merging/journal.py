"""What a merge did, so that it can be taken back: a Merge Log document, and the sealed rows that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import orjson

from crm_platform.database.system import SystemTable
from crm_platform.documents.context import Context
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import DocType

LOG = "Merge Log"
DONE, UNDONE = "Merged", "Undone"

MERGE_CONTENT = SystemTable("_merge_content", {"log": "text", "content": "text"}, ("log",))
"""`content` is an encrypted Journal."""

Row = dict[str, Any]
FROM_JSON: Mapping[Storage, Callable[[Any], Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


@dataclass(frozen=True)
class Moved:
    """A value of a row that was changed: it named a merged document and names the kept one."""

    doctype: str
    name: str
    column: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Removed:
    """A whole row that went, in its portable form."""

    doctype: str
    row: Row


@dataclass
class Journal:
    """Everything that a merge changed.

    `removed` are the merged documents with their rows and what was not kept of them; `fields` the columns of the kept
    document as (before, after); `tables` its rows before, and `after` the names of those after.
    """

    doctype: str
    kept: str
    merged: list[str]
    moved: list[Moved] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    secrets: list[Row] = field(default_factory=list)
    setters: list[Row] = field(default_factory=list)
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)


def portable(row: Mapping[str, Any]) -> Row:
    """A row as JSON holds it without loss; what is masked is open, since the journal is sealed."""
    return {column: _portable(plain_of(value)) for column, value in row.items()}


def _portable(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def native(doctype: DocType, row: Mapping[str, Any]) -> Row:
    """The row for today's table: a column that is gone is left out."""
    return {column: value_of(doctype, column, value) for column, value in row.items() if column in doctype.columns}


def value_of(doctype: DocType, column: str, value: Any) -> Any:
    """The Python value of a portable one."""
    convert = FROM_JSON.get(doctype.columns[column])
    return value if value is None or convert is None else convert(value)


def write(ctx: Context, journal: Journal) -> str:
    """Keep a journal; returns the name of its Merge Log. Written by the system: who merges may not write logs."""
    store = ctx.as_system().store
    values = {
        "document_type": journal.doctype,
        "kept": journal.kept,
        "merged": "\n".join(journal.merged),
        "status": DONE,
        "moved_links": len(journal.moved),
    }
    name = str(store.insert(store.new(LOG, values))["name"])
    content = orjson.dumps(asdict(journal)).decode()
    ctx.connection.put(MERGE_CONTENT, {"log": name, "content": ctx.runtime.cipher.encrypt(content)})
    return name


def merged_into(ctx: Context, doctype: str, name: str) -> str:
    """The document into which one that is gone was merged; empty when it was not, or the merge was taken back."""
    asked = {"document_type": doctype, "status": DONE, "merged": ["like", f"%{name}%"]}
    logs = ctx.as_system().store.list(
        LOG, fields=("kept", "merged"), filters=asked, order_by="creation desc", limit=None
    )
    return next((str(log["kept"]) for log in logs if name in log["merged"].split("\n")), "")


def read(ctx: Context, name: str) -> Journal | None:
    """The journal of a Merge Log; None when it is gone."""
    rows = ctx.connection.fetch(MERGE_CONTENT, {"log": name})
    if not rows:
        return None
    body = orjson.loads(ctx.runtime.cipher.decrypt(rows[0]["content"]))
    moved = [Moved(**one) for one in body.pop("moved")]
    removed = [Removed(**one) for one in body.pop("removed")]
    return Journal(**body, moved=moved, removed=removed)


def close(ctx: Context, name: str, left: Sequence[str]) -> None:
    """The merge was taken back; `left` says what was not."""
    values = {"status": UNDONE, "left": "\n".join(left)}
    ctx.as_system().store.update(LOG, name, values)
    ctx.connection.remove(MERGE_CONTENT, {"log": name})
