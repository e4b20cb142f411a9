"""A part of an import inside one transaction: new documents in batches, changed ones one by one, the rest untouched."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crm_platform.documents.coerce import empty
from crm_platform.documents.document import Document
from crm_platform.documents.guards import rows_changed
from crm_platform.documents.naming import accepts_name
from crm_platform.errors import (
    CRMError,
    DuplicateEntryError,
    PermissionError,
    ServerError,
    StorageFullError,
    TimeoutError,
    UnavailableError,
)
from crm_platform.metadata.masking import HIDDEN
from crm_platform.transfer.journal import Changes
from crm_platform.transfer.lookups import Stored, find_rows, find_stored, resolve_matches
from crm_platform.transfer.plan import Plan
from crm_platform.transfer.records import Line, Record
from crm_platform.transfer.report import Report

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

SMALLER = 20
"""A batch with a bad record is tried again in so many parts: one bad record in a hundred costs little."""

NOT_OF_A_ROW = (UnavailableError, StorageFullError, TimeoutError, ServerError)
"""Errors that end the import: no row is to blame for them."""

TOUCHED = frozenset({"modified", "modified_by"})


class _Unchanged(Exception):
    """Takes back a save that changed nothing: rules of the DocType made of the new values what was there."""


def apply_records(ctx: Context, plan: Plan, records: Sequence[Record]) -> tuple[Report, Changes]:
    """Write the records under the rights of `ctx`; bad ones are reported, the others stay. Tells also what it changed.

    Raises PermissionError without the right to import, and errors that no row is to blame for.
    """
    if not ctx.policy.allows(plan.meta, "import"):
        raise PermissionError("You may not import {doctype}.", doctype=plan.meta.name)
    part = _Part(ctx, plan)
    step = 1 if plan.matches_itself else max(1, len(records))
    for start in range(0, len(records), step):
        part.apply([record.copy() for record in records[start : start + step]])
    return part.report, part.changes


class _Part:
    """Applies records and counts what came of them."""

    def __init__(self, ctx: Context, plan: Plan) -> None:
        self.ctx, self.plan = ctx, plan
        self.report = Report()
        self.changes = Changes()

    def apply(self, records: Sequence[Record]) -> None:
        self._refuse_bad(records)
        good = [record for record in records if not record.bad]
        resolve_matches(self.ctx, self.plan, good)
        self._refuse_bad(good)
        good = [record for record in good if not record.bad]
        stored = find_stored(self.ctx, self.plan, good)
        names = [row["name"] for rows in stored.values() for row in rows]
        lines = find_rows(self.ctx, self.plan, names)
        for is_new, group in groupby(good, lambda record: record.key not in stored):
            if is_new:
                self._insert_all(list(group))
                continue
            for record in group:
                self._meet(record, stored[record.key], lines)

    def _refuse_bad(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.bad:
                self.report.refused += 1
                self.report.bad += record.bad

    def _refuse(self, record: Record, column: str, template: str, **params: object) -> None:
        record.refuse(record.row, column, template, **params)
        self._refuse_bad([record])

    def _blame_a_row(self, error: CRMError) -> None:
        """Raise `error` again when the system is at fault: full disk, deadlock (the transaction is repeated)."""
        of_database = isinstance(error.__cause__, self.ctx.connection.engine.error)
        if isinstance(error, NOT_OF_A_ROW) or (of_database and not isinstance(error, DuplicateEntryError)):
            raise error

    def _refuse_error(self, record: Record, error: CRMError) -> None:
        """Tell each fault of a document by the column that fills the field."""
        for fault in error.errors:
            table = fault.table or ""
            lines = record.tables.get(table, [])
            row = lines[fault.row - 1].row if fault.row and fault.row <= len(lines) else record.row
            record.refuse(row, self.plan.column_of(fault.field, table), fault.template, **fault.params)
        if not error.errors:
            record.refuse(record.row, "", error.template, **error.params)
        self._refuse_bad([record])

    def _insert_all(self, records: Sequence[Record]) -> None:
        wanted = []
        for record in records:
            refusal = self._refusal(record)
            if refusal:
                self._refuse(record, self.plan.column_of(self.plan.key[0], ""), refusal, **self._names(record))
            else:
                wanted.append(record)
        self._insert(wanted)

    def _names(self, record: Record) -> dict[str, object]:
        """What a refusal says of the record; a confidential key is not quoted."""
        masked = {field.fieldname for field in self.plan.meta.masked_fields}
        pairs = zip(self.plan.key, record.key, strict=True)
        shown = ", ".join(HIDDEN if name in masked else str(value) for name, value in pairs)
        return {"doctype": self.plan.meta.name, "value": shown}

    def _refusal(self, record: Record) -> str:
        """Why a record whose key is not found makes no new document; empty when it does."""
        if self.plan.mapping.update_only:
            return "There is no {doctype} {value}."
        name = record.values.get("name")
        meta = self.plan.meta
        if name is None or accepts_name(meta):
            return ""
        rule, _, fieldname = meta.autoname.partition(":")
        if rule == "field" and record.values.get(fieldname, self.plan.defaults.get(fieldname)) == name:
            return ""
        return "There is no {doctype} {value}, and a new one cannot be given this name. Use another key."

    def _insert(self, records: Sequence[Record]) -> None:
        """One batch; when it is refused, smaller ones, until the bad record is found."""
        if not records:
            return
        try:
            with self.ctx.connection.savepoint():
                made = self.ctx.store.insert_many([self._new(record) for record in records])
        except CRMError as error:
            self._blame_a_row(error)
            if len(records) == 1:
                self._refuse_error(records[0], error)
                return
            size = max(1, len(records) // SMALLER)
            for start in range(0, len(records), size):
                self._insert(records[start : start + size])
        else:
            self.report.inserted += len(records)
            self.changes.inserted(made)

    def _new(self, record: Record) -> Document:
        values = {name: value for name, value in record.values.items() if value is not None and name != "modified"}
        for table, lines in record.tables.items():
            values[table] = [{k: v for k, v in line.values.items() if v is not None} for line in lines]
        return self.ctx.store.new(self.plan.meta.name, {**self.plan.defaults, **values})

    def _meet(self, record: Record, found: Sequence[Stored], lines: dict[tuple[str, str], list[Stored]]) -> None:
        """A record whose document is there already."""
        if len(found) > 1:
            sentence = "{count} documents of {doctype} have the key {value}."
            self._refuse(record, "", sentence, count=len(found), **self._names(record))
            return
        name = found[0]["name"]
        changes = self._changes(record, found[0])
        changed_tables = [t for t in self.plan.tables if not _same_rows(record.tables[t], lines.get((name, t), []))]
        if not changes and not changed_tables:
            self.report.unchanged += 1
            return
        try:
            with self.ctx.connection.savepoint():
                doc = self._update(record, name, changes, changed_tables)
        except _Unchanged:
            self.report.unchanged += 1
        except CRMError as error:
            self._blame_a_row(error)
            self._refuse_error(record, error)
        else:
            self.report.updated += 1
            self.changes.updated(self.ctx, doc, (*changes, *changed_tables))

    def _changes(self, record: Record, stored: Stored) -> dict[str, Any]:
        """The fields whose cells differ from the stored document. An empty cell clears, unless there is a default."""
        changes = {}
        for target in self.plan.own:
            name = target.fieldname
            value = record.values[name]
            if name in ("name", "modified") or (value is None and self.plan.starts_filled(name)):
                continue
            if _differs(value, stored[name]):
                changes[name] = empty(target.field) if value is None else value
        return changes

    def _update(self, record: Record, name: str, changes: dict[str, Any], tables: Sequence[str]) -> Document:
        values = dict(changes)
        if record.values.get("modified") is not None:
            values["modified"] = record.values["modified"]
        if tables:
            stored = self.ctx.store.get(self.plan.meta.name, name, for_update=True)
            values |= {table: _merged(stored[table], record.tables[table]) for table in tables}
        doc = self.ctx.store.update(self.plan.meta.name, name, values)
        if not _really_changed(doc):
            raise _Unchanged
        return doc


def _differs(value: Any, stored: Any) -> bool:
    """Missing, empty and 0 are one and the same."""
    return (value or None) != (stored or None)


def _same_rows(lines: Sequence[Line], stored: Sequence[Stored]) -> bool:
    return len(lines) == len(stored) and not any(
        _line_differs(line, row) for line, row in zip(lines, stored, strict=True)
    )


def _line_differs(line: Line, row: Any) -> bool:
    """Whether a stored row differs in a mapped field; a line without a name may be any row."""
    return any(_differs(v, row[k]) for k, v in line.values.items() if k != "name" or v is not None)


def _merged(stored: Sequence[Document], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The rows of the file; one that is there already, by name or by equal values, keeps its other fields."""
    left = list(stored)
    merged = []
    for line in lines:
        name = line.values.get("name")
        same = (row for row in left if (row["name"] == name if name else not _line_differs(line, row)))
        row = next(same, None)
        kept: dict[str, Any] = {}
        if row is not None:
            left.remove(row)
            kept = {"name": row["name"], **{field.fieldname: row[field.fieldname] for field in row.meta.data_fields}}
        merged.append({**kept, **{k: v for k, v in line.values.items() if k != "name" or v is not None}})
    return merged


def _really_changed(doc: Document) -> bool:
    """Whether a saved document differs from what was stored in more than the time of its change."""
    if any(doc.has_changed(column) for column in doc.meta.columns if column not in TOUCHED):
        return True
    tables = [table for table in doc.meta.table_fields if doc.before is not None]
    return any(
        rows_changed(doc, table)
        or [row["name"] for row in doc[table.fieldname]] != _row_names(doc.before, table.fieldname)
        for table in tables
    )


def _row_names(doc: Document | None, table: str) -> list[str]:
    return [row["name"] for row in doc[table]] if doc is not None else []
