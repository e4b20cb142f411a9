"""What a worker does: the tasks of the engine's rooms and of the packs, and those of them that run by the clock.

The application asks for the tasks only when somebody asks about a job, and most requests do not: it does not load this
module, nor what only workers need (mail servers, calls to other machines).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crm_platform.api.plan_jobs import APPLY, ROLL_BACK, apply_task, roll_back_task
from crm_platform.api.print_jobs import PRINT, print_task
from crm_platform.api.reset_methods import SEND_LINK, send_link
from crm_platform.app.parts import backup_of, site_files, site_outlets, site_printing
from crm_platform.app.worker import NO_TASKS
from crm_platform.automation import tasks as automation
from crm_platform.events import forgetting as event_forgetting
from crm_platform.files.received import ReceivedFiles
from crm_platform.jobs.schedules import Schedule
from crm_platform.jobs.task import Function, Task, Tasks
from crm_platform.mail import delivery, fetching
from crm_platform.mail.attachments import Reader
from crm_platform.mail.delivery import Delivery
from crm_platform.mail.fetching import Fetching
from crm_platform.mail.receiving import Receiver
from crm_platform.outbound.outbound import Outbound
from crm_platform.privacy import heads, retention
from crm_platform.reports.mailing import sending
from crm_platform.reports.mailing.sending import Mailing
from crm_platform.search import forgetting as search_forgetting
from crm_platform.search import rebuilding
from crm_platform.sites.housekeeping import DAILY, clear_away
from crm_platform.sites.recomputing import NIGHT_AND_DAY, recompute
from crm_platform.transfer.duplicates import jobs as duplicates
from crm_platform.transfer.tasks import import_tasks
from crm_platform.webhooks import delivery as calling
from crm_platform.workflow.escalation import ESCALATE, EVERY_QUARTER_HOUR, escalate_in_steps

if TYPE_CHECKING:
    from crm_platform.files.attachments import Files
    from crm_platform.packs.hooks import Hooks
    from crm_platform.sites.opening import Site


def engine_tasks(site: Site) -> dict[str, Function]:
    """The tasks of the engine's rooms by name ("core:…"): functions (ctx, **arguments) or jobs.task.Task.

    A room with tasks exports TASKS, or a function that makes them of what they need, and is named here.
    """
    files = site_files(site)
    return {
        **rebuilding.TASKS,
        **search_forgetting.TASKS,
        **event_forgetting.TASKS,
        **duplicates.TASKS,
        **import_tasks(files.path_for, site.catalogues.languages),
        recompute.name: recompute,
        APPLY: apply_task(partial(backup_of, site)),
        ROLL_BACK: roll_back_task(),
        PRINT: print_task(site_printing(site, files), files),
        **mail_delivery(site, files).tasks(),
        **mail_fetching(site, files).tasks(),
        **webhook_delivery(site, files).tasks(),
        SEND_LINK: as_system(site, partial(send_link, outbox=site.outbox, address=site.settings.address)),
        **report_mailing(site, files).tasks(),
        **automation.automation_tasks(site_outlets(site, files)),
        **{name: as_system(site, function) for name, function in automation.SYSTEM_TASKS.items()},
        "core:housekeeping": as_system(site, partial(clear_away, files=files)),
        "core:retention": as_system(site, partial(retention.enforce, drop=files.drop)),
        "core:audit_head": as_system(site, partial(heads.keep_head, path=site.folder.audit_heads)),
        ESCALATE: Task(ESCALATE, partial(escalate_in_steps, system=site.system), steps=True),
    }


def webhook_delivery(site: Site, files: Files) -> calling.Delivery:
    """What makes the calls of a site's webhooks."""
    return calling.Delivery(Outbound(site.settings.open_networks), site_printing(site, files).fill)


def report_mailing(site: Site, files: Files) -> Mailing:
    """What mails the reports of a site."""
    return Mailing(site.system, site.access.as_user, ReceivedFiles(files), site.outbox.queue_mail)


def mail_fetching(site: Site, files: Files) -> Fetching:
    """What fetches the mail of a site."""
    received = ReceivedFiles(files)
    return Fetching(received, Receiver(site.access.as_user, received.record))


def mail_delivery(site: Site, files: Files) -> Delivery:
    """What sends the mail of a site."""
    printing = site_printing(site, files)
    return Delivery(Reader(printing, files.storage), printing.fill, site.access.as_user, site.settings.address)


ENGINE_SCHEDULES: Sequence[Schedule] = (
    *automation.SCHEDULES,
    Schedule("core:housekeeping", DAILY),
    Schedule("core:retention", retention.DAILY),
    Schedule("core:audit_head", heads.DAILY),
    *delivery.SCHEDULES,
    *fetching.SCHEDULES,
    *sending.SCHEDULES,
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


def tasks_now(site: Site) -> Mapping[str, Function]:
    """The tasks that there are at the moment."""
    return site_tasks(site)()


def site_schedules(site: Site) -> list[Schedule]:
    """What runs by the clock: of the engine, and of the packs enabled now."""
    return [*ENGINE_SCHEDULES, *(Schedule(name, cron) for name, cron, _ in pack_schedules(site.hooks))]


def pack_schedules(hooks: Hooks) -> Iterator[tuple[str, str, Function]]:
    """Name, cron expression and function of each schedule (hook `schedules`); the name begins with the pack's id."""
    for pack, table in hooks.contributions("schedules"):
        for cron, function in table.items():
            yield f"{pack}:{getattr(function, '__qualname__', 'schedule')} {cron}", cron, function


def as_system(site: Site, function: Function) -> Function:
    """`function` with the system's rights instead of those of the job's user."""
    return lambda ctx, **arguments: function(site.system(ctx), **arguments)
