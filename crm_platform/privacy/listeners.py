"""The document events that this room listens to: what goes into the audit log, and that nobody writes there."""

from __future__ import annotations

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Handler, Listener, listeners_of
from crm_platform.documents.guards import DEFINITION_KINDS, rows_changed
from crm_platform.errors import PermissionError
from crm_platform.metadata.model import Definitions
from crm_platform.privacy import consent, holds
from crm_platform.privacy.audit import DOCTYPE

PACK = "core"

RIGHTS = ("Role", "Role Profile", "User Permission", "DocShare", "System Settings")
"""DocTypes whose documents decide about rights. Definitions, as Custom DocPerm, are told by `documents.plans`."""

RIGHTS_OF_USERS = ("enabled", "user_type", "username", "email", "totp_enabled", "restrict_ip")
UNTOLD = frozenset({"Version", "Comment", "ToDo", "Tag Link", "Notification Log", "Email Queue", "Error Log"})
"""DocTypes whose deleting is no event of its own."""

TRACKED = "track_audit"
"""Our property of a DocType: every change of its documents is told."""


def refuse(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    raise PermissionError("The audit log is written by the system alone, and nothing in it is ever changed.")


def _changed(doc: Document) -> list[str]:
    """Names of the fields that differ from what was stored; their values stay in the versions."""
    if doc.before is None:
        return []
    fields = [field.fieldname for field in doc.meta.data_fields if doc.has_changed(field.fieldname)]
    return fields + [table.fieldname for table in doc.meta.table_fields if rows_changed(doc, table)]


def rights_changed(ctx: Context, doc: Document) -> None:
    ctx.audit("Rights Changed", doc.doctype, doc["name"], fields=_changed(doc))


def user_changed(ctx: Context, doc: Document) -> None:
    """Who has an account, what kind of, and with which roles."""
    before = doc.before
    old, new = ({row["role"] for row in one["roles"]} if one is not None else set() for one in (before, doc))
    fields = [name for name in RIGHTS_OF_USERS if doc.meta.field(name) and doc.has_changed(name)]
    if fields or old != new:
        given, taken = sorted(new - old), sorted(old - new)
        ctx.audit("Rights Changed", "User", doc["name"], fields=fields, roles_given=given, roles_taken=taken)


def deleted(ctx: Context, doc: Document) -> None:
    if doc.doctype not in UNTOLD and doc.doctype not in DEFINITION_KINDS:
        ctx.audit("Deleted", doc.doctype, doc["name"])


def is_tracked(definitions: Definitions, doctype: str) -> bool:
    """Whether a DocType asks that every change of its documents is told."""
    meta = definitions.get(doctype)
    return meta is not None and meta.properties.get(TRACKED) in (1, "1", True)


def tracked(ctx: Context, doc: Document) -> None:
    """A change of a document whose DocType asks to be told about."""
    ctx.audit("Created" if doc.before is None else "Changed", doc.doctype, doc["name"], fields=_changed(doc))


REFUSED: dict[str, Handler] = dict.fromkeys(("before_insert", "before_validate", "before_rename", "on_trash"), refuse)
HANDLERS: dict[str, dict[str, Handler]] = {
    DOCTYPE: REFUSED,
    **{doctype: {"on_update": rights_changed} for doctype in RIGHTS},
    "User": {"on_update": user_changed},
    EVERY_DOCTYPE: {"after_delete": deleted},
}
LISTENERS: list[Listener] = [
    Listener(PACK, EVERY_DOCTYPE, "on_update", tracked, concerns=is_tracked),
    *(listener for table in (HANDLERS, holds.HANDLERS, consent.HANDLERS) for listener in listeners_of(PACK, table)),
]
