"""Helpers for tests of imports and exports: write rows to a file, import them, read documents back."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.spreadsheets.source import Source
from crm_platform.spreadsheets.writing import write_table
from crm_platform.testing import TestSite
from crm_platform.transfer.exporting import ExportRequest, start_export
from crm_platform.transfer.importing import Importer, ImportRequest, without_mapping
from crm_platform.transfer.mapping import ImportMapping, parse_mapping
from crm_platform.transfer.report import Progress, Report, unwatched

ITEM = (
    {"fieldname": "product", "fieldtype": "Data", "label": "Product", "reqd": 1},
    {"fieldname": "qty", "fieldtype": "Int", "label": "Qty"},
    {"fieldname": "note", "fieldtype": "Data", "label": "Note"},
)
ORDER = (
    {"fieldname": "code", "fieldtype": "Data", "label": "Code", "unique": 1},
    {"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1},
    {"fieldname": "status", "fieldtype": "Select", "options": "Open\nDone", "label": "Status"},
    {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
    {"fieldname": "day", "fieldtype": "Date", "label": "Day"},
    {"fieldname": "at", "fieldtype": "Datetime", "label": "At"},
    {"fieldname": "html", "fieldtype": "Text Editor", "label": "Html"},
    {"fieldname": "parent_order", "fieldtype": "Link", "options": "T Order", "label": "Parent Order"},
    {"fieldname": "items", "fieldtype": "Table", "options": "T Item", "label": "Items"},
)
RIGHTS = dict.fromkeys(("read", "write", "create", "delete", "export", "import"), 1)


def define_orders(site: TestSite, **properties: Any) -> None:
    """A DocType with rows of its own and a link to itself."""
    site.doctype("T Item", *ITEM, istable=1, permissions=[])
    site.doctype(
        "T Order",
        *ORDER,
        **{
            "autoname": "TO-.#####",
            "allow_import": 1,
            "track_changes": 1,
            "permissions": [{"role": "System Manager", **RIGHTS}],
            **properties,
        },
    )


def write_csv(path: Path, *rows: Sequence[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def run_import(
    site: TestSite,
    doctype: str,
    file: Path,
    mapping: ImportMapping | dict[str, Any] | None = None,
    *,
    user: str = ADMINISTRATOR,
    dry_run: bool = False,
    progress: Progress = unwatched,
) -> Report:
    """Import a file as `user`; a mapping may be its JSON without the DocType."""
    if isinstance(mapping, dict):
        mapping = parse_mapping({"doctype": doctype, **mapping})
    request = ImportRequest(
        doctype,
        Source(file),
        mapping or without_mapping(doctype),
        dry_run=dry_run,
        languages=site.site.catalogues.languages,
    )
    return Importer(site.site.runtime, lambda ctx: site.site.access.as_user(ctx, user), progress).run(request)


def run_export(site: TestSite, doctype: str, file: Path, user: str = ADMINISTRATOR, **options: Any) -> Path:
    """Export a DocType as `user` into a file."""
    request = ExportRequest(doctype, **options)

    def work(ctx: Any) -> None:
        export = start_export(ctx, request)
        with file.open("wb") as target:
            write_table(target, file.suffix[1:], export.columns, export.rows())

    site.read(work, user)
    return file


def counts(report: Report) -> tuple[int, int, int, int]:
    """Added, changed, unchanged, refused."""
    return report.inserted, report.updated, report.unchanged, report.refused


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(bad.row, bad.column, bad.reason()) for bad in report.bad]


def contents(site: TestSite, doctype: str, key: str = "name") -> dict[str, dict[str, Any]]:
    """Every document by `key` with its child rows, without names and times of rows."""

    def read(ctx: Any) -> dict[str, dict[str, Any]]:
        names = [row["name"] for row in ctx.store.list(doctype, limit=0)]
        return {doc[key]: _plain(doc.as_dict()) for doc in (ctx.store.get(doctype, name) for name in names)}

    return site.read(read)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in values.items() if k not in STANDARD_COLUMNS and k not in ("parent", "parenttype")}
    return {k: [_plain(row) for row in v] if isinstance(v, list) else v for k, v in kept.items()}
