"""The Data Import document that tells who imported which file, and what came of it (Frappe DocType Data Import)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.transfer.mapping import ImportMapping
from crm_platform.transfer.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm_platform.documents.context import Context
    from crm_platform.transfer.undoing import Kept

DOCTYPE = "Data Import"
LOGGED = 1000
"""Bad cells that the log keeps; the command prints them all."""


@dataclass(frozen=True)
class Entry:
    """What was imported: the file's name and SHA-256, and the mapping."""

    doctype: str
    file_name: str
    file_digest: str
    mapping: ImportMapping

    @property
    def digest(self) -> str:
        """One for each file, DocType and mapping: importing the same again goes on with the same log."""
        told = "\n".join((self.doctype, self.file_digest, self.mapping.text))
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def import_type(self) -> str:
        return "Update Existing Records" if self.mapping.update_only else "Insert or Update by Key"


def start(ctx: Context, entry: Entry) -> str:
    """Open the log of an import, or the one of the same import before; returns its name.

    Written by the system: the right to import is no right to write logs.
    """
    system = ctx.as_system()
    found = system.store.list(DOCTYPE, filters={"file_digest": entry.digest}, limit=1)
    if found:
        name = str(found[0]["name"])
        system.store.update(DOCTYPE, name, {"status": "Pending"})
        return name
    values = {
        "reference_doctype": entry.doctype,
        "import_type": entry.import_type,
        "status": "Pending",
        "file_name": entry.file_name,
        "file_digest": entry.digest,
        "mapping": entry.mapping.text or None,
    }
    return str(system.store.insert(system.store.new(DOCTYPE, values))["name"])


def finish(ctx: Context, name: str, report: Report, rows: int) -> None:
    """Write down what came of it."""
    ctx.as_system().store.update(DOCTYPE, name, _result(ctx, report, rows))


def undone(ctx: Context, name: str, kept: Sequence[Kept]) -> None:
    """Write down that the import was taken back, and what was kept."""
    left = [{"name": one.name, "reason": ctx._(one.template, **one.params)} for one in kept[:LOGGED]]
    told = {
        "status": "Partly Undone" if kept else "Undone",
        "undo_log": orjson.dumps(left, option=orjson.OPT_INDENT_2).decode(),
    }
    ctx.as_system().store.update(DOCTYPE, name, told)


def _result(ctx: Context, report: Report, rows: int) -> dict[str, Any]:
    done = report.inserted + report.updated + report.unchanged
    bad = [{"row": one.row, "column": one.column, "reason": one.reason(ctx._)} for one in report.bad[:LOGGED]]
    return {
        "status": "Success" if not report.refused else "Partial Success" if done else "Error",
        "total_rows": rows,
        "imported_rows": report.inserted,
        "updated_rows": report.updated,
        "unchanged_rows": report.unchanged,
        "failed_rows": report.refused,
        "import_log": orjson.dumps(bad, option=orjson.OPT_INDENT_2).decode(),
    }
