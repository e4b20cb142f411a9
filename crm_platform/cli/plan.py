"""crm-platform plan: what applying definition files would do."""

from __future__ import annotations

import typer

from crm_platform.cli import planning
from crm_platform.cli.check import show
from crm_platform.cli.definitions import readable, shapes_model
from crm_platform.cli.options import OptionalPaths, SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.metadata.problems import errors_of

app = typer.Typer(add_completion=False)


@app.command(epilog="Example:  crm-platform plan --site mysite doctypes/")
def plan(site: SiteOption, paths: OptionalPaths = None) -> None:
    """Show what `apply` would do, with the risk of each step. Changes nothing. Ends with 1 on errors."""
    definitions = readable(paths or [])
    with opened(site) as open_one:
        planned = planning.plan(open_one, definitions)
    show(planned.problems)
    planning.show_changes(planned.changes)
    planning.show_steps(planned.steps)
    records = [f"{one.kind} {one.name}" for one in definitions if not shapes_model(one)]
    if records:
        say(f"Documents to save: {', '.join(records)}")
    say(
        f"{len(planned.changes)} changes of definitions, {len(planned.steps)} changes of tables, "
        f"{len(errors_of(planned.problems))} errors."
    )
    if errors_of(planned.problems):
        raise typer.Exit(1)
