"""Sends one mail of the outbox: taken in a transaction, handed to the server outside of any, its fate noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from crm_platform.documents.context import Context
from crm_platform.errors import CRMError, TimeoutError, UnavailableError
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Task
from crm_platform.mail.addresses import one_line
from crm_platform.mail.attachments import Reader
from crm_platform.mail.mime import Envelope, compose
from crm_platform.mail.parcels import AsUser, Parcel, pack
from crm_platform.mail.smtp import Outcome, send
from crm_platform.mail.waiting import HOURLY, LINE, SWEEP, settle, sweep, take
from crm_platform.outbound.certificates import Trust, machines_own

T = TypeVar("T")
NO_ACCOUNT = "There is no outgoing Email Account that is set up. Mark one as Default Outgoing."

SCHEDULES = (Schedule(SWEEP, HOURLY),)


class Steps(Protocol):
    """The transactions of a job with steps (jobs.job.Job)."""

    def read(self, work: Callable[[Context], T]) -> T: ...
    def write(self, work: Callable[[Context], T]) -> T: ...


@dataclass(frozen=True)
class Delivery:
    """What sending needs of a site: its attachments, its templates (`fill` runs in a worker process of printing), the
    rights of who queued a mail, the address that links begin with, and the certificates to trust."""

    reader: Reader
    fill: Callable[[str], Mapping[str, str]]
    as_user: AsUser
    address: str
    trust: Trust = field(default_factory=machines_own)

    def tasks(self) -> dict[str, Task]:
        """What jobs run. `waiting.settle` plans further attempts itself, so that they outlast a server's bad day."""
        return {LINE.task: Task(LINE.task, self.deliver, steps=True), SWEEP: Task(SWEEP, sweep)}

    def deliver(self, job: Steps, name: str) -> None:
        """Send the Email Queue document `name`, unless it is sent, somebody else is at it, or an older one is first."""
        parcel = job.write(lambda ctx: self._take(ctx, name))
        if parcel is None:
            return
        try:
            parcel = self._filled(parcel)
            outcome = self._sent(parcel)
        except (UnavailableError, TimeoutError) as error:
            outcome = Outcome(error=str(error))
        except CRMError as error:
            outcome = Outcome(refused=dict.fromkeys(parcel.mail.open, str(error)))
        job.write(lambda ctx: settle(ctx, parcel.mail, outcome, parcel.filled))

    def _take(self, ctx: Context, name: str) -> Parcel | None:
        mail = take(ctx, name)
        return None if mail is None else pack(ctx, mail, self.reader, self.as_user, self.address)

    def _filled(self, parcel: Parcel) -> Parcel:
        """The parcel with the text that its template makes."""
        if not parcel.template:
            return parcel
        made = self.fill(parcel.template)
        return parcel.with_text(one_line(made["subject"]), made["message"])

    def _sent(self, parcel: Parcel) -> Outcome:
        if parcel.problem is not None:
            raise parcel.problem
        if parcel.server is None:
            return Outcome(error=NO_ACCOUNT)
        envelope = Envelope(**parcel.headers, attachments=self.reader.contents(parcel.attachments))
        letters = {
            recipient: compose(envelope, parcel.leaving.get(recipient, ""), parcel.leave)
            for recipient in parcel.mail.open
        }
        return send(parcel.server, parcel.sender, letters, self.trust)
