"""crm-platform history: the plans that were applied, and what each changed."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli import planning
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.tables import show_table
from crm_platform.documents import plans
from crm_platform.documents.plans import Applied
from crm_platform.metadata.diff import Change

app = typer.Typer(add_completion=False)

NUMBER = "Show what this plan changed."


@app.command(epilog="Examples:  crm-platform history --site mysite   ·   crm-platform history --site mysite --plan 12")
def history(
    site: SiteOption,
    number: Annotated[int | None, typer.Option("--plan", help=NUMBER, show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many of the newest to list.")] = 20,
) -> None:
    """List the changes of definitions: who applied them, when, how, and which were taken back."""
    with opened(site) as open_one:
        if number is not None:
            _show(open_one.runtime.read(lambda ctx: plans.find(ctx, number)))
            return
        listed = open_one.runtime.read(lambda ctx: plans.history(ctx, limit=limit))
        planning.show_unfinished(open_one)
    show_table(("Plan", "Applied", "By", "How", "What", "Taken back"), [_row(plan) for plan in listed])
    say(f"{len(listed)} plans. Times are UTC.")


def _row(plan: Applied) -> tuple[str, ...]:
    back = f"{plan.rolled_back_at:%Y-%m-%d %H:%M} {plan.rolled_back_by}" if plan.rolled_back_at else ""
    return (str(plan.id), f"{plan.applied_at:%Y-%m-%d %H:%M}", plan.user, plan.origin, plan.title, back)


def _show(plan: Applied) -> None:
    say(f"{plan.id}: {plan.title}")
    planning.show_changes([Change(**change) for change in plan.changes])
    planning.show_steps(plan.steps)
    for (kind, name), body in plan.after.items():
        verb = "removed" if body is None else "changed" if plan.before[kind, name] else "new"
        say(f"{kind} {name}: {verb}")
