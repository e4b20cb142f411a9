"""crm-platform pack enable, disable, upgrade and uninstall: a plan is shown, then carried out in one transaction."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli import planning
from crm_platform.cli.check import show as show_problems
from crm_platform.cli.deliveries import report
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say, working
from crm_platform.metadata.problems import errors_of
from crm_platform.sites import pack_changes
from crm_platform.sites.opening import Site
from crm_platform.sites.pack_export import export
from crm_platform.sites.pack_import import load
from crm_platform.sites.pack_plan import Action, PackPlan

PackArgument = Annotated[str, typer.Argument(metavar="PACK", show_default=False, help="Id of the pack.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: for scripts.")]


def enable(pack: PackArgument, site: SiteOption, yes: Yes = False) -> None:
    """Show what a pack brings and enable it: it is live at once, also in a server that runs."""
    with opened(site) as open_one:
        carry_out(open_one, "enable", pack, yes=yes)
    say(f"Pack {pack} is enabled.")


def disable(pack: PackArgument, site: SiteOption) -> None:
    """Disable a pack. Its documents stay in the database, hidden, until it is enabled again."""
    with opened(site) as open_one, working(f"Disabling {pack}…"):
        deliveries = open_one.runtime.write(
            lambda ctx: pack_changes.apply(open_one, open_one.system(ctx), "disable", pack)
        )
    say(f"Pack {pack} is disabled. Its documents are kept and come back with it.")
    report(deliveries)


def upgrade(pack: PackArgument, site: SiteOption, yes: Yes = False) -> None:
    """Bring a pack to its installed version. What the site has changed stays, and conflicts are listed."""
    with opened(site) as open_one:
        plan = carry_out(open_one, "upgrade", pack, yes=yes)
    say(f"Pack {pack} is at version {plan.version}.")


def uninstall(
    pack: PackArgument,
    site: SiteOption,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep its data, hidden, for the time when it comes back.")
    ] = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--export", show_default=False, metavar="FILE", help="Write its data to a new file, then drop them."
        ),
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Drop its data for good.")] = False,
    yes: Yes = False,
) -> None:
    """Take a pack off a site for good: say what becomes of its data. What another pack brings as well stays."""
    if keep + drop + (file is not None) != 1:
        raise typer.BadParameter("Choose one of --keep, --export FILE and --drop.")
    with opened(site) as open_one:
        if file is not None:
            with working(f"Writing {file}…"):
                say(f"{export(open_one, pack, file)} documents and values are in {file}.")
        carry_out(open_one, "uninstall" if keep else "drop", pack, yes=yes)
    say(f"Pack {pack} is uninstalled. " + ("Its data are kept." if keep else "Nothing of it is left."))


def import_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="What uninstall --export wrote.")],
    site: SiteOption,
) -> None:
    """Bring the exported data of a pack back, which must be enabled again. What is there already stays as it is."""
    with opened(site) as open_one, working(f"Reading {file}…"):
        loaded = load(open_one, file)
    say(f"{loaded.brought} documents and values came back; {loaded.left} stayed as they are.")


def carry_out(site: Site, action: Action, pack: str, *, yes: bool) -> PackPlan:
    """Show the plan, ask a person or before anything is lost, and apply exactly this plan."""
    with working("Planning…"):
        plan = site.runtime.write(lambda ctx: pack_changes.preview(site, site.system(ctx), action, pack))
    show(plan)
    is_lossy = any(step.risk == "lossy" for step in plan.steps)
    if not yes and (is_lossy or sys.stdin.isatty()):
        typer.confirm("Steps marked lossy give up something. Go on?" if is_lossy else "Go on?", abort=True)
    with working("Applying…"):
        deliveries = site.runtime.write(lambda ctx: pack_changes.apply(site, site.system(ctx), action, pack, plan.id))
    report(deliveries)
    return plan


def show(plan: PackPlan) -> None:
    """Definitions, tables, records and conflicts; ends with 1 when there are faults."""
    show_problems(plan.problems)
    if errors_of(plan.problems):
        raise typer.Exit(1)
    planning.show_changes(plan.changes)
    planning.show_steps(plan.steps)
    for outcome in ("new", "changed", "removed"):
        named = [f"{kind} {name}" for kind, name, what in plan.records if what == outcome]
        if named:
            say(f"Records, {outcome}: {', '.join(named)}")
    for conflict in plan.conflicts:
        say(f"Conflict at {conflict.place}: the pack says {conflict.pack}; the site keeps {conflict.site}.", "yellow")
