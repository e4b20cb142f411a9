"""Takes one received mail into the site, in one transaction: once, to the thread it belongs to, or to a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.mail.accounts import own_addresses
from crm_platform.mail.attachments import Attachment
from crm_platform.mail.beginnings import begin
from crm_platform.mail.cleaning import with_pictures
from crm_platform.mail.imap import Place
from crm_platform.mail.incoming import Bounce, Incoming
from crm_platform.mail.threads import AsUser, Thread, find_thread
from crm_platform.mail.timeline import COMMUNICATION, set_delivery
from crm_platform.mail.waiting import QUEUE, RECIPIENT

FOLDER = "IMAP Folder"
UNREAD = "A mail server tells of a mail that came back, but not in a form that marks its recipient. Read what it says."
LONGEST_SUBJECT = 500

Record = Callable[[Context, Any, str, str], str]
"""(ctx, stored file, DocType, name) → address of the file, attached to that document."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A folder of an account; `row` is its IMAP Folder row, `append_to` the DocType that unknown mail begins."""

    account: str
    row: str
    append_to: str
    place: Place

    def under(self, uidvalidity: str) -> Mailbox:
        """The same under the UIDVALIDITY that the server states."""
        return replace(self, place=replace(self.place, uidvalidity=uidvalidity))


@dataclass(frozen=True, slots=True)
class Filed:
    """An attachment that was stored, or the `refusal` why it was not."""

    attachment: Attachment
    stored: object
    refusal: str = ""


@dataclass(frozen=True)
class Receiver:
    """`as_user` gives the rights of a user: who may read a document may answer its mail. `record` files attachments."""

    as_user: AsUser
    record: Record

    def receive(self, ctx: Context, mailbox: Mailbox, uid: int, mail: Incoming, files: Sequence[Filed]) -> str:
        """Take the mail with this UID; answers its Communication, or "" when there is none: it was taken before, is our
        own, or is a bounce that has marked somebody."""
        if not _is_next(ctx, mailbox, uid):
            return ""
        skip(ctx, mailbox, uid + 1)
        if _is_known(ctx, mailbox, mail):
            return ""
        if mail.bounce is not None and note_bounce(ctx, mail.bounce):
            return ""
        if mail.sender in own_addresses(ctx):
            return ""
        thread = (
            returned(ctx, mail)
            or find_thread(ctx, self.as_user, mail)
            or begin(ctx, mailbox.append_to, mailbox.account, mail)
        )
        return self._note(ctx, mailbox, uid, mail, thread, files)

    def _note(
        self, ctx: Context, mailbox: Mailbox, uid: int, mail: Incoming, thread: Thread, files: Sequence[Filed]
    ) -> str:
        system = ctx.as_system().store
        problems = [mail.problem, thread.problem, *(one.refusal for one in files)]
        values = {**_values(ctx, mailbox, uid, mail, thread), "error": "\n".join(filter(None, problems)) or None}
        name = str(system.insert(system.new(COMMUNICATION, values))["name"])
        taken = [one for one in files if one.stored is not None]
        urls = {one.attachment.content_id: self.record(ctx, one.stored, COMMUNICATION, name) for one in taken}
        if taken:
            content = with_pictures(mail.html, urls)
            ctx.connection.update_row(ctx.definitions[COMMUNICATION], name, {"content": content, "has_attachment": 1})
        return name


def skip(ctx: Context, mailbox: Mailbox, uidnext: int) -> None:
    """Everything below `uidnext` is done with."""
    place = mailbox.place
    row = ctx.connection.get_row(ctx.definitions[FOLDER], mailbox.row, for_update=True)
    if row is None:
        return
    same = row["uidvalidity"] == place.uidvalidity
    values = {
        "uidvalidity": place.uidvalidity,
        "uidnext": str(max(uidnext, int(row["uidnext"] or 0)) if same else uidnext),
        "last_synced_at": ctx.now(),
    }
    ctx.connection.update_row(ctx.definitions[FOLDER], mailbox.row, values)


