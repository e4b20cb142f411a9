"""The module Support: who does what, and when."""

from __future__ import annotations

from crm_platform.doctypes.behaviour import Behaviour
from crm_platform.doctypes.crm import life_cycle
from crm_platform.doctypes.support import service_request

SUPPORT = Behaviour(
    document_events={
        "Service Request": {
            "before_validate": service_request.recognise,
            "validate": service_request.note_resolution,
            "after_insert": life_cycle.complaint_came,
        },
    },
)
