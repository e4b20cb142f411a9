"""The module Selling: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.selling.cancelling import refuse_while_used
from crm_platform.doctypes.selling.enquiring import item_details, row_details
from crm_platform.doctypes.selling.filling import (
    fill_commercial,
    fill_contract,
    fill_delivery,
    fill_quotation,
    fill_return,
)
from crm_platform.doctypes.selling.limits import check_limits
from crm_platform.doctypes.selling.making import method
from crm_platform.doctypes.selling.steps import BUTTONS, STEPS, buttons

SELLING = Behaviour(
    document_events={
        "Quotation": {"before_validate": fill_quotation, "before_cancel": refuse_while_used},
        "Sales Order": {
            "before_validate": fill_commercial,
            "before_submit": check_limits,
            "before_cancel": refuse_while_used,
        },
        "Contract": {"before_validate": fill_contract, "before_cancel": refuse_while_used},
        "Delivery Note": {
            "before_validate": fill_delivery,
            "before_submit": check_limits,
            "before_cancel": refuse_while_used,
        },
        "Sales Return": {
            "before_validate": fill_return,
            "before_submit": check_limits,
            "before_cancel": refuse_while_used,
        },
    },
    api_methods={
        "item_details": item_details,
        "row_details": row_details,
        **{f"make_{name}": method(step) for name, step in STEPS.items()},
    },
    form_actions={doctype: buttons(rows) for doctype, rows in BUTTONS.items()},
)
