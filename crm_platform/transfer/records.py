"""Rows of a file → records: the values of one document each, with its child rows and what is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from crm_platform.documents.coerce import Refused
from crm_platform.documents.masking import without_value
from crm_platform.metadata.masking import HIDDEN
from crm_platform.spreadsheets.source import Cell, Row
from crm_platform.transfer.cells import value_of
from crm_platform.transfer.plan import Plan, Target
from crm_platform.transfer.report import BadCell


@dataclass
class Line:
    """The values of one child row, and its row in the file."""

    row: int
    values: dict[str, Any]


@dataclass
class Record:
    """What the file says about one document. None is an empty cell; a link by `match` still holds the text."""

    row: int
    key: tuple[Any, ...]
    values: dict[str, Any]
    tables: dict[str, list[Line]]
    last_row: int
    bad: list[BadCell] = field(default_factory=list)

    def copy(self) -> Record:
        """A record whose values may be replaced: a transaction that is repeated must find them as they were."""
        tables = {table: [Line(line.row, dict(line.values)) for line in lines] for table, lines in self.tables.items()}
        return replace(self, values=dict(self.values), tables=tables, bad=list(self.bad))

    def refuse(self, row: int, column: str, template: str, **params: object) -> None:
        self.bad.append(BadCell(row, column, template, params))


class Records:
    """Makes records of rows. Rows of one document follow each other: their key is repeated, or all cells of the
    document itself are empty."""

    def __init__(self, plan: Plan, zone: ZoneInfo) -> None:
        self._plan, self._zone = plan, zone
        self._seen: dict[tuple[Any, ...], tuple[int, bytes]] = {}
        """Key → first row that has it, and what that said."""

    def read(self, rows: Iterable[Row]) -> Iterator[Record]:
        """The records in the order of the file."""
        current: Record | None = None
        for row in rows:
            part = self._part(row)
            if current is not None and self._continues(current, part):
                self._continue(current, part)
                continue
            if current is not None:
                yield from self._finished(current)
            current = part
        if current is not None:
            yield from self._finished(current)

    def _part(self, row: Row) -> Record:
        """One row as a record of its own."""
        plan = self._plan
        record = Record(row.number, (), {}, {table: [] for table in plan.tables}, row.number)
        cells = _fitted(row, plan.width, record)
        for target in plan.own:
            record.values[target.fieldname] = self._value(cells, target, record)
        for table, targets in plan.tables.items():
            if any(cells[target.index] != "" for target in targets):
                values = {target.fieldname: self._value(cells, target, record) for target in targets}
                record.tables[table].append(Line(row.number, values))
        record.key = tuple(record.values[name] for name in plan.key)
        return record

    def _value(self, cells: Sequence[Cell], target: Target, record: Record) -> Any:
        cell = cells[target.index]
        if not target.table and target.fieldname in self._plan.key and isinstance(cell, str):
            cell = cell.strip()
        if target.field.is_masked and HIDDEN in str(cell):
            return cell  # a mask that an export wrote: the store knows what stands behind it
        try:
            return value_of(cell, target, self._plan.mapping, self._zone)
        except Refused as refused:
            label = target.field.label or target.fieldname
            refused = without_value(refused, cell) if target.field.is_masked else refused
            record.refuse(record.row, target.column, refused.template, **{"label": label, **refused.params})
            return None

    def _continues(self, current: Record, part: Record) -> bool:
        if not any(part.tables.values()):
            return False
        own_cells_are_empty = not any(value is not None for value in part.values.values()) and not part.bad
        return own_cells_are_empty or (None not in part.key and part.key == current.key)

    def _continue(self, current: Record, part: Record) -> None:
        """Take over the child rows; what the row says about the document must be what its first row said."""
        for target in self._plan.own:
            value = part.values[target.fieldname]
            if value is not None and value != current.values[target.fieldname]:
                current.refuse(
                    part.row,
                    target.column,
                    "The row belongs to the document of row {first}, but differs from it here.",
                    first=current.row,
                )
        for table, lines in part.tables.items():
            current.tables[table] += lines
        current.bad += part.bad
        current.last_row = part.row

    def _finished(self, record: Record) -> Iterator[Record]:
        """The record, unless the file has said the same before and may repeat itself."""
        plan = self._plan
        column = plan.column_of(plan.key[0], "")
        if None in record.key:
            if not record.bad:
                record.refuse(record.row, column, "The key is empty. Fill it in, or choose other key fields.")
            yield record
            return
        content = _content(record) if plan.mapping.distinct else b""
        first, said = self._seen.setdefault(record.key, (record.row, content))
        if first == record.row:
            yield record
        elif not plan.mapping.distinct:
            record.refuse(record.row, column, "The row has the same key as row {first}.", first=first)
            yield record
        elif record.bad or said != content:
            record.refuse(record.row, column, "The row has the key of row {first}, but other values.", first=first)
            yield record


def _content(record: Record) -> bytes:
    """A digest of everything that the file says about the document."""
    said = repr((record.values, [(t, [line.values for line in lines]) for t, lines in record.tables.items()]))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _fitted(row: Row, width: int, record: Record) -> list[Cell]:
    """Exactly as many cells as the header has names."""
    cells = row.cells
    if len(cells) < width or any(cell != "" for cell in cells[width:]):
        sentence = "The row has {count} cells, the first row names {width} columns."
        record.refuse(row.number, "", sentence, count=len(cells), width=width)
    return [*cells[:width], *([""] * (width - len(cells)))]
