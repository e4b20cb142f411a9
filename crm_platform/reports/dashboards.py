"""Dashboards: which there are for the caller, and the cards and charts of one that the caller may see."""

from __future__ import annotations

from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.reports.cards import CARD
from crm_platform.reports.charts import CHART
from crm_platform.reports.records import has_role, may_read, may_run, opened

DASHBOARD = "Dashboard"


def dashboards(ctx: Context) -> list[dict[str, Any]]:
    """The dashboards that have something for the caller, the default one first."""
    system = ctx.as_system()
    rows = system.store.list(DASHBOARD, fields=("name", "module", "is_default"), order_by="name", limit=None)
    found = [row for row in rows if _content(ctx, system.store.get(DASHBOARD, row["name"]))]
    return [{**row, "label": ctx._(row["name"])} for row in sorted(found, key=lambda row: not row["is_default"])]


def dashboard(ctx: Context, name: str) -> dict[str, Any]:
    """The names of its cards and charts that the caller may see, each with its label. Raises DoesNotExistError."""
    record = opened(ctx, DASHBOARD, name)
    content = _content(ctx, record)
    return {
        "name": record["name"],
        "label": ctx._(record["dashboard_name"]),
        "cards": [row for row in content if row["kind"] == CARD],
        "charts": [row for row in content if row["kind"] == CHART],
    }


def _content(ctx: Context, record: Document) -> list[dict[str, Any]]:
    cards = [{"kind": CARD, "name": row["card"], "label": ctx._(row["card"])} for row in record["cards"]]
    charts = [
        {"kind": CHART, "name": row["chart"], "label": ctx._(row["chart"]), "width": row["width"]}
        for row in record["charts"]
    ]
    return [row for row in (*cards, *charts) if shows(ctx, row["kind"], row["name"])]


def shows(ctx: Context, kind: str, name: str) -> bool:
    """Whether a card or chart has a value for the caller, as far as the rights on DocTypes and reports tell."""
    system = ctx.as_system()
    if not system.store.exists(kind, name):
        return False
    record = system.store.get(kind, name)
    source = record["type"] if kind == CARD else record["chart_type"]
    if not has_role(ctx, record):
        return False
    return may_run(ctx, record["report_name"]) if source == "Report" else may_read(ctx, record["document_type"])
