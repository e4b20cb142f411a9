"""A worker that procrastinate wakes: it delivers each job at once or when it is due, over LISTEN and NOTIFY.

Beside it runs the worker of every site: it queues what the clock asks for, finds lost workers, and does what was not
delivered for a while, as the jobs of a server that does not know of procrastinate yet.
"""

from __future__ import annotations

import asyncio
from threading import Thread

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from crm_platform.jobs.procrastinate_queue import QUEUE, TASK, dispatch, is_installed
from crm_platform.jobs.worker import Worker

PATIENCE = 5.0
"""Seconds after which a due job that was not delivered is done all the same."""

LOOK_EVERY = 1.0
STALLED = 30.0
"""Seconds without a sign of life after which procrastinate's worker counts as dead."""


def run(worker: Worker, url: str) -> None:
    """Work until `worker.stopping` is set; `url` is that of the site's PostgreSQL database.

    Raises procrastinate's ConnectorException when its tables cannot be made.
    """
    asyncio.run(_run(worker, url))


async def _run(worker: Worker, url: str) -> None:
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.task(name=TASK, queue=QUEUE)
    def deliver(job: str) -> None:
        worker.deliver(job)

    async with app.open_async():
        await _install(worker, app)
        beside = Thread(target=worker.run, name="worker", daemon=True)
        beside.start()
        delivering = asyncio.create_task(_deliver(app))
        burying = asyncio.create_task(_bury(app))
        await asyncio.to_thread(worker.stopping.wait)
        for work in (delivering, burying):
            work.cancel()
        await asyncio.gather(delivering, burying, return_exceptions=True)
        await asyncio.to_thread(beside.join)


async def _install(worker: Worker, app: App) -> None:
    """Make procrastinate's tables at the first start on a site."""
    database = worker.runtime.database
    if not await asyncio.to_thread(database.read, is_installed):
        try:
            await app.schema_manager.apply_schema_async()
        except ConnectorException:
            if not await asyncio.to_thread(database.read, is_installed):  # else another worker was first
                raise
    worker.runtime.dispatch = dispatch
    worker.leases.patience = PATIENCE


async def _deliver(app: App) -> None:
    await app.run_worker_async(
        queues=[QUEUE],
        concurrency=1,
        install_signal_handlers=False,
        fetch_job_polling_interval=LOOK_EVERY,
        delete_jobs="always",
        update_heartbeat_interval=STALLED / 3,
        stalled_worker_timeout=STALLED,
    )


async def _bury(app: App) -> None:
    """Remove the deliveries of dead workers: our own table says what becomes of their jobs."""
    while True:
        for stalled in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=STALLED):
            await app.job_manager.finish_job(stalled, Status.ABORTED, delete_job=True)
        await asyncio.sleep(STALLED)
