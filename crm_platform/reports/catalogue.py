"""Reports as the interface offers them: those that the caller may run, and what one asks its reader for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import PermissionError
from crm_platform.reports.records import may_run, opened
from crm_platform.reports.running import REPORT
from crm_platform.reports.specification import OUR_KEYS, SOURCES

ASKED = ("fieldname", "label", "fieldtype", "options", "mandatory", "default")


def reports(ctx: Context) -> list[dict[str, Any]]:
    """Name, label and DocType of every report that the caller may run."""
    fields = ("name", "ref_doctype")
    kinds = {"disabled": 0, "report_type": ["in", list(SOURCES)]}
    rows = ctx.as_system().store.list(REPORT, fields=fields, filters=kinds, order_by="name", limit=None)
    return [
        {"name": row["name"], "label": ctx._(row["name"]), "doctype": row["ref_doctype"]}
        for row in rows
        if may_run(ctx, row["name"])
    ]


def report(ctx: Context, name: str) -> dict[str, Any]:
    """The filters that a reader fills in, and how the report is laid out: `pivot` by the report view of a list, `view`
    by the designer, each None for other reports.

    Raises DoesNotExistError, and PermissionError for who may not run it.
    """
    record = opened(ctx, REPORT, name)
    if not may_run(ctx, name):
        raise PermissionError("You may not run the report {report}.", report=name)
    content = _content(record)
    conditions = content.get("filters")
    return {
        "name": name,
        "label": ctx._(name),
        "doctype": record["ref_doctype"],
        "filters": [
            {**{key: row[key] for key in ASKED}, "label": ctx._(row["label"] or row["fieldname"])}
            for row in record["filters"]
        ],
        **{key: content[key] if isinstance(content.get(key), dict) else None for key in sorted(OUR_KEYS)},
        "conditions": conditions if isinstance(conditions, list) else [],
        "can_export": int(ctx.policy.allows(ctx.definitions[record["ref_doctype"]], "export")),
    }


def _content(record: Document) -> Mapping[str, Any]:
    """The JSON of the record; what cannot be read is told when the report is run."""
    try:
        content = orjson.loads(record[SOURCES.get(record["report_type"], "json")] or "{}")
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}
