"""crm-platform undo-import: takes an import back, except what was edited since."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.errors import render
from crm_platform.sites.opening import Site
from crm_platform.transfer import log
from crm_platform.transfer.undoing import Undoing

app = typer.Typer(add_completion=False)

NameArgument = Annotated[
    str, typer.Argument(metavar="[NAME]", help="The Data Import; without it, the newest are listed.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="List what would be kept and why, change nothing.")]

COLUMNS = ("name", "creation", "owner", "reference_doctype", "file_name", "imported_rows", "updated_rows", "status")
NEWEST = 20


@app.command(epilog="Examples:  crm-platform undo-import   ·   crm-platform undo-import 4f1c22ab90 --dry-run")
def undo_import(
    site: SiteOption,
    name: NameArgument = "",
    dry_run: DryRunOption = False,
    user: Annotated[str, typer.Option(help="Whose rights it has.")] = ADMINISTRATOR,
) -> None:
    """Take an import back: remove what it added, restore what it changed; what was edited since is kept and listed."""
    with opened(site) as open_one, progress("Taking back") as told:
        if not name:
            list_imports(open_one, user)
            return
        undoing = Undoing(open_one.runtime, lambda ctx: open_one.access.as_user(ctx, user), told)
        undone = undoing.run(name, dry_run=dry_run)
    for kept in undone.kept:
        typer.echo(f"{kept.name}: {render(kept.template, kept.params)}")
    counts = f"{undone.removed} removed, {undone.restored} restored, {len(undone.kept)} kept."
    say(f"{counts} Nothing was changed: it was a dry run." if dry_run else counts)
    if undone.kept:
        raise typer.Exit(1)


def list_imports(site: Site, user: str) -> None:
    """The newest imports, one a line."""
    rows = site.runtime.read(
        lambda ctx: site.access.as_user(ctx, user).store.list(
            log.DOCTYPE, fields=COLUMNS, order_by="creation desc", limit=NEWEST
        )
    )
    for row in rows:
        counts = f"{row['imported_rows'] or 0} added, {row['updated_rows'] or 0} changed"
        when = f"{row['creation']:%Y-%m-%d %H:%M}"
        what = f"{row['reference_doctype']} from {row['file_name']}"
        typer.echo(f"{row['name']}  {when}  {what}: {counts} ({row['status']}, {row['owner']})")
    if not rows:
        say("Nothing was imported.")
