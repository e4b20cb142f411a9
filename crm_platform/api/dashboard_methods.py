"""crm.dashboard.*: dashboards, and the values of their cards and charts."""

from __future__ import annotations

from crm_platform.api.methods import ApiMethod
from crm_platform.reports.cards import card, preview_card
from crm_platform.reports.charts import chart, preview_chart
from crm_platform.reports.dashboards import dashboard, dashboards

METHODS = (
    ApiMethod("crm.dashboard.list", dashboards),
    ApiMethod("crm.dashboard.get", dashboard),
    ApiMethod("crm.dashboard.card", card),
    ApiMethod("crm.dashboard.chart", chart),
    ApiMethod("crm.dashboard.preview_card", preview_card),
    ApiMethod("crm.dashboard.preview_chart", preview_chart),
)
