"""Notifications of the caller, and test runs of rules."""

from __future__ import annotations

from typing import Any

from crm_platform.access.privilege import require_manager
from crm_platform.api.methods import ApiMethod
from crm_platform.automation import inbox
from crm_platform.automation.checks.rule import check_rule
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.overview import overview
from crm_platform.automation.records import rule_of
from crm_platform.automation.registry import rule_named
from crm_platform.automation.rule import RULE, Rule
from crm_platform.automation.service_levels.public_holidays import fill
from crm_platform.automation.trial import trial
from crm_platform.documents.context import Context
from crm_platform.documents.prepare import unsaved
from crm_platform.documents.wire import rows_to_wire, to_wire
from crm_platform.errors import DoesNotExistError

Row = dict[str, Any]
FRAPPE = "frappe.desk.doctype.notification_log.notification_log"


def get_notification_logs(ctx: Context, limit: int = 20, unread: bool = False) -> Row:
    """The caller's newest notifications, told with today's rights."""
    return {"notification_logs": rows_to_wire(ctx, inbox.notes(ctx, limit, unread=unread)), "user_info": {}}


def mark_as_read(ctx: Context, docname: str) -> None:
    """Mark one of the own notifications as read."""
    inbox.mark_read(ctx, docname)


def mark_all_as_read(ctx: Context) -> None:
    """Mark all own notifications as read."""
    inbox.mark_all_read(ctx)


def unread_count(ctx: Context) -> int:
    """How many own notifications are unread, at most 100."""
    return inbox.unread_count(ctx)


def fill_holidays(ctx: Context, holiday_list: str = "", name: str = "") -> Row:
    """Add the public holidays of its country, and its weekly day off, to a Holiday List that one may change.

    The button of a form says `name`."""
    return to_wire(ctx, fill(ctx, holiday_list or name))


def rules(ctx: Context) -> Row:
    """Every rule with its runs and faults, and the bounds of loop protection: for System Managers."""
    require_manager(ctx, RULE)
    system = ctx.as_system()
    told = overview(system)
    return {**told, "rules": rows_to_wire(ctx, told["rules"])}


class TestRuns:
    """crm.automation.test over the ways out of the site."""

    __test__ = False

    def __init__(self, outlets: Outlets) -> None:
        self._outlets = outlets

    def test(self, ctx: Context, rule: dict[str, Any] | str, name: str, changes: dict[str, Any] | None = None) -> Row:
        """What a rule (its name, or a whole one that is not saved yet) would do to a document: for System Managers.

        `changes` are the fields that somebody would save. Nothing is written, sent or called.
        """
        require_manager(ctx, RULE)
        tried = trial(ctx, self._outlets, _rule(ctx, rule), name, changes or {})
        return {
            "set_off": tried.set_off,
            "matched": tried.verdict.matched,
            "reason": tried.verdict.reason,
            "error": tried.verdict.error,
            "effects": tried.effects,
            "faults": tried.faults,
        }


def _rule(ctx: Context, given: dict[str, Any] | str) -> Rule:
    if isinstance(given, dict):
        doc = unsaved(ctx, RULE, given)
        check_rule(ctx, doc)
        return rule_of(doc, doc["actions"])
    found = rule_named(ctx.connection, ctx.definitions, RULE, given)
    if found is None:
        raise DoesNotExistError("There is no enabled Automation Rule {name}.", name=given)
    return found


METHODS = (
    ApiMethod(f"{FRAPPE}.get_notification_logs", get_notification_logs),
    ApiMethod(f"{FRAPPE}.mark_as_read", mark_as_read, writes=True),
    ApiMethod(f"{FRAPPE}.mark_all_as_read", mark_all_as_read, writes=True),
    ApiMethod("crm.notifications.unread_count", unread_count),
    ApiMethod("crm.holidays.fill", fill_holidays, writes=True),
    ApiMethod("crm.automation.rules", rules),
)
"""What needs nothing of the site; the rules are told to System Managers only."""


def automation_methods(outlets: Outlets) -> tuple[ApiMethod, ...]:
    """The methods of automation of a site whose ways out are `outlets`."""
    return (*METHODS, ApiMethod("crm.automation.test", TestRuns(outlets).test))
