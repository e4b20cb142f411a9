"""The composition root: an open site and its abilities, wired into one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette

from crm_platform.api.app import create_app
from crm_platform.api.automation_methods import automation_methods
from crm_platform.api.import_methods import import_methods
from crm_platform.api.pack_methods import pack_methods
from crm_platform.api.plan_jobs import APPLY, ROLL_BACK, apply_task, roll_back_task
from crm_platform.api.reset_methods import SEND_LINK, send_link
from crm_platform.api.services import Services
from crm_platform.api.site import Options
from crm_platform.automation import tasks as automation
from crm_platform.automation.outlets import Outlets
from crm_platform.desk.routes import desk_methods, desk_routes
from crm_platform.files.attachments import Files
from crm_platform.files.received import ReceivedFiles
from crm_platform.files.storage import Storage
from crm_platform.jobs.leases import Leases
from crm_platform.jobs.schedules import Schedule, Schedules
from crm_platform.jobs.task import Task, Tasks
from crm_platform.jobs.worker import WatchJob, Worker, unwatched
from crm_platform.mail import delivery, fetching
from crm_platform.mail.attachments import Reader
from crm_platform.mail.delivery import Delivery
from crm_platform.mail.fetching import Fetching
from crm_platform.mail.receiving import Receiver
from crm_platform.outbound.outbound import Outbound
from crm_platform.packs.hooks import Hooks, guarded
from crm_platform.printing.service import Printing
from crm_platform.printing.taking import Sources
from crm_platform.privacy import heads, retention
from crm_platform.search import rebuilding
from crm_platform.sites.backup import back_up_before
from crm_platform.sites.housekeeping import DAILY, clear_away
from crm_platform.sites.outlets import automation_outlets
from crm_platform.sites.pack_service import PackService
from crm_platform.sites.recomputing import NIGHT_AND_DAY, recompute
from crm_platform.spreadsheets.writing import table_bytes
from crm_platform.transfer.duplicates import jobs as duplicates
from crm_platform.transfer.tasks import import_tasks
from crm_platform.webhooks import delivery as calling
from crm_platform.workflow.escalation import ESCALATE, EVERY_QUARTER_HOUR, escalate_in_steps

if TYPE_CHECKING:
    from crm_platform.documents.events import Watch
    from crm_platform.sites.opening import Site

Function = Callable[..., Any]
NO_TASKS: Mapping[str, Function] = MappingProxyType({})


def create_application(site: Site) -> Starlette:
    """The ASGI application of an open site; who opened the site closes it."""
    files = Files(Storage(site.folder.files))
    services = Services(
        printing=site_printing(site, files),
        export=TableFiles(),
        files=files,
        outbox=site.outbox,
        negotiate=site.catalogues.negotiate,
        pack_methods=PackMethods(lambda: site.hooks, site.source.watch),
        tasks=site_tasks(site),
        back_up=partial(backup_of, site),
        events=site.events,
    )
    options = Options(hosts=frozenset(site.settings.hosts))
    return create_app(
        site.runtime,
        site.access,
        services,
        options=options,
        routes=desk_routes(),
        methods=(
            *desk_methods(lambda: site.hooks.contributions("form_actions")),
            *automation_methods(site_outlets(site, files)),
            *import_methods(files.path_for, site.catalogues.languages),
            *pack_methods(PackService(site)),
        ),
    )


def engine_tasks(site: Site) -> dict[str, Function]:
    """The tasks of the engine's rooms by name ("core:…"): functions (ctx, **arguments) or jobs.task.Task.

    A room with tasks exports TASKS, or a function that makes them of what they need, and is named here.
    """
    files = Files(Storage(site.folder.files))
    return {
        **rebuilding.TASKS,
        **duplicates.TASKS,
        **import_tasks(files.path_for, site.catalogues.languages),
        recompute.name: recompute,
        APPLY: apply_task(partial(backup_of, site)),
        ROLL_BACK: roll_back_task(),
        **mail_delivery(site, files).tasks(),
        **mail_fetching(site, files).tasks(),
        **webhook_delivery(site, files).tasks(),
        SEND_LINK: as_system(site, partial(send_link, outbox=site.outbox, address=site.settings.address)),
        **automation.automation_tasks(site_outlets(site, files)),
        **{name: as_system(site, function) for name, function in automation.SYSTEM_TASKS.items()},
        "core:housekeeping": as_system(site, partial(clear_away, files=files)),
        "core:retention": as_system(site, partial(retention.enforce, drop=files.drop)),
        "core:audit_head": as_system(site, partial(heads.keep_head, path=site.folder.audit_heads)),
        ESCALATE: Task(ESCALATE, partial(escalate_in_steps, system=site.system), steps=True),
    }


def backup_of(site: Site) -> str:
    """Back a site up into its own folder, before a plan gives something up; where the backup is."""
    return str(back_up_before(site, "plan"))


def site_printing(site: Site, files: Files) -> Printing:
    """The print service of a site; its worker processes start when they are first needed."""
    return Printing(Sources(files, site.catalogues.messages, lambda: site.hooks))


def webhook_delivery(site: Site, files: Files) -> calling.Delivery:
    """What makes the calls of a site's webhooks."""
    return calling.Delivery(Outbound(site.settings.open_networks), site_printing(site, files).fill)


