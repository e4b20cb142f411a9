"""The table of actions: Automation Action.action → how it is planned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from crm_platform.automation.actions import assign, call_webhook, clocks, create_document, notify, send_mail, set_fields
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.run import Plan


def plans(outlets: Outlets) -> Mapping[str, Plan]:
    """The actions of a site whose ways out are `outlets`."""
    return {
        "Set Fields": set_fields.plan,
        "Create Document": create_document.plan,
        "Assign": partial(assign.plan, outlets),
        "Notify": partial(notify.plan, outlets),
        "Send Mail": partial(send_mail.plan, outlets),
        "Webhook": partial(call_webhook.plan, outlets),
        "Start Clock": clocks.start,
        "Pause Clock": clocks.pause,
        "Resume Clock": clocks.resume,
        "Stop Clock": clocks.stop,
    }
