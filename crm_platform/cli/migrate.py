"""crm-platform migrate: bring a site up to the installed version."""

from __future__ import annotations

import typer

from crm_platform.cli.deliveries import report
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.sites import create
from crm_platform.sites.backup import back_up_before

app = typer.Typer(add_completion=False)


@app.command(epilog="Example:  crm-platform migrate --site mysite")
def migrate(site: SiteOption) -> None:
    """Bring a site up to the installed version of the product and its packs. What the site changed stays."""
    with opened(site) as open_one:
        if create.gives_up(open_one):
            with working("Backing up…"):
                say(f"Values are converted. Backup before it: {back_up_before(open_one, 'migrate')}")
        with working("Migrating…"):
            deliveries = create.migrate(open_one)
    say(f"The site {site} is up to date.")
    report(deliveries)
