"""crm-platform jobs: look at the jobs of a site, try again or discard what failed, cancel what is not wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crm_platform.app.tasks import site_tasks
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.jobs.records import Desk

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Look after the jobs of a site.",
    epilog="Examples:  crm-platform jobs list --state failed   ·   crm-platform jobs retry 4f1c22ab90",
)

JobArgument = Annotated[str, typer.Argument(metavar="ID", show_default=False, help="Id of the job, from `jobs list`.")]
COLUMNS = ("id", "task", "user", "state", "percent", "attempts", "created", "error")


@app.command("list", epilog="Example:  crm-platform jobs list --state failed")
def list_jobs(
    site: SiteOption,
    state: Annotated[str, typer.Option(help="queued, running, done, failed or cancelled.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many, the newest first.")] = 20,
) -> None:
    """List jobs, the newest first. Those that failed are kept until they are tried again or discarded."""
    rows = _at_desk(site, lambda desk: desk.list(state, limit))
    table = Table(*COLUMNS, box=None)
    for row in rows:
        table.add_row(*(Text(_shown(row[column])) for column in COLUMNS))
    Console(soft_wrap=True).print(table if rows else "There are no such jobs.", markup=False)


@app.command(epilog="Example:  crm-platform jobs retry 4f1c22ab90")
def retry(site: SiteOption, job: JobArgument) -> None:
    """Queue a job again that failed or was cancelled."""
    _at_desk(site, lambda desk: desk.retry(job))
    say(f"{job} is queued again.")


@app.command(epilog="Example:  crm-platform jobs discard 4f1c22ab90")
def discard(site: SiteOption, job: JobArgument) -> None:
    """Forget a job that failed or was cancelled; what it should have done is not done."""
    _at_desk(site, lambda desk: desk.discard(job))
    say(f"{job} is discarded.")


@app.command(epilog="Example:  crm-platform jobs cancel 4f1c22ab90")
def cancel(site: SiteOption, job: JobArgument) -> None:
    """Cancel a queued job at once; ask a running one to stop."""
    state = _at_desk(site, lambda desk: desk.cancel(job))["state"]
    say(f"{job} is cancelled." if state == "cancelled" else f"{job} is asked to stop.")


def _at_desk(folder: Path, work: Callable[[Desk], Any]) -> Any:
    with opened(folder) as site:
        tasks = site_tasks(site)
        return site.runtime.write(lambda ctx: work(Desk(site.system(ctx), tasks, manager=True)))


def _shown(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if hasattr(value, "strftime") else "" if value is None else str(value)
