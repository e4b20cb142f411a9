"""What people add to a document that they may read: comments, tags, assignments and shares."""

from __future__ import annotations

from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.wire import rows_to_wire, to_wire
from crm_platform.errors import PermissionError, ValidationError

SHARED_RIGHTS = ("read", "write", "submit", "share")
MAX_ASSIGNEES = 50

Row = dict[str, Any]


def add_comment(ctx: Context, doctype: str, name: str, text: str, comment_type: str = "Comment") -> Row:
    """Comment on a document under one's own name (Frappe Comment)."""
    if comment_type != "Comment":
        raise ValidationError("Only comments of the type Comment are written by people.")
    doc = ctx.store.get(doctype, name)
    system = ctx.as_system().store
    values = {
        "comment_type": comment_type,
        "comment_email": ctx.user if "@" in ctx.user else None,
        "comment_by": ctx.user,
        "reference_doctype": doc.doctype,
        "reference_name": doc["name"],
        "content": text,
    }
    return to_wire(ctx.as_system(), system.insert(system.new("Comment", values)))


def comment(ctx: Context, reference_doctype: str, reference_name: str, content: str) -> Row:
    """Comment on a document under one's own name (Frappe Comment)."""
    return add_comment(ctx, reference_doctype, reference_name, content)


def tags_of(ctx: Context, doctype: str, name: str) -> list[str]:
    """The tags of a document, sorted."""
    doc = ctx.store.get(doctype, name)
    found = _tag_links(ctx, doc.doctype, doc["name"])
    return sorted(str(row["tag"]) for row in found)


def add_tag(ctx: Context, doctype: str, name: str, tag: str) -> str:
    """Tag a document that one may change; a new tag is made (Frappe Tag, Tag Link)."""
    _changeable(ctx, doctype, name)
    system = ctx.as_system().store
    if not system.exists("Tag", tag):
        system.insert(system.new("Tag", {"name": tag}))
    if tag not in tags_of(ctx, doctype, name):
        values = {"document_type": doctype, "document_name": name, "tag": tag, "title": tag}
        system.insert(system.new("Tag Link", values))
    return tag


def remove_tag(ctx: Context, doctype: str, name: str, tag: str) -> None:
    """Take a tag off a document that one may change."""
    _changeable(ctx, doctype, name)
    for row in _tag_links(ctx, doctype, name):
        if row["tag"] == tag:
            ctx.as_system().store.delete("Tag Link", row["name"])


def tag_by_frappe(ctx: Context, tag: str, dt: str, dn: str) -> str:
    """Tag the document `dn` of the DocType `dt`."""
    return add_tag(ctx, dt, dn, tag)


def untag_by_frappe(ctx: Context, tag: str, dt: str, dn: str) -> None:
    """Take a tag off the document `dn` of the DocType `dt`."""
    remove_tag(ctx, dt, dn, tag)


def _tag_links(ctx: Context, doctype: str, name: str) -> list[Row]:
    pinned = {"document_type": doctype, "document_name": name}
    return list(ctx.as_system().store.list("Tag Link", fields=("name", "tag"), filters=pinned, limit=None))


def _changeable(ctx: Context, doctype: str, name: str) -> None:
    doc = ctx.store.get(doctype, name)
    if not ctx.policy.allows(doc.meta, "write", doc):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="write")


def assignments(ctx: Context, doctype: str, name: str) -> list[Row]:
    """Open assignments of a document that one may read."""
    doc = ctx.store.get(doctype, name)
    pinned = {"reference_type": doc.doctype, "reference_name": doc["name"], "status": "Open"}
    fields = ("name", "allocated_to", "description", "date", "priority")
    rows = ctx.as_system().store.list("ToDo", fields=fields, filters=pinned, order_by="creation asc", limit=None)
    return [{"owner": row["allocated_to"], **row} for row in rows_to_wire(ctx, rows)]


