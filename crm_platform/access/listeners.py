"""The document events that the access room listens to; a site registers them before those of any pack."""

from __future__ import annotations

from crm_platform.access import guards, role_profiles, shares, users
from crm_platform.access.cache import rights_changed
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EVERY_DOCTYPE, Handler, Listener, listeners_of

PACK = "core"
MADE_OF = ("User", "User Group", "Role", "User Permission", "DocShare", "System Settings", "Custom DocPerm")
"""DocTypes whose documents a profile is made of; Has Role is a table of User, User Group Member of User Group."""


def changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    rights_changed(ctx)


def renamed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the signature of a handler
    """Shares and user permissions name documents."""
    rights_changed(ctx)


def deleted(ctx: Context, doc: Document) -> None:
    """The shares of a document go with it, without events of their own: a later one of its name is not shared."""
    where = all_of(Compare(("share_doctype",), "=", doc.doctype), Compare(("share_name",), "=", doc["name"]))
    if ctx.connection.count(Query(ctx.definitions["DocShare"], where=where), cap=1):
        rights_changed(ctx)


COUNTED: dict[str, dict[str, Handler]] = {
    **{doctype: {"on_update": changed, "after_delete": changed} for doctype in MADE_OF},
    EVERY_DOCTYPE: {"after_rename": renamed, "on_trash": deleted},
}

LISTENERS: list[Listener] = [
    listener
    for table in (role_profiles.HANDLERS, guards.HANDLERS, users.HANDLERS, shares.HANDLERS, COUNTED)
    for listener in listeners_of(PACK, table)
]
