"""crm-platform sweep: take away what plans that were broken off have left."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working

app = typer.Typer(add_completion=False)

FIVE_MINUTES = 300
IDLE = "Seconds that nobody has worked on it: what is at work now is left."


@app.command(epilog="Examples:  crm-platform sweep --site mysite   ·   crm-platform sweep --site mysite --idle 0")
def sweep(
    site: SiteOption,
    idle: Annotated[int, typer.Option(min=0, help=IDLE)] = FIVE_MINUTES,
) -> None:
    """Take away what was prepared for plans that were broken off. Applying such a plan again takes it up instead."""
    with opened(site) as open_one:
        with working("Sweeping…"):
            swept = open_one.runtime.database.sweep(timedelta(seconds=idle))
        for one in swept:
            say(f"Taken away: {one.text}")
        left = open_one.runtime.database.unfinished()
    say(f"{len(swept)} preparations were taken away, {len(left)} are left.")
