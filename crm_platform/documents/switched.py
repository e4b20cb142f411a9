"""A workflow that was switched beside a write: no document is left in a state that went with the old one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_platform.documents.document import Document
from crm_platform.errors import ValidationError

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def refuse_gone_state(ctx: Context, docs: Sequence[Document]) -> None:
    """Raises ValidationError for documents of one DocType that were just written in a state which the workflow does not
    have any more.

    Asked behind the write: a switch keeps writers off the table while it moves documents, so one that had to wait sees
    here what was switched. On SQLite nobody writes beside a switch.
    """
    doctype = docs[0].doctype
    flow = ctx.definitions.workflows.get(doctype)
    if flow is None:
        return
    field = flow.state_field
    entered = {doc.get(field) for doc in docs if doc.before is None or doc.get(field) != doc.before.get(field)}
    known = entered & flow.statuses.keys()
    if not known or ctx.runtime.counters(ctx.connection).get("definitions", 0) == ctx.definitions.version:
        return
    now = ctx.runtime.merge(ctx.connection).definitions.workflows.get(doctype)
    if now is not None and not known <= now.statuses.keys():
        raise ValidationError("The workflow of {doctype} has just changed. Reload and try again.", doctype=doctype)