def _is_next(ctx: Context, mailbox: Mailbox, uid: int) -> bool:
    """Whether the mail is still to be taken: two jobs may fetch the same folder."""
    row = ctx.connection.get_row(ctx.definitions[FOLDER], mailbox.row, for_update=True)
    if row is None:
        return False
    return row["uidvalidity"] != mailbox.place.uidvalidity or uid >= int(row["uidnext"] or 0)


def _is_known(ctx: Context, mailbox: Mailbox, mail: Incoming) -> bool:
    """Whether the mail was received before (its folder was numbered anew), or is our own that came back."""
    rows = ctx.as_system().store.list(
        COMMUNICATION,
        fields=("sent_or_received", "email_account"),
        filters={"message_id": mail.message_id},
        limit=None,
    )
    queued = ctx.as_system().store.list(QUEUE, filters={"message_id": mail.message_id}, limit=1)
    return bool(queued) or any(
        row["sent_or_received"] == "Sent" or row["email_account"] == mailbox.account for row in rows
    )


def note_bounce(ctx: Context, bounce: Bounce) -> bool:
    """Mark whom a mail of ours did not reach; answers whether there was anybody. Addresses that it was not sent to are
    not believed."""
    queued = _sent(ctx, bounce.message_id)
    recipients = queued["recipients"] if queued is not None else ()
    back = [one for one in recipients if one["recipient"].casefold() in bounce.recipients]
    for one in back:
        why = bounce.recipients[one["recipient"].casefold()]
        ctx.connection.update_row(ctx.definitions[RECIPIENT], one["name"], {"status": "Bounced", "error": why})
    if back and queued is not None:
        set_delivery(ctx, queued["communication"], "Bounced")
    return bool(back)


def returned(ctx: Context, mail: Incoming) -> Thread | None:
    """Where people look for what a mail server tells and no program can read: the timeline of the mail that came back,
    if it names somebody who should have got that; else the list of Communications. None for all other mail."""
    if mail.notice is None:
        return None
    problem = "" if mail.notice.is_readable and mail.bounce is None else ctx._(UNREAD)
    queued = _sent(ctx, mail.notice.message_id)
    if queued is None or not _names_recipient(mail, queued):
        return Thread(problem=problem)
    system, about = ctx.as_system().store, (queued["reference_doctype"], queued["reference_name"])
    communication = queued["communication"] or ""
    if not all(about) or not system.exists(*about) or not system.exists(COMMUNICATION, communication):
        return Thread(problem=problem)
    return Thread(*about, communication, problem)


def _sent(ctx: Context, message_id: str) -> Document | None:
    """What we sent under an id."""
    system = ctx.as_system().store
    rows = system.list(QUEUE, filters={"message_id": message_id}, limit=1) if message_id else ()
    return system.get(QUEUE, rows[0]["name"]) if rows else None


def _names_recipient(mail: Incoming, queued: Document) -> bool:
    text = mail.text.casefold()
    return any(one["recipient"].casefold() in text for one in queued["recipients"])


def _values(ctx: Context, mailbox: Mailbox, uid: int, mail: Incoming, thread: Thread) -> dict[str, Any]:
    return {
        "subject": mail.subject[:LONGEST_SUBJECT],
        "content": mail.html,
        "text_content": mail.text,
        "communication_type": "Automated Message" if mail.automatic else COMMUNICATION,
        "sent_or_received": "Received",
        "sender": mail.sender or None,
        "sender_full_name": mail.sender_name[:140] or None,
        "recipients": ", ".join(mail.to) or None,
        "cc": ", ".join(mail.cc) or None,
        "reference_doctype": thread.doctype or None,
        "reference_name": thread.name or None,
        "in_reply_to": thread.communication or None,
        "status": "Linked" if thread.doctype else "Open",
        "communication_date": min(mail.date or ctx.now(), ctx.now()),
        "message_id": mail.message_id,
        "email_account": mailbox.account,
        "imap_folder": mailbox.place.folder,
        "uid": uid,
    }
