"""What happens when a rule's record is saved: it is checked, gets its next revision, and every process loads it."""

from __future__ import annotations

from collections.abc import Mapping

from crm_platform.automation.assignment_rules import ASSIGNMENT_RULE
from crm_platform.automation.checks.agreement import check_agreement
from crm_platform.automation.checks.alert import check_alert
from crm_platform.automation.checks.assignment import check_assignment
from crm_platform.automation.checks.rule import check_rule
from crm_platform.automation.rule import NOTIFICATION, RULE
from crm_platform.automation.service_levels import public_holidays
from crm_platform.automation.service_levels.agreements import AGREEMENT
from crm_platform.automation.service_levels.public_holidays import HOLIDAY_LIST
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler, Listener
from crm_platform.documents.modelling import bump

CHECKS: Mapping[str, Handler] = {
    RULE: check_rule,
    NOTIFICATION: check_alert,
    ASSIGNMENT_RULE: check_assignment,
    AGREEMENT: check_agreement,
}
"""DocType of a record → its check."""


def begin(ctx: Context, doc: Document) -> None:
    """Each change is another revision; a rule about dates looks at what comes after it was switched on or changed."""
    if doc.meta.field("revision") is not None:
        doc["revision"] = int(doc.before.get("revision", 1)) + 1 if doc.before is not None else 1
    if doc.meta.field("checked_until") is not None:
        doc["checked_until"] = ctx.now()


def changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Rules are part of the model: every process loads them again."""
    bump(ctx)


LOADED = ("on_update", "after_delete", "after_rename")
"""Events after which every process loads the rules again."""

HOLIDAYS: tuple[Listener, ...] = (
    Listener("core", HOLIDAY_LIST, "validate", public_holidays.check_list),
    Listener("core", HOLIDAY_LIST, "validate", public_holidays.count),
    *(Listener("core", HOLIDAY_LIST, event, changed) for event in LOADED),
)

RECORDS: tuple[Listener, ...] = tuple(
    listener
    for doctype, check in CHECKS.items()
    for listener in (
        Listener("core", doctype, "before_validate", begin),
        Listener("core", doctype, "validate", check),
        *(Listener("core", doctype, event, changed) for event in LOADED),
    )
)

LISTENERS: tuple[Listener, ...] = (*RECORDS, *HOLIDAYS)
