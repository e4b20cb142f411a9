"""crm-platform rollback: take applied plans back."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli import planning
from crm_platform.cli.apply import prepare
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.documents import rollback as rolling_back
from crm_platform.documents.rollback import TakenBack
from crm_platform.sites.opening import Site

app = typer.Typer(add_completion=False)

TO = "Number of a plan in `history`: take it back, and before it all newer ones."


@app.command(epilog="Examples:  crm-platform rollback --site mysite   ·   crm-platform rollback --site mysite --to 12")
def rollback(
    site: SiteOption,
    to: Annotated[int | None, typer.Option("--to", help=TO, show_default=False)] = None,
) -> None:
    """Take back the newest change of definitions. Values of fields that go are kept, hidden."""
    with opened(site) as open_one:
        for number in _numbers(open_one, to):
            taken = _take_back(open_one, number)
            planning.show_steps(taken.steps)
            for refusal in taken.kept:
                say(f"Kept: {refusal.message()}", "yellow")
            say(f"Taken back: {taken.plan.title}")


def _numbers(site: Site, to: int | None) -> list[int]:
    if to is None:
        return [site.runtime.read(rolling_back.newest).id]
    return [plan.id for plan in site.runtime.read(lambda ctx: rolling_back.back_to(ctx, to))]


def _take_back(site: Site, number: int) -> TakenBack:
    """Prepare beside the running work, then switch."""
    prepare(site, site.runtime.write(lambda ctx: rolling_back.steps_back(site.system(ctx))))
    with working("Taking back…"):
        return site.runtime.write(lambda ctx: rolling_back.rollback(site.system(ctx), number))
