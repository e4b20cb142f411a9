"""The first row of a file, and the fields that its columns name by fieldname or label when there is no mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import DocType, Field
from crm_platform.spreadsheets.source import Row
from crm_platform.transfer.mapping import Entry

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

NAME = "ID"
"""What lists, exports and forms call the name of a document; a field of that label comes first."""


@dataclass(frozen=True)
class Header:
    """Names of the columns. `languages` are those in which labels are looked up besides English."""

    names: tuple[str, ...]
    languages: tuple[str, ...] = ()


def read_header(row: Row | None, languages: tuple[str, ...] = ()) -> Header:
    """The header in the first row. Raises ValidationError for an empty file, a nameless column and a name used twice.

    Empty cells after the last name are no columns.
    """
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row.cells] if row else []
    while cells and cells[-1] == "":
        cells.pop()
    if not cells:
        raise ValidationError("The file is empty. Its first row must name the columns.")
    names = tuple(cell for cell in cells if isinstance(cell, str) and cell)
    if len(names) < len(cells):
        raise ValidationError("Not every column of the first row has a name. Name them all, or remove those without.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValidationError("The column {column} stands twice in the first row.", column=twice[0])
    return Header(names, languages)


def columns_by_name(
    ctx: Context, meta: DocType, header: Header, ignored: Iterable[str], faults: list[FieldError]
) -> Mapping[str, tuple[Entry, ...]]:
    """For each column the one field that has exactly this fieldname or label; a fault for every other column.

    Fields of rows are named `table.field`, each part by fieldname or label.
    """
    known = known_names(ctx, meta, header.languages)
    found = {}
    for column in (name for name in header.names if name not in set(ignored)):
        paths = {column} if column in known.get(column, ()) else known.get(column, set())
        if len(paths) == 1:
            found[column] = (Entry(paths.pop()),)
        else:
            faults.append(_fault(meta, column, sorted(paths)))
    return found


def known_names(ctx: Context, meta: DocType, languages: tuple[str, ...]) -> dict[str, set[str]]:
    """Every name that a column may have → the fields it stands for; those of rows as `table.field`."""
    known = _names(ctx, meta, languages)
    for table in meta.table_fields:
        inner = _names(ctx, ctx.definitions[table.options], languages)
        for outer in _called(ctx, table, languages):
            for name, paths in inner.items():
                known.setdefault(f"{outer}.{name}", set()).update(f"{table.fieldname}.{path}" for path in paths)
    return known


def _fault(meta: DocType, column: str, paths: list[str]) -> FieldError:
    if paths:
        template = "The column {column} may mean {fields}: write the fieldname."
        return FieldError(column, template, params={"column": column, "fields": ", ".join(paths)})
    template = "The column {column} is no field of {doctype}. Name it like a field, or use a mapping."
    return FieldError(column, template, params={"column": column, "doctype": meta.name})


def _names(ctx: Context, meta: DocType, languages: tuple[str, ...]) -> dict[str, set[str]]:
    """Every name that a column may have → fieldnames it stands for."""
    names: dict[str, set[str]] = {name: {name} for name in ("name", "modified", "docstatus")}
    for field in meta.fields:
        if field.has_column:
            for name in _called(ctx, field, languages):
                names.setdefault(name, set()).add(field.fieldname)
    for name in {NAME, *(ctx.runtime.translate(language, NAME) for language in languages)}:
        names.setdefault(name, {"name"})
    return names


def _called(ctx: Context, field: Field, languages: tuple[str, ...]) -> set[str]:
    """Fieldname, label and the label in each language."""
    called = {field.fieldname, field.label}
    called.update(ctx.runtime.translate(language, field.label) for language in languages if field.label)
    return called - {""}
