"""The module Accounts: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.accounts.crediting import check_invoice
from crm_platform.doctypes.accounts.exchange import refuse_second_rate
from crm_platform.doctypes.accounts.payments import check_allocation, fill_payment
from crm_platform.doctypes.accounts.statements import fill_statement
from crm_platform.doctypes.accounts.steps import STEPS, make_payment_entry
from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.selling.cancelling import refuse_while_used
from crm_platform.doctypes.selling.filling import fill_commercial
from crm_platform.doctypes.selling.making import method

ACCOUNTS = Behaviour(
    document_events={
        "Sales Invoice": {
            "before_validate": fill_commercial,
            "before_submit": check_invoice,
            "before_cancel": refuse_while_used,
        },
        "Payment Entry": {"before_validate": fill_payment, "before_submit": check_allocation},
        "Customer Statement": {"before_validate": fill_statement},
        "Currency Exchange": {"validate": refuse_second_rate},
    },
    api_methods={
        **{f"make_{name}": method(step) for name, step in STEPS.items()},
        "make_payment_entry": make_payment_entry,
    },
    form_actions={
        "Service Request": [
            {
                "label": "Make Sales Invoice",
                "method": "crm.make_sales_invoice_from_service",
                "condition": "doc.customer and doc.product",
            },
        ],
        "Sales Invoice": [
            {
                "label": "Make Payment",
                "method": "crm.make_payment_entry",
                "condition": "doc.docstatus == 1 and doc.outstanding_amount != 0",
            },
            {
                "label": "Make Return",
                "method": "crm.make_return_of_invoice",
                "condition": "doc.docstatus == 1 and not doc.is_return",
            },
        ],
    },
)
