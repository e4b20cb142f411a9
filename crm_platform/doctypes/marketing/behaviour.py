"""The module Marketing: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.marketing import answers, calling, costs, recipients, sending

MARKETING = Behaviour(
    document_events={
        "Campaign": {"before_validate": sending.check_campaign, "on_update": costs.book_at_the_end},
        "Campaign Recipient": {"before_validate": recipients.prepare},
        "Call Log": {"on_update": calling.note_call},
        "Communication": {"after_insert": answers.note_answer},
        "Email Unsubscribe": {"after_insert": answers.note_leaving},
    },
    api_methods={
        "campaign.send": sending.send,
        "campaign.call_list": calling.call_list,
        "campaign.log_call": calling.log_call,
        "campaign.make_opportunity": calling.make_opportunity,
        "campaign.book_costs": costs.book_costs,
    },
    form_actions={
        "Campaign": [
            {
                "label": "Send Campaign",
                "method": "crm.campaign.send",
                "condition": "doc.workflow_state == 'Approved'",
                "confirm": "Everybody of its segments who has not got it yet gets it. Mails cannot be called back.",
            },
            {"label": "Open Call List", "method": "crm.campaign.call_list", "condition": "doc.make_calls"},
            {
                "label": "Book Costs",
                "method": "crm.campaign.book_costs",
                "condition": "doc.responses > 0 and doc.total_cost > 0",
            },
        ],
        "Campaign Recipient": [
            {"label": "Log Call", "method": "crm.campaign.log_call", "condition": "doc.channel == 'Phone'"},
            {"label": "Make Opportunity", "method": "crm.campaign.make_opportunity"},
        ],
    },
    schedules={"*/10 * * * *": answers.note_deliveries},
    tasks={"send_campaign": sending.send_campaign, "mark_unsubscribed": answers.mark_unsubscribed},
)
