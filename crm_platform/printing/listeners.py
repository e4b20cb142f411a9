"""Who checks templates when they are saved; Jinja is loaded when the first one is."""

from __future__ import annotations

from crm_platform.deferred import Deferred
from crm_platform.documents.events import Listener

CHECKS = "crm_platform.printing.checks"
LISTENERS = (
    Listener("core", "Print Format", "validate", Deferred(CHECKS, "on_validate")),
    Listener("core", "Email Template", "validate", Deferred(CHECKS, "check_mail")),
)
