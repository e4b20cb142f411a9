"""crm-platform serve: the server of a site."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli.hook_options import MEGABYTES, SECONDS, HookLimit, HookMemory
from crm_platform.cli.output import say
from crm_platform.cli.site_option import SiteOption
from crm_platform.serving.server import serve_site
from crm_platform.serving.supervisor import HookLimits

app = typer.Typer(add_completion=False)


@app.command(epilog="Examples:  crm-platform serve --site mysite   ·   CRM_SITE=mysite crm-platform serve --port 8080")
def serve(
    site: SiteOption,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Serving processes; above 1 only on PostgreSQL.")] = 1,
    hook_limit: HookLimit = SECONDS,
    hook_memory: HookMemory = MEGABYTES,
) -> None:
    """Serve a site until Ctrl-C."""
    raise typer.Exit(
        serve_site(site, host, port, workers=workers, limits=HookLimits(hook_limit, hook_memory << 20), say=say)
    )
