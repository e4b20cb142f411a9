"""An edit after an approval: approvals of another content are void, and a document that was approved goes back."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.metadata.model import Workflow
from crm_platform.workflow import approvals
from crm_platform.workflow.content import content_of
from crm_platform.workflow.history import remember, tell
from crm_platform.workflow.transitions import has_workflow, state_of, state_row


def fall_back(ctx: Context, doc: Document) -> None:
    """Set the state back to where the approvals were given, when a draft is edited that approvals brought further."""
    workflow = _edited(ctx, doc)
    if workflow is None:
        return
    state = state_of(workflow, doc)
    behind = approvals.approvals_behind(ctx, doc, state)
    if not behind or doc["docstatus"]:
        return
    reached = str(behind[-1]["workflow_state"])
    if state_row(workflow, reached) is not None:
        doc[workflow.state_field] = reached
        approvals.void(ctx, behind, ctx._("The document was changed after the approval."))
        remember(ctx, doc, state, reached)


def void_approvals(ctx: Context, doc: Document) -> None:
    """Approvals given in the state that the document is in stand for what it was before this edit."""
    workflow = _edited(ctx, doc)
    if workflow is None:
        return
    given = approvals.approvals_given(ctx, doc, state_of(workflow, doc))
    if given:
        approvals.void(ctx, given, ctx._("The document was changed after the approval."))
        tell(ctx, doc, ctx._("Changed: approvals start again."))


def _edited(ctx: Context, doc: Document) -> Workflow | None:
    """The document's workflow, when it has approvals and this save changes what they stand for but not the state."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is None or not workflow.has_approvals or doc.before is None:
        return None
    if doc.has_changed(workflow.state_field) or doc.has_changed("docstatus"):
        return None
    before, after = (content_of(ctx.definitions, workflow, version) for version in (doc.before, doc))
    return workflow if before != after else None


LISTENERS = [
    Listener("core", "*", "validate", fall_back, concerns=has_workflow),
    Listener("core", "*", "on_update", void_approvals, concerns=has_workflow),
]
