"""crm-platform rollback: take the newest applied plan back."""

from __future__ import annotations

import typer

from crm_platform.cli import planning
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.documents import modelling

app = typer.Typer(add_completion=False)


@app.command(epilog="Example:  crm-platform rollback --site mysite")
def rollback(site: SiteOption) -> None:
    """Take back the newest change of definitions. Values of fields that go are kept, hidden."""
    with opened(site) as open_one, working("Taking back…"):
        title, planned = open_one.runtime.write(lambda ctx: modelling.rollback(open_one.system(ctx)))
    planning.show_steps(planned.steps)
    say(f"Taken back: {title}")
