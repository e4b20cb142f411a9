"""Version rows: what a save changed, in Frappe's JSON shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from crm_platform.documents.document import Document
from crm_platform.documents.naming import random_name
from crm_platform.documents.origins import set_by, set_in_rows_by
from crm_platform.documents.wire import SECRET, plain
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.masking import Masked
from crm_platform.metadata.model import Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

HIDDEN = frozenset({*STANDARD_COLUMNS, *CHILD_COLUMNS})


def _shown(ctx: Context, field: Field, value: Any) -> Any:
    if field.fieldtype == "Password":
        return SECRET if value else None
    if isinstance(value, Masked):
        return str(value)
    if field.fieldtype == "Currency" and value is not None:
        return f"{value:,.2f}"
    return plain(value, ctx.runtime.zone)


def _changed(ctx: Context, doc: Document) -> list[list[Any]]:
    before = doc.before
    if before is None:
        return []
    return [
        [f.fieldname, _shown(ctx, f, before[f.fieldname]), _shown(ctx, f, doc[f.fieldname])]
        for f in doc.meta.data_fields
        if doc[f.fieldname] != before[f.fieldname]
    ]


def _row(ctx: Context, row: Document) -> dict[str, Any]:
    return {key: plain(value, ctx.runtime.zone) for key, value in row.as_dict().items()}


def differences(ctx: Context, doc: Document) -> dict[str, Any]:
    """Frappe's Version.data: changed fields, added and removed rows, changed rows."""
    data: dict[str, Any] = {"added": [], "changed": _changed(ctx, doc), "removed": [], "row_changed": []}
    for table in doc.meta.table_fields:
        old = {row["name"]: row for row in doc.before[table.fieldname]} if doc.before else {}
        kept = set()
        for index, row in enumerate(doc[table.fieldname]):
            if row.before is None:
                data["added"].append([table.fieldname, _row(ctx, row)])
                continue
            kept.add(row["name"])
            if changes := _changed(ctx, row):
                data["row_changed"].append([table.fieldname, index, row["name"], changes])
        data["removed"] += [[table.fieldname, _row(ctx, row)] for name, row in old.items() if name not in kept]
    if doc.before is not None and doc.before["docstatus"] != doc["docstatus"]:
        data["changed"].append(["docstatus", doc.before["docstatus"], doc["docstatus"]])
    return data


def record(ctx: Context, doc: Document) -> None:
    """Write a Version row when the DocType tracks changes and something changed."""
    meta = ctx.definitions.get("Version")
    if meta is None or not doc.meta.track_changes or doc.before is None:
        return
    data = differences(ctx, doc)
    if not any(data.values()):
        return
    data["set_by"] = set_by(doc, (change[0] for change in data["changed"]))
    data["set_in_rows_by"] = set_in_rows_by(doc, data)
    now = doc["modified"]
    row: dict[str, Any] = dict.fromkeys(meta.columns)
    row |= {
        "name": random_name(),
        "owner": ctx.user,
        "creation": now,
        "modified": now,
        "modified_by": ctx.user,
        "docstatus": 0,
        "idx": 0,
        "ref_doctype": doc.doctype,
        "docname": doc["name"],
        "data": orjson.dumps({**data, "data_import": None, "updater_reference": None}).decode(),
    }
    ctx.connection.insert_rows(meta, [row])
