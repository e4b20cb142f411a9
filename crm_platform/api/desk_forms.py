"""frappe.desk.form.*: a document, a definition, or a save, in the bodies that Frappe's form clients read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm_platform.api import client_changes
from crm_platform.api.definitions import definition
from crm_platform.api.methods import ApiMethod
from crm_platform.api.replies import Answer
from crm_platform.api.social import assignments, shares, tags_of
from crm_platform.documents.context import Context
from crm_platform.documents.wire import rows_to_wire, to_wire
from crm_platform.errors import DoesNotExistError, ValidationError
from crm_platform.metadata.model import PERMISSION_ACTIONS

TIMELINE = 50


def _cancel(ctx: Context, doc: dict[str, Any]) -> dict[str, Any]:
    return client_changes.cancel(ctx, client_changes.doctype_in(doc), client_changes.name_in(doc))


ACTIONS: dict[str, Callable[[Context, dict[str, Any]], dict[str, Any]]] = {
    "Save": client_changes.save,
    "Update": client_changes.save,
    "Submit": client_changes.submit,
    "Cancel": _cancel,
}
"""What the buttons of Frappe's form send as `action`."""


def getdoc(ctx: Context, doctype: str, name: str) -> Any:
    """A document with everything around it; a missing one is an empty list, as in Frappe."""
    try:
        document = to_wire(ctx, ctx.store.get(doctype, name))
    except DoesNotExistError:
        return []
    return Answer({"docs": [document], "docinfo": docinfo(ctx, doctype, name), "_link_titles": {}})


def docinfo(ctx: Context, doctype: str, name: str) -> dict[str, Any]:
    """Comments, versions, files, tags, assignments, shares and rights of a document that the caller may read."""
    doc = ctx.store.get(doctype, name)
    return {
        "doctype": doctype,
        "name": name,
        "user_info": {},
        "comments": _around(ctx, "Comment", ("reference_doctype", "reference_name"), doctype, name, COMMENT_FIELDS),
        "versions": _around(ctx, "Version", ("ref_doctype", "docname"), doctype, name, VERSION_FIELDS),
        "communications": _around(ctx, "Communication", REFERENCE, doctype, name, COMMUNICATION_FIELDS),
        "attachments": _around(ctx, "File", ("attached_to_doctype", "attached_to_name"), doctype, name, FILE_FIELDS),
        "assignments": assignments(ctx, doctype, name),
        "shared": shares(ctx, doctype, name),
        "tags": ",".join(tags_of(ctx, doctype, name)),
        "permissions": {action: int(ctx.policy.allows(doc.meta, action, doc)) for action in PERMISSION_ACTIONS},
    }


REFERENCE = ("reference_doctype", "reference_name")
COMMUNICATION_FIELDS = (
    *("name", "creation", "subject", "content", "sender", "sender_full_name", "recipients", "cc"),
    *("communication_type", "communication_medium", "communication_date", "sent_or_received", "delivery_status"),
    *("in_reply_to", "has_attachment", "user"),
)
COMMENT_FIELDS = ("name", "creation", "content", "owner", "comment_type", "comment_by", "comment_email")
VERSION_FIELDS = ("name", "owner", "creation", "data", "ref_doctype")
FILE_FIELDS = ("name", "file_name", "file_url", "is_private")


def _around(
    ctx: Context, kind: str, reference: tuple[str, str], doctype: str, name: str, fields: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The newest annotations of one kind; the store lets through what belongs to a readable document."""
    pinned = dict(zip(reference, (doctype, name), strict=True))
    return rows_to_wire(
        ctx, ctx.store.list(kind, fields=fields, filters=pinned, order_by="creation desc", limit=TIMELINE)
    )


def getdoctype(ctx: Context, doctype: str) -> Answer:
    """A definition with those of its child tables."""
    meta = ctx.definitions.get(doctype)
    children = [table.options for table in meta.table_fields] if meta else []
    names = dict.fromkeys([doctype, *(child for child in children if child in ctx.definitions)])
    return Answer({"docs": [definition(ctx, name) for name in names], "user_settings": "{}"})


def savedocs(ctx: Context, doc: dict[str, Any], action: str) -> Answer:
    """Save, submit or cancel the document of a form."""
    change = ACTIONS.get(action)
    if change is None:
        raise ValidationError("action must be one of {actions}.", actions=", ".join(ACTIONS))
    saved = change(ctx, doc)
    return Answer({"docs": [saved], "docinfo": docinfo(ctx, saved["doctype"], saved["name"])})


METHODS = (
    ApiMethod("frappe.desk.form.load.getdoc", getdoc),
    ApiMethod("frappe.desk.form.load.getdoctype", getdoctype),
    ApiMethod("frappe.desk.form.save.savedocs", savedocs, writes=True),
)
