"""Computed fields and sort keys of a site: what a change of the model left to the worker, and `doctor --repair`."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.documents import backfill, sorting
from crm_platform.documents.recompute import Difference, repair
from crm_platform.jobs.job import Job
from crm_platform.jobs.task import task
from crm_platform.sites.opening import Site

NIGHT_AND_DAY = "*/10 * * * *"
"""Cron expression: how long new computed fields of many documents wait for the worker at most."""

AN_HOUR = 3600.0
"""Seconds that filling a large site may take."""


@task("core:recompute", steps=True, time_limit=AN_HOUR)
def recompute(job: Job) -> None:
    """Fill the computed fields that wait for it, batch by batch; a killed worker starts again from the beginning."""
    note = job.read(backfill.pending)
    if note:
        for _ in repair(job.write, job.read(lambda ctx: ctx.definitions), unsteady=True):
            pass
        job.write(lambda ctx: backfill.done(ctx, note))
    while job.write(sorting.fill):
        pass


def mend(site: Site) -> Iterator[Difference]:
    """Store what the sources of every computed field give; yields each value that was otherwise."""
    note = site.runtime.read(backfill.pending)
    yield from repair(site.runtime.write, site.runtime.read(lambda ctx: ctx.definitions))
    site.runtime.write(lambda ctx: backfill.done(ctx, note))
