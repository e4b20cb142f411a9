"""What people do that others are told of: mentions in comments, assignments and shares, by one job after the commit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crm_platform.automation.notifying import Note, may_read, tell, title_of
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.recipients import enabled
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.errors import DoesNotExistError
from crm_platform.jobs.queue import enqueue

TASK = "core:tell"
MENTION = re.compile(r"""data-id=["']([^"'<>]{1,140})["']|(?<![\w.])@([\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)""")
"""How the editor marks a mention (Frappe's span.mention), and an address after an @ in plain text."""

MOST_MENTIONS = 50

Sentence = Callable[[Context, str, str], str]

SENTENCES: Mapping[str, Sentence] = {
    "Mention": lambda reader, who, what: reader._("{user} mentioned you in a comment on {title}", user=who, title=what),
    "Assignment": lambda reader, who, what: reader._("{user} assigned {title} to you", user=who, title=what),
    "Share": lambda reader, who, what: reader._("{user} shared {title} with you", user=who, title=what),
}
"""Notification Log.type → its subject in the reader's language, from who did it and the document's title."""


def mentioned(content: str) -> list[str]:
    """The users that a comment names, each once."""
    found = (first or second for first, second in MENTION.findall(content))
    return list(dict.fromkeys(found))[:MOST_MENTIONS]


def comment_written(ctx: Context, doc: Document) -> None:
    """On a new Comment."""
    users = mentioned(str(doc.get("content", "")))
    if users and doc.get("comment_type") == "Comment" and doc.get("reference_name"):
        _queue(ctx, "Mention", doc["reference_doctype"], doc["reference_name"], users, str(doc["name"]))


def assigned(ctx: Context, doc: Document) -> None:
    """On a new ToDo about a document."""
    if doc.get("allocated_to") and doc.get("reference_name"):
        _queue(ctx, "Assignment", doc["reference_type"], doc["reference_name"], [doc["allocated_to"]])


def shared(ctx: Context, doc: Document) -> None:
    """On a new DocShare with one user."""
    if doc.get("user"):
        _queue(ctx, "Share", doc["share_doctype"], doc["share_name"], [doc["user"]])


def _queue(ctx: Context, kind: str, doctype: str, name: str, users: Sequence[str], comment: str = "") -> None:
    others = [user for user in users if user != ctx.user]
    if others:
        arguments = {"kind": kind, "doctype": doctype, "name": name, "users": others, "comment": comment}
        enqueue(ctx, TASK, arguments)


@dataclass(frozen=True)
class Tell:
    """The task `core:tell`."""

    outlets: Outlets

    def __call__(
        self, ctx: Context, kind: str, doctype: str, name: str, users: Sequence[str], comment: str = ""
    ) -> None:
        """Tell those of the users who may read the document; the others learn nothing."""
        try:
            doc = ctx.as_system().store.get(doctype, name)
        except DoesNotExistError:
            return
        for user in enabled(ctx, users):
            reader = self.outlets.as_user(ctx, user)
            if may_read(reader, doc):
                subject = SENTENCES[kind](reader, _full_name(ctx), title_of(reader, doc))
                tell(ctx, user, Note(kind, subject, _content(ctx, comment)), doc)


def _full_name(ctx: Context) -> str:
    row = ctx.connection.get_row(ctx.definitions["User"], ctx.user)
    return str((row or {}).get("full_name") or ctx.user)


def _content(ctx: Context, comment: str) -> str:
    row = ctx.connection.get_row(ctx.definitions["Comment"], comment) if comment else None
    return str((row or {}).get("content") or "")


LISTENERS: tuple[Listener, ...] = (
    Listener("core", "Comment", "after_insert", comment_written),
    Listener("core", "ToDo", "after_insert", assigned),
    Listener("core", "DocShare", "after_insert", shared),
)
