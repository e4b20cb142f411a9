"""The worker of a site."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from crm_platform.deferred import Deferred
from crm_platform.jobs.leases import Leases
from crm_platform.jobs.schedules import Schedule, Schedules
from crm_platform.jobs.task import Function, Tasks
from crm_platform.jobs.worker import WatchJob, Worker, unwatched

if TYPE_CHECKING:
    from crm_platform.sites.opening import Site

NO_TASKS: Mapping[str, Function] = MappingProxyType({})

TASKS = "crm_platform.app.tasks"
site_tasks: Callable[[Site, Mapping[str, Function]], Tasks] = Deferred(TASKS, "site_tasks")
site_schedules: Callable[[Site], Sequence[Schedule]] = Deferred(TASKS, "site_schedules")


def create_worker(
    site: Site, tasks: Mapping[str, Function] = NO_TASKS, *, watch: WatchJob = unwatched, place: str = ""
) -> Worker:
    """The worker of an open site: does the tasks and schedules of the engine and of the enabled packs, and `tasks`.

    `watch` hears which job is at work; `place` is the worker's place under its supervisor.
    """
    return Worker(
        site.runtime,
        site_tasks(site, tasks),
        site.access.as_user,
        Schedules(partial(site_schedules, site)),
        watch,
        Leases(place) if place else Leases(),
    )
