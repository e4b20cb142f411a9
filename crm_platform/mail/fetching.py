"""Fetches the mail of one account: the network outside of any transaction, each mail in one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.errors import CRMError
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Task
from crm_platform.mail.accounts import ACCOUNT, Server, imap_server
from crm_platform.mail.attachments import Attachment
from crm_platform.mail.delivery import Steps
from crm_platform.mail.imap import Folder, ImapError, Place, connected, open_folder
from crm_platform.mail.incoming import Incoming
from crm_platform.mail.parsing import parse
from crm_platform.mail.receiving import Filed, Mailbox, Receiver, skip
from crm_platform.outbound.certificates import Trust, machines_own

FETCH = "core:fetch_mail"
FETCH_ACCOUNT = "core:fetch_mail_of_account"
EVERY_FIVE_MINUTES = "*/5 * * * *"
SCHEDULES = (Schedule(FETCH, EVERY_FIVE_MINUTES),)

AT_ONCE = 100
"""Mails of a folder in one run; the rest comes with the next."""


class Keeper(Protocol):
    """Where attachments go before their transaction. See files.received.ReceivedFiles."""

    def store(self, file_name: str, content: bytes) -> object:
        """Raises CRMError for a file that is not taken. What it answers is for Receiver.record."""


@dataclass(frozen=True)
class Fetching:
    """What fetching needs of the site: where attachments go, and the certificates to trust."""

    keeper: Keeper
    receiver: Receiver
    trust: Trust = field(default_factory=machines_own)

    def tasks(self) -> dict[str, Task]:
        return {FETCH: Task(FETCH, fetch_all), FETCH_ACCOUNT: Task(FETCH_ACCOUNT, self.fetch, steps=True, pauses=())}

    def fetch(self, job: Steps, account: str) -> None:
        """Fetch what is new. What goes wrong with the server is noted on the account: the next run tries again."""
        server, mailboxes = job.read(lambda ctx: (imap_server(ctx, account), boxes(ctx, account)))
        if server is None:
            return
        error = ""
        try:
            self._fetch_folders(job, server, mailboxes)
        except ImapError as failed:
            error = str(failed)
        job.write(lambda ctx: note_error(ctx, account, error))

    def _fetch_folders(self, job: Steps, server: Server, mailboxes: Sequence[Mailbox]) -> None:
        with connected(server, self.trust) as connection:
            for mailbox in mailboxes:
                self._fetch_folder(job, mailbox, open_folder(connection, mailbox.place))

    def _fetch_folder(self, job: Steps, mailbox: Mailbox, folder: Folder) -> None:
        known = mailbox.under(folder.uidvalidity)
        end, found = folder.next_uid(), folder.new_uids()
        for uid in found[:AT_ONCE]:
            content, whole = folder.fetch(uid)
            if content:
                self._receive(job, known, uid, parse(content, whole=whole))
            else:
                job.write(lambda ctx, uid=uid: skip(ctx, known, uid + 1))  # type: ignore[misc]
        if len(found) <= AT_ONCE:
            job.write(lambda ctx: skip(ctx, known, end))

    def _receive(self, job: Steps, mailbox: Mailbox, uid: int, mail: Incoming) -> None:
        files = [self._filed(attachment) for attachment in mail.attachments]
        job.write(lambda ctx: self.receiver.receive(ctx, mailbox, uid, mail, files))

    def _filed(self, attachment: Attachment) -> Filed:
        """The attachment in its place, or why it is not taken."""
        try:
            return Filed(attachment, self.keeper.store(attachment.file_name, attachment.content))
        except CRMError as error:
            return Filed(attachment, None, f"{attachment.file_name}: {error}")


def boxes(ctx: Context, account: str) -> list[Mailbox]:
    """The folders of an account with how far each is fetched."""
    doc = ctx.as_system().store.get(ACCOUNT, account)
    return [
        Mailbox(
            account=account,
            row=row["name"],
            append_to=row["append_to"] or doc["append_to"] or "",
            place=Place(row["folder_name"], row["uidvalidity"] or "", int(row["uidnext"] or 0), row["last_synced_at"]),
        )
        for row in doc["imap_folder"]
    ]


def fetch_all(ctx: Context) -> None:
    """A job for each account that receives, one at a time."""
    rows = ctx.as_system().store.list(ACCOUNT, filters={"enable_incoming": 1}, limit=None)
    for row in rows:
        key = f"{FETCH_ACCOUNT} {row['name']} {ctx.now():%Y%m%d%H%M}"
        enqueue(ctx, FETCH_ACCOUNT, {"account": row["name"]}, key=key, user=ADMINISTRATOR)


def note_error(ctx: Context, account: str, error: str) -> None:
    ctx.connection.update_row(ctx.definitions[ACCOUNT], account, {"last_error": error or None})
