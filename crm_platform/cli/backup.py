"""crm-platform backup: the whole site as one archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.sites import backup as backups

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform backup --site mysite   ·   crm-platform backup --site mysite /backups/mysite.zip"
)
def backup(
    site: SiteOption,
    archive: Annotated[
        Path | None, typer.Argument(metavar="FILE", show_default=False, help="New file; by default named by the time.")
    ] = None,
) -> None:
    """Write rows, files, definitions and the secret key of a site to one archive, while the site goes on working."""
    target = archive or Path(f"{site.resolve().name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip")
    with opened(site) as open_one, progress("Backing up…") as told:
        rows = _Rows()
        backups.backup(open_one, target, lambda count: told(rows.add(count), 0))
    say(f"{target} holds {rows.total} rows, all files, and the secret key: keep it as you keep the site.")


class _Rows:
    """Counts rows while tables go by."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, count: int) -> int:
        self.total += count
        return self.total
