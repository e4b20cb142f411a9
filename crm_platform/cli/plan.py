"""crm-platform plan: what applying definition files would do."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli import planning
from crm_platform.cli.check import show
from crm_platform.cli.definitions import draft_of
from crm_platform.cli.options import OptionalPaths, RemovedOption, SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.metadata.problems import errors_of

app = typer.Typer(add_completion=False)

TIMED = "Carry the steps out on a copy of the database and show how long each takes."


@app.command(
    epilog="Examples:  crm-platform plan --site mysite doctypes/   ·   crm-platform plan --site mysite --time doctypes/"
)
def plan(
    site: SiteOption,
    paths: OptionalPaths = None,
    removed: RemovedOption = None,
    timed: Annotated[bool, typer.Option("--time", "--dry-run", help=TIMED)] = False,
) -> None:
    """Show what `apply` would do, with the risk of each step. Changes nothing. Ends with 1 on errors."""
    draft = draft_of(paths, removed)
    with opened(site) as open_one:
        planned = planning.preview(open_one, draft)
        faulty = errors_of(planned.problems)
        show(planned.problems if paths else faulty)  # of what is in force the warnings were told when it came
        planning.show_changes(planned.changes)
        with working("Trying it out on a copy…" if timed else "Counting rows…"):
            forecasts = planning.forecasts(open_one, () if faulty else planned.steps, rehearsed=timed)
        planning.show_unfinished(open_one)
        database = open_one.runtime.database
        held, lasts = database.writers_wait(forecasts), database.lasts(forecasts)
    planning.show_forecasts(forecasts, held, lasts)
    planning.show_records(planned.records)
    say(f"{len(planned.changes)} changes of definitions, {len(planned.steps)} changes of tables, {len(faulty)} errors.")
    if faulty:
        raise typer.Exit(1)