def assign(
    ctx: Context,
    doctype: str,
    name: str,
    assign_to: list[Any] | str,
    description: str | None = None,
    date: str | None = None,
    priority: str | None = None,
) -> list[Row]:
    """Give a document to people to work on (Frappe ToDo); whoever has it already keeps it. Answers who has it."""
    people = [assign_to] if isinstance(assign_to, str) else [str(person) for person in assign_to]
    if len(people) > MAX_ASSIGNEES:
        raise ValidationError("Assign a document to at most {limit} people at once.", limit=MAX_ASSIGNEES)
    already = {row["owner"] for row in assignments(ctx, doctype, name)}
    system = ctx.as_system().store
    for person in dict.fromkeys(people):
        if person in already:
            continue
        values = {
            "allocated_to": person,
            "assigned_by": ctx.user,
            "reference_type": doctype,
            "reference_name": name,
            "description": description or ctx._("Assignment for {doctype} {name}", doctype=doctype, name=name),
            "status": "Open",
            **{key: value for key, value in (("date", date), ("priority", priority)) if value},
        }
        system.insert(system.new("ToDo", values))
    return assignments(ctx, doctype, name)


def unassign(ctx: Context, doctype: str, name: str, assign_to: str) -> list[Row]:
    """Take a document off somebody's list: one's own, or anybody's when one may change the document."""
    if assign_to != ctx.user:
        _changeable(ctx, doctype, name)
    for row in assignments(ctx, doctype, name):
        if row["owner"] == assign_to:
            ctx.as_system().store.update("ToDo", row["name"], {"status": "Cancelled"})
    return assignments(ctx, doctype, name)


def shares(ctx: Context, doctype: str, name: str) -> list[Row]:
    """With whom a document that one may read is shared (Frappe DocShare)."""
    doc = ctx.store.get(doctype, name)
    pinned = {"share_doctype": doc.doctype, "share_name": doc["name"]}
    fields = ("name", "user", "everyone", *SHARED_RIGHTS)
    return rows_to_wire(ctx, ctx.as_system().store.list("DocShare", fields=fields, filters=pinned, limit=None))


def share(  # noqa: PLR0913, PLR0917 the parameters of Frappe's share
    ctx: Context,
    doctype: str,
    name: str,
    user: str | None = None,
    read: bool = True,
    write: bool = False,
    submit: bool = False,
    share: bool = False,
    everyone: bool = False,
) -> Row:
    """Share a document with one user or everyone. Nobody can give a right that he has not got."""
    given = {"read": read, "write": write, "submit": submit, "share": share}
    doc = ctx.store.get(doctype, name)
    for action in ("share", *(right for right, wanted in given.items() if wanted)):
        if not ctx.policy.allows(doc.meta, action, doc):
            raise PermissionError("You cannot share the right {action}: you do not have it yourself.", action=action)
    if not (user or everyone):
        raise ValidationError("Say with whom to share: a user, or everyone.")
    values = {right: int(wanted) for right, wanted in given.items()}
    system = ctx.as_system()
    for row in shares(ctx, doctype, name):
        if (row["everyone"] and everyone) or (user and row["user"] == user):
            return to_wire(system, system.store.update("DocShare", row["name"], values))
    whom = {"everyone": 1} if everyone else {"user": user}
    new = system.store.new("DocShare", {"share_doctype": doctype, "share_name": name, **whom, **values})
    return to_wire(system, system.store.insert(new))


def unshare(ctx: Context, doctype: str, name: str, user: str) -> None:
    """Take back what was shared with a user; needs the right to share (Frappe's share.remove)."""
    doc = ctx.store.get(doctype, name)
    if not ctx.policy.allows(doc.meta, "share", doc):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=doctype, action="share")
    for row in shares(ctx, doctype, name):
        if row["user"] == user:
            ctx.as_system().store.delete("DocShare", row["name"])


METHODS = (
    ApiMethod("frappe.desk.form.utils.add_comment", comment, writes=True),
    ApiMethod("frappe.desk.doctype.tag.tag.add_tag", tag_by_frappe, writes=True),
    ApiMethod("frappe.desk.doctype.tag.tag.remove_tag", untag_by_frappe, writes=True),
    ApiMethod("frappe.desk.form.assign_to.add", assign, writes=True),
    ApiMethod("frappe.desk.form.assign_to.remove", unassign, writes=True),
    ApiMethod("frappe.desk.form.assign_to.get", assignments),
    ApiMethod("frappe.share.add", share, writes=True),
    ApiMethod("frappe.share.remove", unshare, writes=True),
    ApiMethod("frappe.share.get_users", shares),
)
