"""The module Insight: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.insight import forecast, money, pair_list, pairs, records, refresh, settings, surveys

INSIGHT = Behaviour(
    document_events={
        "Opportunity": {"before_validate": money.fill_deal},
        "Sales Invoice": {"on_submit": money.note_first_group},
        "Customer": {"on_trash": refresh.forget},
        "Customer Cost": {"before_validate": money.fill_cost},
        "Insight Settings": {"validate": settings.check_settings, "on_update": settings.settings_changed},
        "Survey": {"validate": surveys.check_survey},
        "Survey Response": {
            "before_validate": surveys.fill_response,
            "validate": surveys.check_scores,
            "on_submit": surveys.follow_up,
        },
        "Sales Forecast": {"before_validate": forecast.fill_deals, "after_insert": forecast.look_at_history},
    },
    api_methods={
        "insight.records": records.records,
        "insight.compute": settings.compute,
        "insight.product_pairs": pairs.product_pairs,
        "insight.pair_documents": pairs.pair_documents,
        "insight.documents_of_pair": pair_list.documents_of,
    },
    form_actions={
        "Insight Settings": [{"label": "Compute Now", "method": "crm.insight.compute"}],
        "Product Pair": [{"label": "Show Invoices", "method": "crm.insight.documents_of_pair"}],
    },
    schedules={
        "30 2 * * *": refresh.every_night,
        "45 2 * * *": pair_list.every_night,
        "0 3 1 * *": forecast.close_months,
        "30 3 1 * *": forecast.make_forecast,
    },
    tasks={
        "refresh_customer_values": refresh.refresh,
        "refresh_product_pairs": pair_list.refresh,
        "add_history_to_forecast": forecast.add_history,
    },
)
