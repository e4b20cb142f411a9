"""crm-platform worker: do the jobs of a site."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli.output import say
from crm_platform.cli.site_option import SiteOption
from crm_platform.serving.server import HOOK_LIMIT, work_site

app = typer.Typer(add_completion=False)


@app.command(epilog="Example:  crm-platform worker --site mysite")
def worker(
    site: SiteOption,
    hook_limit: Annotated[
        float, typer.Option(min=1, envvar="CRM_HOOK_LIMIT", help="Seconds that a hook of a pack may run.")
    ] = HOOK_LIMIT,
) -> None:
    """Do the jobs of a site until Ctrl-C. `serve` has a worker of its own; more of them share the work."""
    raise typer.Exit(work_site(site, hook_limit=hook_limit, say=say))
