"""crm.desk.rights: what the caller may do with one document at this moment, and why not the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_platform.access.refusals import refusal
from crm_platform.documents.context import Context
from crm_platform.documents.deleting import kept_by_status
from crm_platform.documents.document import Document
from crm_platform.documents.saving import closed_by_status
from crm_platform.errors import CRMError
from crm_platform.metadata.model import PERMISSION_ACTIONS
from crm_platform.workflow.applying import closed_to_editor

OF_THE_KIND = frozenset({"create", "import"})
"""Actions that make documents: they are asked of the DocType."""

TOLD = ("write", "submit", "cancel", "amend", "delete")
"""Actions that people look for: where one is not open on this document, they are told why."""


def rights(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """`permissions` has 1 or 0 for every action, by rights on this document; `closed` says in a sentence why an action
    that the caller has on other documents is not open here, or not in this state.

    `readable_levels` and `writable_levels` are those of this document.
    """
    doc = ctx.store.get(doctype, name)
    return {
        "permissions": {action: int(_may(ctx, doc, action)) for action in PERMISSION_ACTIONS},
        "readable_levels": sorted(ctx.policy.levels(doc.meta, "read", doc) | {0}),
        "writable_levels": sorted(ctx.policy.levels(doc.meta, "write", doc)),
        "closed": dict(_closed(ctx, doc)),
    }


def _may(ctx: Context, doc: Document, action: str) -> bool:
    return ctx.policy.allows(doc.meta, action, None if action in OF_THE_KIND else doc)


def _closed(ctx: Context, doc: Document) -> Iterator[tuple[str, str]]:
    """Who has a right on no document at all misses nothing here, and is told nothing."""
    for action in TOLD:
        reason = _reason(ctx, doc, action) if ctx.policy.allows(doc.meta, action) else ""
        if reason:
            yield action, reason


def _reason(ctx: Context, doc: Document, action: str) -> str:
    state = _of_state(ctx, doc, action)
    return refusal(ctx, doc, action) or (state.message(ctx._) if state is not None else "")


def _of_state(ctx: Context, doc: Document, action: str) -> CRMError | None:
    """What the server would refuse the action with for the document's state, whatever the rights."""
    if action == "write":
        return closed_by_status(doc) or closed_to_editor(ctx, doc)
    return kept_by_status(doc) if action == "delete" else None
