"""crm-platform apply: make definition files part of a site, while its server runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from crm_platform.cli import planning
from crm_platform.cli.check import show
from crm_platform.cli.definitions import as_bodies, readable, shapes_model
from crm_platform.cli.deliveries import report
from crm_platform.cli.options import OptionalPaths, SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.metadata.problems import errors_of
from crm_platform.metadata.records import Definition
from crm_platform.sites import create
from crm_platform.sites.opening import Site

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform apply --site mysite lead.json   ·   crm-platform apply --site mysite --yes app/"
)
def apply(
    site: SiteOption,
    paths: OptionalPaths = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before steps that lose something.")] = False,
) -> None:
    """Apply definition files or folders; what they define is live at once, and `rollback` takes it back."""
    definitions = readable(paths or [])
    with opened(site) as open_one:
        planned = planning.plan(open_one, definitions)
        show(planned.problems)
        if errors_of(planned.problems):
            raise typer.Exit(1)
        planning.show_changes(planned.changes)
        planning.show_steps(planned.steps)
        if planning.lossy(planned.steps) and not yes:
            typer.confirm("Steps marked lossy give up something. Apply them?", abort=True)
        with working("Applying…"):
            open_one.runtime.database.prepare(planned.steps)
            deliveries = [] if paths else create.migrate(open_one)
            records = open_one.runtime.write(lambda ctx: _apply(open_one, ctx, definitions))
    for key in records.unknown:
        say(f"Ignored, because no field has this name: {key}")
    for record in records.left_out:
        say(f"Left out: {record}", "yellow")
    report(deliveries)
    say(f"Applied {len(definitions) - len(records.left_out)} definitions.")


def _apply(site: Site, ctx: Context, definitions: Sequence[Definition]) -> planning.Records:
    ctx = site.system(ctx)
    changes = as_bodies(definitions)
    if changes:
        planned = modelling.apply(ctx, changes, f"apply {', '.join(name for _, name in changes)}"[:140])
        ctx = ctx.with_definitions(planned.merged.definitions)
    return planning.save_records(ctx, [one for one in definitions if not shapes_model(one)])
