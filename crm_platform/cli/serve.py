"""crm-platform serve: the server of a site."""

from __future__ import annotations

from typing import Annotated

import typer

from crm_platform.cli.output import say
from crm_platform.cli.site_option import SiteOption
from crm_platform.serving.server import HOOK_LIMITS, serve_site
from crm_platform.serving.supervisor import HookLimits

app = typer.Typer(add_completion=False)


@app.command(epilog="Examples:  crm-platform serve --site mysite   ·   CRM_SITE=mysite crm-platform serve --port 8080")
def serve(
    site: SiteOption,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Serving processes; above 1 only on PostgreSQL.")] = 1,
    hook_limit: Annotated[
        float, typer.Option(min=1, envvar="CRM_HOOK_LIMIT", help="Seconds that a hook of a pack may run.")
    ] = HOOK_LIMITS.seconds,
    hook_memory: Annotated[
        int,
        typer.Option(min=128, envvar="CRM_HOOK_MEMORY", help="MB that a process may hold while a hook is at work."),
    ] = HOOK_LIMITS.memory >> 20,
) -> None:
    """Serve a site until Ctrl-C."""
    raise typer.Exit(
        serve_site(site, host, port, workers=workers, limits=HookLimits(hook_limit, hook_memory << 20), say=say)
    )
