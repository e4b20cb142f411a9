"""A site with offers that move by approvals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.testing import TestSite
from crm_platform.workflow.applying import Seen, apply
from crm_platform.workflow.content import version_seen
from crm_platform.workflow.escalation import escalate
from crm_platform.workflow.transitions import verdicts

RIGHTS = dict.fromkeys(("read", "write", "create", "submit", "cancel", "delete"), 1)
STATES = ("Draft", "审批中", "Approved", "Rejected")
ACTIONS = ("Send", "Approve", "Reject")
ROLES = ("Clerk", "Manager", "Director")


@dataclass
class Offers:
    """Offers, the people who approve them, and a clock that can be put forward."""

    site: TestSite
    later: timedelta = timedelta()

    def person(self, name: str, *roles: str) -> str:
        return self.site.user(f"{name}@example.com", *roles)

    def offer(self, user: str, **values: Any) -> str:
        """An offer that waits for approval."""
        name = str(self.site.insert("Offer", user, **values).name)
        self.take(user, name, "Send")
        return name

    def take(self, user: str, name: str, action: str, seen: Seen | None = None) -> Document:
        """Take an action having seen the present version, or the one that is given."""
        return self.site.write(lambda ctx: self._take(self.at(ctx), name, action, seen), user)

    def _take(self, ctx: Context, name: str, action: str, seen: Seen | None) -> Document:
        present = Seen(version_seen(ctx.definitions, ctx.definitions.workflows["Offer"], ctx.store.get("Offer", name)))
        return apply(ctx, "Offer", name, action, seen or present)

    def state(self, name: str) -> str:
        return str(self.site.get("Offer", name).workflow_state)

    def reason(self, user: str, name: str, action: str) -> str:
        """Why the action is not open to somebody; empty when it is."""
        found = self.site.read(lambda ctx: verdicts(self.at(ctx), ctx.store.get("Offer", name)), user)
        return next(verdict.reason for verdict in found if verdict.transition.action == action)

    def approvals(self, name: str) -> list[tuple[str, str, str]]:
        """(user, in whose place, status) of the approvals of an offer."""
        fields = ("user", "on_behalf_of", "status")
        rows = self.site.system(
            lambda ctx: ctx.store.list(
                "Workflow Approval", fields=fields, filters={"reference_name": name}, order_by="creation asc", limit=0
            )
        )
        return [(row["user"], row["on_behalf_of"] or "", row["status"]) for row in rows]

    def told(self, name: str) -> list[str]:
        """What the workflow wrote into the timeline of an offer."""
        about = {"reference_name": name, "comment_type": "Workflow"}
        rows = self.site.read(lambda ctx: ctx.store.list("Comment", fields=("content",), filters=about, limit=0))
        return [row["content"] for row in rows]

    def escalate(self) -> None:
        """What the worker does every quarter of an hour."""

        def run(work: Callable[[Context], Any]) -> Any:
            return self.site.system(lambda ctx: work(self.at(ctx)))

        escalate(run, run)

    def at(self, ctx: Context) -> Context:
        return replace(ctx, clock=lambda: ctx.clock() + self.later)


MakeOffers = Callable[..., Offers]


@pytest.fixture
def make_offers(site: TestSite) -> MakeOffers:
    """Make the workflow of offers with the given tiers and properties of its action Approve."""

    def make(*tiers: Mapping[str, Any], **approve: Any) -> Offers:
        for role in ROLES:
            site.role(role)
        site.doctype(
            "Offer",
            {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
            {"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
            {"fieldname": "remark", "fieldtype": "Data", "label": "Remark", "allow_on_submit": 1},
            autoname="OF-.###",
            permissions=[{"role": role, **RIGHTS} for role in (*ROLES, "System Manager")],
        )
        named(site, "Workflow State", "workflow_state_name", STATES)
        named(site, "Workflow Action Master", "workflow_action_name", ACTIONS)
        site.insert("Workflow", **workflow(tiers, approve))
        return Offers(site)

    return make


def named(site: TestSite, doctype: str, fieldname: str, names: Sequence[str]) -> None:
    for name in names:
        if not site.read(lambda ctx, name=name: ctx.store.exists(doctype, name)):  # type: ignore[misc]
            site.insert(doctype, **{fieldname: name})


def workflow(tiers: Sequence[Mapping[str, Any]], approve: Mapping[str, Any]) -> dict[str, Any]:
    approving = {"state": "审批中", "next_state": "Approved", "allowed": "Manager", "allow_self_approval": 0}
    return {
        "workflow_name": "Offer Approval",
        "document_type": "Offer",
        "is_active": 1,
        "states": [{"state": state, "doc_status": "0", "allow_edit": "All"} for state in STATES],
        "transitions": [
            {"state": "Draft", "action": "Send", "next_state": "审批中", "allowed": "Clerk"},
            {**approving, "action": "Approve", **approve},
            {**approving, "action": "Reject", "next_state": "Rejected"},
        ],
        "approval_tiers": [{"state": "审批中", "action": "Approve", **tier} for tier in tiers],
    }