def mail_fetching(site: Site, files: Files) -> Fetching:
    """What fetches the mail of a site."""
    received = ReceivedFiles(files)
    return Fetching(received, Receiver(site.access.as_user, received.record))


def mail_delivery(site: Site, files: Files) -> Delivery:
    """What sends the mail of a site."""
    printing = site_printing(site, files)
    return Delivery(Reader(printing, files.storage), printing.fill, site.access.as_user, site.settings.address)


def site_outlets(site: Site, files: Files) -> Outlets:
    """What rules work with; templates are filled by worker processes that start when they are first needed."""
    return automation_outlets(site, Printing(Sources(files, site.catalogues.messages, lambda: site.hooks)))


ENGINE_SCHEDULES: Sequence[Schedule] = (
    *automation.SCHEDULES,
    Schedule("core:housekeeping", DAILY),
    Schedule("core:retention", retention.DAILY),
    Schedule("core:audit_head", heads.DAILY),
    *delivery.SCHEDULES,
    *fetching.SCHEDULES,
    *calling.SCHEDULES,
    Schedule(ESCALATE, EVERY_QUARTER_HOUR),
    Schedule(recompute.name, NIGHT_AND_DAY),
    *rebuilding.SCHEDULES,
    *duplicates.SCHEDULES,
)
"""Which of the engine's tasks run by the clock, with the system's user and no arguments."""


def site_tasks(site: Site, more: Mapping[str, Function] = NO_TASKS) -> Tasks:
    """Gives every task that a job of the site may name: those of the engine, of the packs enabled now, and `more`."""
    own = {**engine_tasks(site), **more}

    def every() -> Mapping[str, Function]:
        by_clock = {name: as_system(site, function) for name, _, function in pack_schedules(site.hooks)}
        packs = {task.name: task for _, table in site.hooks.contributions("tasks") for task in table.values()}
        return {**packs, **by_clock, **own}

    return every


def create_worker(
    site: Site, tasks: Mapping[str, Function] = NO_TASKS, *, watch: WatchJob = unwatched, place: str = ""
) -> Worker:
    """The worker of an open site: does the tasks and schedules of the engine and of the enabled packs, and `tasks`.

    `watch` hears which job is at work; `place` is the worker's place under its supervisor.
    """

    def every() -> list[Schedule]:
        return [*ENGINE_SCHEDULES, *(Schedule(name, cron) for name, cron, _ in pack_schedules(site.hooks))]

    return Worker(
        site.runtime,
        site_tasks(site, tasks),
        site.access.as_user,
        Schedules(every),
        watch,
        Leases(place) if place else Leases(),
    )


def pack_schedules(hooks: Hooks) -> Iterator[tuple[str, str, Function]]:
    """Name, cron expression and function of each schedule (hook `schedules`); the name begins with the pack's id."""
    for pack, table in hooks.contributions("schedules"):
        for cron, function in table.items():
            yield f"{pack}:{getattr(function, '__qualname__', 'schedule')} {cron}", cron, function


def as_system(site: Site, function: Function) -> Function:
    """`function` with the system's rights instead of those of the job's user."""
    return lambda ctx, **arguments: function(site.system(ctx), **arguments)


class TableFiles:
    """Rows as csv or xlsx."""

    def write(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
        return table_bytes(kind, columns, rows)


class PackMethods(Mapping[str, Function]):
    """The API methods of the packs that `hooks` names at each moment, as <pack>.<name>; collected anew when that
    changes. `watch` hears which one is at work."""

    def __init__(self, hooks: Callable[[], Hooks], watch: Watch) -> None:
        self._hooks = hooks
        self._watch = watch
        self._collected: tuple[Hooks | None, dict[str, Function]] = (None, {})

    def __getitem__(self, name: str) -> Function:
        return self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    def _current(self) -> dict[str, Function]:
        hooks = self._hooks()
        if self._collected[0] is not hooks:
            found = {
                f"{pack}.{name}": guarded(self._watch, pack, f"API method {name}", function)
                for pack, table in hooks.contributions("api_methods")
                for name, function in table.items()
            }
            self._collected = (hooks, found)
        return self._collected[1]
