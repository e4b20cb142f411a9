"""crm-platform worker: do the jobs of a site."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli.hook_options import MEGABYTES, SECONDS, HookLimit, HookMemory
from crm_platform.cli.output import say
from crm_platform.cli.site_option import SiteOption
from crm_platform.serving.engines import AUTOMATIC, require_engine
from crm_platform.serving.server import work_site
from crm_platform.serving.supervisor import HookLimits
from crm_platform.sites.folder import SiteFolder

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform worker --site mysite   ·   crm-platform worker --engine procrastinate --site mysite"
)
def worker(
    site: SiteOption,
    engine: Annotated[
        str,
        typer.Option(
            envvar="CRM_JOB_ENGINE",
            help="What wakes the worker: builtin, procrastinate (PostgreSQL only), or auto: what the site has had.",
        ),
    ] = AUTOMATIC,
    hook_limit: HookLimit = SECONDS,
    hook_memory: HookMemory = MEGABYTES,
) -> None:
    """Do the jobs of a site until Ctrl-C. `serve` has a worker of its own; more of them share the work."""
    require_engine(engine, SiteFolder(site).settings().database)
    raise typer.Exit(work_site(site, engine=engine, limits=HookLimits(hook_limit, hook_memory << 20), say=say))
