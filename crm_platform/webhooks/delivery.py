"""Makes one call that waits: taken in a transaction, sent outside of any, its fate noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

import orjson

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.secrets import reveal
from crm_platform.errors import CRMError, TimeoutError, UnavailableError
from crm_platform.jobs.line import Taken
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Task
from crm_platform.outbound.outbound import Answer, Outbound
from crm_platform.webhooks.calls import DELIVERED, FAILED, HOURLY, LINE, SWEEP, sweep
from crm_platform.webhooks.names import WEBHOOK
from crm_platform.webhooks.requests import Request, content_of, headers_of
from crm_platform.webhooks.templates import filled

T = TypeVar("T")
SCHEDULES = (Schedule(SWEEP, HOURLY),)
GONE = 410
SHOWN = 2000
"""Characters of an answer that the log keeps."""

REDACTED = "***"


class Steps(Protocol):
    """The transactions of a job with steps (jobs.job.Job)."""

    def write(self, work: Callable[[Context], T]) -> T: ...


@dataclass(frozen=True)
class Call:
    """A call that was taken, with the moment of this attempt."""

    taken: Taken
    request: Request
    template: str
    now: datetime


@dataclass(frozen=True)
class Result:
    """What came of an attempt; `error` is empty for a success. `final`: another attempt would change nothing."""

    error: str = ""
    answer: Answer | None = None
    final: bool = False


@dataclass(frozen=True)
class Delivery:
    """`client` makes the requests; `fill` fills templates in a worker process of printing."""

    client: Outbound
    fill: Callable[[str], Mapping[str, str]]

    def tasks(self) -> dict[str, Task]:
        """What jobs run. Further attempts are planned here, so that they outlast a receiver's bad day."""
        return {LINE.task: Task(LINE.task, self.deliver, steps=True), SWEEP: Task(SWEEP, sweep)}

    def deliver(self, job: Steps, name: str) -> None:
        """Make the call `name`, unless it is made, somebody else is at it, or an older one is first."""
        call = job.write(lambda ctx: take(ctx, name))
        if call is None:
            return
        try:
            call = self._filled(call)
            result = self._sent(call)
        except (UnavailableError, TimeoutError) as error:
            result = Result(str(error))
        except CRMError as error:
            result = Result(str(error), final=True)
        job.write(lambda ctx: settle(ctx, call, result))

    def _filled(self, call: Call) -> Call:
        if not call.template:
            return call
        body = filled(orjson.loads(call.request.body), self.fill(call.template))
        return replace(call, template="", request=replace(call.request, body=orjson.dumps(body).decode()))

    def _sent(self, call: Call) -> Result:
        request = call.request
        content = content_of(request)
        headers = headers_of(request, content, call.now)
        answer = self.client.send(
            request.method, request.url, headers=headers, content=content, timeout=request.timeout
        )
        if answer.is_success:
            return Result(answer=answer)
        return Result(f"The receiver answered {answer.status}.", answer, final=answer.status == GONE)


def take(ctx: Context, name: str) -> Call | None:
    """Take the call, if it is its turn, with its webhook as it is today; a webhook that is gone or off ends it."""
    taken = LINE.take(ctx, name)
    if taken is None:
        return None
    system = ctx.as_system().store
    webhook = system.get(WEBHOOK, taken.row["webhook"]) if system.exists(WEBHOOK, taken.row["webhook"]) else None
    if webhook is None or not webhook["enabled"]:
        LINE.finish(ctx, taken, {"status": FAILED, "error": "The webhook is switched off or gone."})
        return None
    return Call(taken, _request(ctx, taken.row, webhook), taken.row["template_data"] or "", ctx.now())


def _request(ctx: Context, row: Document, webhook: Document) -> Request:
    return Request(
        id=f"msg_{row['name']}",
        method=webhook["request_method"] or "POST",
        url=webhook["request_url"].strip(),
        body=row["data"] or "{}",
        form=webhook["request_structure"] == "Form URL-Encoded",
        headers=[(header["key"], header["value"] or "") for header in webhook["webhook_headers"]],
        secret=(reveal(ctx, webhook, "webhook_secret") or "") if webhook["enable_security"] else "",
        timeout=float(webhook["timeout"] or 5),
    )


def settle(ctx: Context, call: Call, result: Result) -> None:
    """Note what came of an attempt, and plan the next one or give up. Nothing happens when the lease was lost."""
    shown = {name: REDACTED for name, _ in call.request.headers}
    values: dict[str, Any] = {
        "url": call.request.url,
        "headers": orjson.dumps({**shown, "webhook-id": call.request.id}).decode(),
        "error": result.error or None,
        "response": result.answer.text[:SHOWN] if result.answer else None,
        "response_status": result.answer.status if result.answer else None,
    }
    if result.error and not result.final and LINE.may_try_again(call.taken.row):
        LINE.put_back(ctx, call.taken, values)
        return
    body = {} if call.template else {"data": call.request.body, "template_data": None}
    LINE.finish(ctx, call.taken, {**values, **body, "status": FAILED if result.error else DELIVERED})
