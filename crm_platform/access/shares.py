"""Sharing one document: nobody shares a right that he does not hold."""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.access.privilege import is_system
from crm_platform.access.profile import SHARE_RIGHTS, share_rights
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler
from crm_platform.errors import PermissionError, ValidationError


def share(ctx: Context, doctype: str, name: str, user: str, rights: Iterable[str], *, everyone: bool = False) -> None:
    """Give `user` (or everyone who signs in) exactly these rights of SHARE_RIGHTS on a document; none ends the share.

    Raises DoesNotExistError for a document that is not there or not readable, PermissionError for a right that the
    caller does not hold, LinkValidationError for an unknown user.
    """
    wanted = frozenset(rights)
    values = {right: int(right in wanted) for right in SHARE_RIGHTS}
    check_share(ctx, doctype, name, [right for right in SHARE_RIGHTS if values[right]])
    store = ctx.as_system().store
    existing = _find(ctx, doctype, name, user, everyone=everyone)
    if existing and not any(values.values()):
        store.delete("DocShare", existing)
    elif existing:
        store.update("DocShare", existing, values)
    elif any(values.values()):
        whom = {"everyone": 1} if everyone else {"user": user}
        store.insert(store.new("DocShare", {"share_doctype": doctype, "share_name": name, **whom, **values}))


def check_share(ctx: Context, doctype: str, name: str, rights: Iterable[str]) -> None:
    """Raises PermissionError unless the caller may share the document and holds each of the rights."""
    document = ctx.store.get(doctype, name)
    if document.meta.istable or document.meta.issingle:
        raise ValidationError("{doctype} cannot be shared.", doctype=doctype)
    for right in ("share", *rights):
        if not ctx.policy.allows(document.meta, right, document):
            raise PermissionError(
                "You cannot share the right to {right} {doctype} {name}: you do not have it.",
                right=right,
                doctype=doctype,
                name=name,
            )


def shares_of(ctx: Context, doctype: str, name: str) -> list[dict[str, object]]:
    """The shares of a document that the caller may read: user (empty for everyone) and rights."""
    ctx.store.get(doctype, name)
    rows = ctx.connection.get_rows(ctx.definitions["DocShare"], _names(ctx, doctype, name))
    return [
        {"user": row["user"] or "", "everyone": row["everyone"], **{right: row[right] for right in SHARE_RIGHTS}}
        for row in rows
    ]


def guard_share(ctx: Context, doc: Document) -> None:
    """Whatever way a DocShare is written, its writer holds what it gives; every right implies reading."""
    if not doc.get("everyone") and not doc.get("user"):
        raise ValidationError("A share needs a user, or is for everyone.")
    given = share_rights(doc.as_dict())
    doc["read"] = int("read" in given)
    before = doc.before
    same = before is not None and not (doc.has_changed("share_doctype") or doc.has_changed("share_name"))
    same = same and not (doc.has_changed("user") or doc.has_changed("everyone"))
    held = share_rights(before.as_dict()) if before is not None and same else frozenset()
    if not is_system(ctx):
        check_share(ctx, doc["share_doctype"], doc["share_name"], sorted(given - held))


def guard_unshare(ctx: Context, doc: Document) -> None:
    if not is_system(ctx):
        check_share(ctx, doc["share_doctype"], doc["share_name"], ())


HANDLERS: dict[str, dict[str, Handler]] = {"DocShare": {"validate": guard_share, "on_trash": guard_unshare}}


def _names(ctx: Context, doctype: str, name: str) -> list[str]:
    where = all_of(Compare(("share_doctype",), "=", doctype), Compare(("share_name",), "=", name))
    return [row["name"] for row in ctx.connection.select(Query(ctx.definitions["DocShare"], where=where))]


def _find(ctx: Context, doctype: str, name: str, user: str, *, everyone: bool) -> str:
    for row in ctx.connection.get_rows(ctx.definitions["DocShare"], _names(ctx, doctype, name)):
        if row["everyone"] if everyone else row["user"] == user and not row["everyone"]:
            return str(row["name"])
    return ""
