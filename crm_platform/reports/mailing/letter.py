"""A report as a mail: its rows as a table in the text, or as a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from html import escape
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.manner import manner_of
from crm_platform.i18n import formats
from crm_platform.i18n.manner import Manner
from crm_platform.reports.methods import Table, table_of
from crm_platform.reports.running import Result, ResultColumn
from crm_platform.spreadsheets.writing import table_bytes

CELL = "border:1px solid #cfd4de;padding:4px 8px;text-align:"
NUMBERS = (int, float, Decimal)


@dataclass(frozen=True)
class Letter:
    """What is mailed: the text as HTML, and the name and kind of a file with the rows of `table` (no kind: no file)."""

    subject: str
    message: str
    file_name: str
    kind: str
    table: Table

    def content(self) -> bytes:
        """The file."""
        return table_bytes(self.kind, self.table.labels, self.table.rows)


KINDS: Mapping[str, str] = {"XLSX": "xlsx", "CSV": "csv", "HTML": ""}
"""Auto Email Report.format → the kind of its file; rows stand in the text otherwise."""


def letter_of(ctx: Context, plan: Document, result: Result) -> Letter:
    """The mail about an answer, in the language of the user of `ctx`, who ran the report."""
    kind, manner = KINDS[plan["format"]], manner_of(ctx)
    title = f"{ctx._(result.report)} – {formats.day(date.fromisoformat(ctx.today()), manner)}"
    table = table_of(ctx, result)
    parts = [f"<h3>{escape(title)}</h3>", plan["description"] or ""]
    parts += [] if kind else [_shown(ctx, manner, result, table, plan["no_of_rows"] or 100)]
    safe = "".join(letter if letter.isalnum() or letter in "-_ " else "_" for letter in result.report)
    return Letter(title, "\n".join(parts), f"{safe}.{kind}" if kind else "", kind, table)


def _shown(ctx: Context, manner: Manner, result: Result, table: Table, most: int) -> str:
    """The first rows and the total as a table; mail programs know inline styles only."""
    rows = [*table.rows[: min(most, len(result.rows))], *(table.rows[len(result.rows) :])]
    head = "".join(f'<th style="{CELL}left">{escape(label)}</th>' for label in table.labels)
    body = "".join(f"<tr>{_cells(ctx, manner, result.columns, row)}</tr>" for row in rows)
    shown = f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    if len(result.rows) <= most:
        return shown
    note = ctx._("The first {count} of {all} rows.", count=most, all=len(result.rows))
    return f"{shown}\n<p>{escape(note)}</p>"


def _cells(ctx: Context, manner: Manner, columns: Sequence[ResultColumn], row: Sequence[Any]) -> str:
    cells = zip(columns, row, strict=True)
    return "".join(
        f'<td style="{CELL}{"right" if isinstance(value, NUMBERS) else "left"}">'
        f"{escape(text_of(ctx, manner, column, value))}</td>"
        for column, value in cells
    )


def text_of(ctx: Context, manner: Manner, column: ResultColumn, value: Any) -> str:
    """A value for people."""
    if value is None or value == "":
        return ""
    write = BY_FIELDTYPE.get(column.fieldtype) or BY_TYPE.get(type(value))
    if write is not None and not isinstance(value, str):
        return write(value, manner)
    return ctx._(value) if column.fieldtype == "Select" else str(value)


BY_FIELDTYPE: Mapping[str, Callable[[Any, Manner], str]] = {"Currency": formats.money, "Percent": formats.percent}
BY_TYPE: Mapping[type, Callable[[Any, Manner], str]] = {
    int: formats.number,
    float: formats.number,
    Decimal: formats.number,
    datetime: formats.moment,
    date: formats.day,
    time: formats.clock,
}
