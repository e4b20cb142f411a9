"""Targets and commission: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.commission import plans, statements, targets
from crm_platform.doctypes.commission.reach import own_statements
from crm_platform.doctypes.selling.cancelling import refuse_while_used

COMMISSION = Behaviour(
    document_events={
        "Commission Plan": {
            "before_validate": plans.check_plan,
            "before_submit": plans.check_overlap,
            "before_update_after_submit": plans.check_end,
            "before_cancel": refuse_while_used,
        },
        "Commission Statement": {
            "before_validate": statements.fill_statement,
            "before_submit": statements.check_turn,
            "before_cancel": refuse_while_used,
        },
        "Sales Target": {"before_validate": targets.fill_target},
    },
    row_filters={"Commission Statement": own_statements},
    api_methods={
        "commission.run_again": statements.run_again,
        "target.refresh": targets.refresh,
        "target.documents": targets.documents_of,
        "target.quarters": targets.spread("Quarter"),
        "target.months": targets.spread("Month"),
    },
    form_actions={
        "Commission Statement": [
            {"label": "Run Again", "method": "crm.commission.run_again", "condition": "doc.docstatus == 1"}
        ],
        "Sales Target": [
            {"label": "Show Documents", "method": "crm.target.documents"},
            {"label": "Refresh Actual", "method": "crm.target.refresh"},
            {
                "label": "Spread over Quarters",
                "method": "crm.target.quarters",
                "condition": "doc.period_type == 'Year'",
            },
            {"label": "Spread over Months", "method": "crm.target.months", "condition": "doc.period_type == 'Year'"},
        ],
    },
    schedules={"23 * * * *": targets.refresh_open},
)
