"""Mails reports: a look at the clock, and a job per mail that runs the report with the rights of its user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.deferred import Deferred
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.documents.document import Document
from crm_platform.documents.mailing import QueueMail
from crm_platform.errors import CRMError, PermissionError, UnavailableError
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Task
from crm_platform.reports.mailing.records import PLAN, AsUser, given_filters, recipients
from crm_platform.reports.mailing.times import next_time
from crm_platform.reports.methods import whole

if TYPE_CHECKING:
    from crm_platform.reports.mailing.letter import Letter
    from crm_platform.reports.running import Result

T = TypeVar("T")
letter_of: Callable[[Context, Document, Result], Letter] = Deferred("crm_platform.reports.mailing.letter", "letter_of")
SWEEP = "core:report_mails"
SEND = "core:report_mail"
SCHEDULES = (Schedule(SWEEP, "*/5 * * * *"),)
KEPT = timedelta(days=30)
"""How long the files of mails are kept."""


class Steps(Protocol):
    """The transactions of a job with steps (jobs.job.Job)."""

    def read(self, work: Callable[[Context], T]) -> T: ...
    def write(self, work: Callable[[Context], T]) -> T: ...


class Files(Protocol):
    """Keeps the file of a mail: written outside of a transaction, recorded in one. See files.received.ReceivedFiles."""

    def store(self, file_name: str, content: bytes) -> Any: ...
    def record(self, ctx: Context, received: Any, doctype: str, name: str) -> str: ...


def sweep(ctx: Context) -> None:
    """Queue every mail whose time has come, once for all times that were missed. `ctx` acts as the system."""
    meta, now = ctx.definitions[PLAN], ctx.now()
    where = all_of(Compare(("enabled",), "=", 1), Compare(("next_send",), "<=", now))
    for found in ctx.connection.select(Query(meta, where=where)):
        row = ctx.connection.get_row(meta, found["name"], for_update=True)
        if row is not None and row["enabled"] and row["next_send"] is not None and row["next_send"] <= now:
            queue(ctx, row["name"])
            ctx.connection.update_row(meta, row["name"], {"next_send": next_time(row, now, ctx.runtime.zone)})


def queue(ctx: Context, name: str) -> str:
    """Queue one mail in this transaction; returns the id of its job."""
    return enqueue(ctx, SEND, {"name": name, "asked": ctx.now().isoformat()}, user=ADMINISTRATOR)


def send_now(ctx: Context, name: str) -> str:
    """Mail a report now, besides its times. Raises DoesNotExistError, PermissionError for who may not change it."""
    plan = ctx.store.get(PLAN, name)
    if not ctx.policy.allows(plan.meta, "write", plan):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=PLAN, action="write")
    return queue(ctx, name)


@dataclass(frozen=True)
class Mailing:
    """What mailing needs of a site: the system's rights, those of users, its files and its outbox."""

    system: Callable[[Context], Context]
    as_user: AsUser
    files: Files
    mail: QueueMail

    def tasks(self) -> dict[str, Task]:
        """What jobs run, by name."""
        return {SWEEP: Task(SWEEP, lambda ctx: sweep(self.system(ctx))), SEND: Task(SEND, self.send, steps=True)}

    def send(self, job: Steps, *, name: str, asked: str) -> None:
        """Run the report and queue its mail. Done again, it does nothing; what is refused stands in `last_result`."""
        since = datetime.fromisoformat(asked)
        try:
            letter = job.read(lambda ctx: self._letter(self.system(ctx), name, since))
            kept = self.files.store(letter.file_name, letter.content()) if letter and letter.kind else None
        except UnavailableError:
            raise  # another attempt may succeed
        except CRMError as refused:
            job.write(lambda ctx, error=refused: self._refused(self.system(ctx), name, error))  # type: ignore[misc]
            return
        if letter is not None:
            job.write(lambda ctx: self._post(self.system(ctx), name, since, letter, kept))

    def _letter(self, ctx: Context, name: str, since: datetime) -> Letter | None:
        """The mail; None when there is none to send: done already, gone, or without any row."""
        plan = _open(ctx, name, since)
        if plan is None:
            return None
        reader = reader_of(ctx, self.as_user, plan)
        result = whole(reader, plan["report"], given_filters(plan))
        return letter_of(reader, plan, result) if result.rows or not plan["send_if_data"] else None

    def _post(self, ctx: Context, name: str, since: datetime, letter: Letter, kept: Any) -> None:
        plan = _open(ctx, name, since)
        if plan is None:
            return
        _clear(ctx, name)
        urls = [self.files.record(ctx, kept, PLAN, name)] if kept is not None else []
        self.mail(
            ctx,
            recipients=recipients(plan),
            subject=letter.subject,
            message=letter.message,
            reference_doctype=PLAN,
            reference_name=name,
            attachments=[{"file_url": url} for url in urls],
        )
        note = ctx._("{count} rows were mailed.", count=len(letter.table.rows))
        ctx.connection.update_row(plan.meta, name, {"last_sent": ctx.now(), "last_result": note})

    def _refused(self, ctx: Context, name: str, error: CRMError) -> None:
        ctx.connection.update_row(ctx.definitions[PLAN], name, {"last_result": error.message(ctx._)[:1000]})


def reader_of(ctx: Context, as_user: AsUser, plan: Document) -> Context:
    """The rights that a report is mailed with: those of its user, whoever asked for the mail."""
    return as_user(ctx, plan["user"])


def _open(ctx: Context, name: str, since: datetime) -> Document | None:
    """The record, unless it is gone or its mail was sent since it was asked for."""
    if not ctx.store.exists(PLAN, name):
        return None
    plan = ctx.store.get(PLAN, name)
    return None if plan["last_sent"] is not None and plan["last_sent"] >= since else plan


def _clear(ctx: Context, name: str) -> None:
    """Let the files of earlier mails go."""
    filters = [
        ["attached_to_doctype", "=", PLAN],
        ["attached_to_name", "=", name],
        ["creation", "<", ctx.now() - KEPT],
    ]
    for row in ctx.store.list("File", filters=filters, limit=None):
        ctx.store.delete("File", row["name"])
