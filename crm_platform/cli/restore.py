"""crm-platform restore: a site out of an archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.output import say, working
from crm_platform.privacy import audit
from crm_platform.sites import backup as backups

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform restore mysite.zip newsite   ·   "
    "crm-platform restore mysite.zip newsite --db postgresql://crm@localhost/crm"
)
def restore(
    archive: Annotated[
        Path, typer.Argument(metavar="FILE", show_default=False, help="An archive of crm-platform backup.")
    ],
    directory: Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="A new or empty folder.")],
    db: Annotated[
        str, typer.Option(help="URL of an empty PostgreSQL database; without it an SQLite file in DIR.")
    ] = "",
) -> None:
    """Make a site from a backup, on either database, and bring it up to the installed version."""
    with working("Restoring…"):
        site = backups.restore(archive, directory, database=db)
        head, damage = site.runtime.read(lambda ctx: audit.verify(site.system(ctx)))
        site.close()
    say(f"The site {directory} is restored.")
    if damage is not None:
        say(f"Entry {damage.sequence} of its audit log is bad: {damage.reason}.", "bold red")
    else:
        say(f"All {head.sequence} entries of its audit log are sound.")
    say(f"Serve it with: crm-platform serve --site {directory}")
