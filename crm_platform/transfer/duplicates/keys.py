"""The keys by which documents are found that may be alike: kept in indexed rows with each save, so that finding them is
a look-up whatever the number of documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from crm_platform.database.conditions import EVERYTHING, Compare
from crm_platform.database.interface import Connection
from crm_platform.database.query import Column, Order, Query
from crm_platform.database.system import SystemTable
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.metadata.model import Definitions
from crm_platform.transfer.duplicates.rules import MatchRule, keys_by, rules_of_site

MATCH_KEY = SystemTable(
    "_match_key", {"doctype": "text", "key": "text", "name": "text"}, ("doctype", "key", "name"), ("name",)
)
MATCH_BUILD = SystemTable("_match_build", {"doctype": "text", "rules": "text", "name": "text"}, ("doctype",))
"""For which rules the keys of a DocType are made, up to the document `name`; DONE when all are."""

TABLES = (MATCH_KEY, MATCH_BUILD)
DONE = "\U0010ffff"
BATCH = 500

TOO_COMMON = 200
"""Documents with the same key, above which the key tells nothing."""


class Values(Protocol):
    """A document, or the row of one: its name and values by field."""

    def __getitem__(self, name: str, /) -> Any: ...


@dataclass(frozen=True)
class KeyKeeper:
    """Keeps the keys of one DocType's documents under its rules."""

    doctype: str
    rules: Sequence[MatchRule]

    @cached_property
    def signature(self) -> str:
        """What the keys depend on."""
        pairs = {f"{one.field.fieldname}:{one.method}" for rule in self.rules for one in rule.fields}
        return ",".join(sorted(pairs))

    @cached_property
    def fieldnames(self) -> list[str]:
        return sorted({one.field.fieldname for rule in self.rules for one in rule.fields})

    def changed(self, ctx: Context, docs: Sequence[Document]) -> None:
        changed = [doc for doc in docs if self._has_changed(doc)]
        if changed:
            self.write(ctx, changed)

    def gone(self, ctx: Context, doc: Document) -> None:
        name = str(doc["name"])
        self._remove(ctx, name, self._keys(ctx, [name])[name])

    def keep(self, ctx: Context, doc: Document) -> None:
        self.write(ctx, [doc])

    def write(self, ctx: Context, docs: Sequence[Values]) -> None:
        """Bring the rows of documents up to date."""
        there, new = self._keys(ctx, [str(doc["name"]) for doc in docs]), []
        for doc in docs:
            name, wanted = str(doc["name"]), keys_by(ctx, self.rules, {one: doc[one] for one in self.fieldnames})
            self._remove(ctx, name, there[name] - wanted)
            new += [{"doctype": self.doctype, "key": key, "name": name} for key in sorted(wanted - there[name])]
        if new:
            ctx.connection.put_all(MATCH_KEY, new)

    def _has_changed(self, doc: Document) -> bool:
        before = doc.before
        return before is None or any(doc[name] != before[name] for name in self.fieldnames)

    def _keys(self, ctx: Context, names: Sequence[str]) -> dict[str, set[str]]:
        """The keys that documents have. Asked by the name alone, so that the database takes the index over it."""
        found: dict[str, set[str]] = {name: set() for name in names}
        for row in ctx.connection.fetch(MATCH_KEY, {"name": tuple(names)}):
            if row["doctype"] == self.doctype:
                found[row["name"]].add(row["key"])
        return found

    def _remove(self, ctx: Context, name: str, keys: Iterable[str]) -> None:
        for key in sorted(keys):
            ctx.connection.remove(MATCH_KEY, {"doctype": self.doctype, "key": key, "name": name})

    def listeners(self) -> list[Listener]:
        table = {
            "after_delete": self.gone,
            "before_rename": self.gone,
            "after_rename": self.keep,
        }
        changed = Listener("core", self.doctype, "on_change", self.changed, together=True)
        return [changed, *(Listener("core", self.doctype, event, handler) for event, handler in table.items())]


def keepers(connection: Connection, definitions: Definitions) -> list[KeyKeeper]:
    """One for each DocType that has enabled rules."""
    by_doctype: defaultdict[str, list[MatchRule]] = defaultdict(list)
    for rule in rules_of_site(connection, definitions):
        by_doctype[rule.doctype].append(rule)
    return [KeyKeeper(doctype, tuple(rules)) for doctype, rules in sorted(by_doctype.items())]


def listeners_of_matches(connection: Connection, definitions: Definitions) -> list[Listener]:
    """The documents of DocTypes with rules keep their keys; nobody listens to the others."""
    return [listener for keeper in keepers(connection, definitions) for listener in keeper.listeners()]


def candidates(ctx: Context, doctype: str, keys: Iterable[str]) -> Counter[str]:
    """Documents that have keys in common with these, and how many; keys that tell nothing are left out."""
    found: Counter[str] = Counter()
    for key in sorted(keys):
        rows = ctx.connection.fetch(MATCH_KEY, {"doctype": doctype, "key": key}, limit=TOO_COMMON + 1)
        if len(rows) <= TOO_COMMON:
            found.update(row["name"] for row in rows)
    return found


def build(ctx: Context, batch: int = BATCH) -> bool:
    """Make the keys of up to `batch` documents that have none for today's rules; False when all have them."""
    built = {row["doctype"]: row for row in ctx.connection.fetch(MATCH_BUILD)}
    for keeper in keepers(ctx.connection, ctx.definitions):
        row = built.pop(keeper.doctype, None)
        fresh = row is None or row["rules"] != keeper.signature
        last = "" if row is None or fresh else row["name"]
        if last != DONE:
            _build(ctx, keeper, last, batch)
            return True
    for doctype in sorted(built):
        ctx.connection.remove(MATCH_KEY, {"doctype": doctype})
        ctx.connection.remove(MATCH_BUILD, {"doctype": doctype})
    return False


def _build(ctx: Context, keeper: KeyKeeper, last: str, batch: int) -> None:
    rows = rows_after(ctx, keeper, last, batch)
    keeper.write(ctx, rows)
    reached = rows[-1]["name"] if len(rows) == batch else DONE
    row = {"doctype": keeper.doctype, "rules": keeper.signature, "name": reached}
    ctx.connection.put(MATCH_BUILD, row)


def rows_after(ctx: Context, keeper: KeyKeeper, last: str, batch: int) -> list[dict[str, Any]]:
    """The next documents in the order of their names, with the compared values, whatever the caller's rights."""
    meta = ctx.definitions[keeper.doctype]
    columns = tuple(Column((name,), name) for name in ("name", *keeper.fieldnames))
    where = Compare(("name",), ">", last) if last else EVERYTHING
    return ctx.connection.select(Query(meta, columns, where, order_by=(Order(("name",)),), limit=batch))
