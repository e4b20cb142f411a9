"""crm.transfer.*: imports from the browser: what a file holds, importing it as a job, taking an import back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError
from crm_platform.jobs.queue import enqueue
from crm_platform.metadata.model import DocType
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.transfer import log
from crm_platform.transfer.guessing import guess_fields
from crm_platform.transfer.header import Header, columns_by_name, read_header
from crm_platform.transfer.importing import importable
from crm_platform.transfer.mapping import mapping_of
from crm_platform.transfer.tasks import IMPORT, UNDO, FindFile, source_of
from crm_platform.transfer.values import unknown_values

SAMPLE = 5
"""Rows of a file that are shown beside its columns."""


@dataclass(frozen=True)
class Imports:
    """The methods over the files of a site; `languages` are those in which a column may be called by its label."""

    find: FindFile
    languages: tuple[str, ...]

    def start(  # noqa: PLR0913, PLR0917 the options of crm-platform import
        self,
        ctx: Context,
        doctype: str,
        file_url: str,
        mapping: dict[str, Any] | None = None,
        dry_run: bool = False,
        encoding: str = "",
        delimiter: str = "",
        sheet: str = "",
    ) -> dict[str, str]:
        """Import an uploaded file as a job of the caller; follow it by crm.jobs.get, its result is the report.

        `mapping` is the JSON of a mapping file, or only its `key`. A dry run lists every bad row and keeps nothing.
        """
        importable(ctx, doctype)
        mapping_of(doctype, mapping or {})
        self.find(ctx, file_url)
        options = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
        wanted = {"doctype": doctype, "file_url": file_url, "mapping": mapping or {}, "options": options}
        return {"job": enqueue(ctx, IMPORT, {**wanted, "dry_run": dry_run, "language": ctx.language})}

    def columns(
        self, ctx: Context, doctype: str, file_url: str, encoding: str = "", delimiter: str = "", sheet: str = ""
    ) -> dict[str, Any]:
        """The columns of an uploaded file, each with the field that it names (null: none) and the one that it may mean
        (`guess`), and its first rows."""
        meta = importable(ctx, doctype)
        options = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
        rows = read_rows(source_of(self.find(ctx, file_url), options))
        header = read_header(next(rows, None), self.languages)
        sample = [[str(cell) for cell in row.cells[: len(header.names)]] for row in islice(rows, SAMPLE)]
        return {"columns": self._named(ctx, meta, header.names), "rows": sample}

    def _named(self, ctx: Context, meta: DocType, names: tuple[str, ...]) -> list[dict[str, Any]]:
        faults: list[FieldError] = []
        matched = columns_by_name(ctx, meta, Header(names, self.languages), (), faults)
        reasons = {fault.field: fault.message(ctx._) for fault in faults}
        fields = {name: entries[0].field for name, entries in matched.items()}
        left = [name for name in names if name not in fields]
        guesses = guess_fields(ctx, meta, left, self.languages, fields.values())
        return [
            {"column": name, "field": fields.get(name), "guess": guesses.get(name), "reason": reasons.get(name)}
            for name in names
        ]

    def values(
        self,
        ctx: Context,
        doctype: str,
        file_url: str,
        mapping: dict[str, Any],
        encoding: str = "",
        delimiter: str = "",
        sheet: str = "",
    ) -> dict[str, Any]:
        """The values of an uploaded file that its Select and Link fields do not know, each with a suggestion.

        `match` of a column says by which field of the linked DocType its cells were found; empty: by name.
        """
        meta = importable(ctx, doctype)
        options = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
        source = source_of(self.find(ctx, file_url), options)
        return asdict(unknown_values(ctx, meta, source, mapping_of(doctype, mapping), self.languages))


def import_methods(find: FindFile, languages: tuple[str, ...]) -> tuple[ApiMethod, ...]:
    """The methods of a site as addresses."""
    imports = Imports(find, languages)
    return (
        ApiMethod("crm.transfer.columns", imports.columns),
        ApiMethod("crm.transfer.values", imports.values),
        ApiMethod("crm.transfer.import", imports.start, writes=True),
        ApiMethod("crm.transfer.undo", undo, writes=True),
    )


def undo(ctx: Context, data_import: str, dry_run: bool = False) -> dict[str, str]:
    """Take an import back as a job of the caller; a dry run lists what would be kept and why."""
    entry = ctx.as_system().store.get(log.DOCTYPE, data_import)
    importable(ctx, str(entry["reference_doctype"]))
    return {"job": enqueue(ctx, UNDO, {"data_import": data_import, "dry_run": dry_run, "language": ctx.language})}
