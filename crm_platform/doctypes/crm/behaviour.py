"""The module CRM: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.crm import lead

CRM = Behaviour(
    api_methods={"lead.convert": lead.convert},
    form_actions={
        "Lead": [{"label": "Convert", "method": "crm.lead.convert", "condition": "doc.status != 'Converted'"}],
    },
)
