"""The module CRM: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.crm import customer, event, lead, life_cycle, scoring, segment

CRM = Behaviour(
    document_events={
        "Customer": {
            "before_validate": life_cycle.remember_stage,
            "validate": customer.check_relations,
            "on_update": life_cycle.bring_tasks,
        },
        "Lead": {"before_validate": scoring.score, "validate": lead.note_qualification},
        "Lead Scoring Rule": {
            "validate": scoring.check_rule,
            "on_update": scoring.rules_changed,
            "after_delete": scoring.rules_changed,
        },
        "Opportunity": {"on_update": life_cycle.deal_won},
        "Segment": {"before_validate": segment.check_segment},
    },
    row_filters={"Event": event.public_or_own},
    api_methods={
        "lead.convert": lead.convert,
        "segment.members": segment.members,
        "segment.show": segment.show,
        "segment.freeze": segment.freeze,
    },
    form_actions={
        "Lead": [{"label": "Convert", "method": "crm.lead.convert", "condition": "doc.status != 'Converted'"}],
        "Segment": [
            {"label": "Show Members", "method": "crm.segment.show"},
            {"label": "Freeze", "method": "crm.segment.freeze", "condition": "doc.segment_type == 'Live'"},
        ],
    },
    tasks={"rescore_leads": scoring.rescore},
)
