"""crm.jobs.*: work in the background as its user follows it, and as a System Manager looks after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from crm_platform.access.privilege import is_manager
from crm_platform.api.call import Call
from crm_platform.api.methods import WRITING, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.jobs.records import Desk


def desk(call: Call, work: Callable[[Desk], Any]) -> Callable[[Context], Any]:
    """`work` with the jobs that the caller may see: the own ones, for a System Manager those of everybody."""
    return lambda ctx: work(Desk(ctx, call.site.services.tasks, is_manager(ctx)))


async def list_jobs(call: Call, state: str = "", limit: int = 20) -> Response:
    """The newest own jobs (of a System Manager: all), perhaps those in one state: queued, running, done, failed or
    cancelled."""
    return method_response(await call.read(desk(call, lambda jobs: jobs.list(state, limit))), call.style)


async def get_job(call: Call, job: str) -> Response:
    """One job: its state, its progress in percent and a sentence, its arguments and, when it is done, its result."""
    return method_response(await call.read(desk(call, lambda jobs: jobs.get(job))), call.style)


async def cancel_job(call: Call, job: str) -> Response:
    """Cancel a queued job at once, ask a running one to stop; answers its record."""
    return method_response(await call.write(desk(call, lambda jobs: jobs.cancel(job))), call.style)


async def retry_job(call: Call, job: str) -> Response:
    """Queue a job again that failed or was cancelled; answers its record."""
    return method_response(await call.write(desk(call, lambda jobs: jobs.retry(job))), call.style)


async def discard_job(call: Call, job: str) -> Response:
    """Forget a job that failed or was cancelled. For System Managers."""
    return method_response(await call.write(desk(call, lambda jobs: jobs.discard(job))), call.style)


METHODS = (
    ShellMethod("crm.jobs.list", list_jobs),
    ShellMethod("crm.jobs.get", get_job),
    ShellMethod("crm.jobs.cancel", cancel_job, writes=True, verbs=WRITING),
    ShellMethod("crm.jobs.retry", retry_job, writes=True, verbs=WRITING),
    ShellMethod("crm.jobs.discard", discard_job, writes=True, verbs=WRITING),
)
