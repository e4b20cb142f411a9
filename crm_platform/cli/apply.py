"""crm-platform apply: make definition files part of a site, while its server runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from crm_platform.api.plan_jobs import rows_to_prepare
from crm_platform.cli import planning
from crm_platform.cli.check import show
from crm_platform.cli.definitions import draft_of
from crm_platform.cli.deliveries import report
from crm_platform.cli.options import OptionalPaths, RemovedOption, SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.cli.progress import progress
from crm_platform.database.interface import Step
from crm_platform.documents import drafts
from crm_platform.documents.carrying_out import is_lossy
from crm_platform.metadata.problems import errors_of
from crm_platform.sites import create
from crm_platform.sites.backup import back_up_before
from crm_platform.sites.opening import Site

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform apply --site mysite lead.json   ·   crm-platform apply --site mysite --yes app/"
)
def apply(
    site: SiteOption,
    paths: OptionalPaths = None,
    removed: RemovedOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before steps that lose something.")] = False,
    backup: Annotated[bool, typer.Option(help="Back the site up before steps that lose something.")] = True,
) -> None:
    """Apply definition files or folders; what they define is live at once, and `rollback` takes it back.

    Values are copied and indexes made beforehand, beside the running work; this may be stopped and repeated.
    """
    draft = draft_of(paths, removed)
    with opened(site) as open_one:
        planned = planning.preview(open_one, draft)
        show(planned.problems)
        if errors_of(planned.problems):
            raise typer.Exit(1)
        planning.show_changes(planned.changes)
        planning.show_steps(planned.steps)
        if is_lossy(planned.steps):
            accept_loss(open_one, planned.steps, yes=yes, backup=backup)
        prepare(open_one, planned.steps)
        with working("Applying…"):
            deliveries = [] if paths or removed else create.migrate(open_one)
            outcome = open_one.runtime.write(lambda ctx: drafts.apply(open_one.system(ctx), draft, "file"))
    for kind, keys in outcome.records.unknown.items():
        say(f"Ignored, because {kind} has no such field: {', '.join(keys)}")
    for refusal in outcome.records.left_out:
        say(f"Left out: {refusal.message()}", "yellow")
    report(deliveries)
    size = len(draft.definitions) + len(draft.removed)
    say(f"Applied {size - len(outcome.records.left_out)} definitions.")


def accept_loss(site: Site, steps: Sequence[Step], *, yes: bool, backup: bool) -> None:
    """Name what is lost and ask; then back the site up."""
    for planned in steps:
        for lost in site.runtime.database.misfits(planned) if planned.risk == "lossy" else ():
            doctype = planned.table.removeprefix("tab")
            say(f"{doctype} {lost} has a value that does not fit; it will be empty.", "yellow")
    if not yes:
        typer.confirm("Steps marked lossy give up something. Apply them?", abort=True)
    if backup:
        with working("Backing up…"):
            say(f"Backup before it: {back_up_before(site, 'plan')}")


def prepare(site: Site, steps: Sequence[Step]) -> None:
    """Do what takes long of `steps` beside the running work, with a bar."""
    total = rows_to_prepare(site.runtime.database, steps)
    with progress("Preparing…") as told:
        done = 0

        def counted(rows: int) -> None:
            nonlocal done
            done = min(done + rows, total)
            told(done, total)

        site.runtime.database.prepare(steps, counted)
