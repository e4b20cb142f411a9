"""crm-platform pack: the packs that are installed, which of them a site uses, and making and testing one's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli import pack_changes, pack_kit
from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.pack_changes import PackArgument
from crm_platform.cli.tables import show_table
from crm_platform.packs.discovery import discover
from crm_platform.sites import packs
from crm_platform.sites.packs import PackStatus

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="List packs, put one on a site, upgrade it, take it off; make and test your own.",
    epilog="Examples:  crm-platform pack list   ·   crm-platform pack enable warranty --site mysite   ·   "
    "crm-platform pack uninstall warranty --keep --site mysite   ·   "
    "crm-platform pack settings loans days=14 --site mysite   ·   crm-platform pack new rental   ·   "
    "crm-platform pack test rental_pack",
)
for command in (pack_changes.enable, pack_changes.disable, pack_changes.upgrade, pack_changes.uninstall):
    app.command()(command)
app.command("import")(pack_changes.import_data)
app.command("new")(pack_kit.new)
app.command("test")(pack_kit.test)
OptionalSite = Annotated[
    Path | None, typer.Option("--site", envvar="CRM_SITE", show_default=False, help="Folder of the site, if any.")
]


@app.command("list")
def list_packs(site: OptionalSite = None) -> None:
    """List the installed packs; with a site, also which are enabled there and what is wrong with them."""
    if site is None:
        show(
            PackStatus(
                found.id,
                found.pack.manifest.title if found.pack else "",
                found.pack.manifest.version if found.pack else "",
                enabled=False,
                problem=found.problem,
            )
            for found in discover()
        )
        return
    with opened(site) as open_one:
        show(open_one.runtime.database.read(lambda connection: packs.pack_list(open_one, connection)))


def show(rows: Iterable[PackStatus]) -> None:
    show_table(("Pack", "Title", "Version", "Enabled", "Problem"), map(_row, rows))


def _row(pack: PackStatus) -> tuple[str, ...]:
    waits = f"{pack.upgrade} waits for: crm-platform pack upgrade {pack.id}" if pack.upgrade else ""
    return (pack.id, pack.title, pack.version, "yes" if pack.enabled else "", pack.problem or waits)


@app.command()
def settings(
    pack: PackArgument,
    site: SiteOption,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE…", show_default=False, help="Settings to change.")
    ] = None,
) -> None:
    """Show the settings of a pack on a site, changed ones live at once."""
    pairs = [value.partition("=") for value in values or []]
    if not all(sign for _, sign, _ in pairs):
        raise typer.BadParameter("Write each setting as NAME=VALUE.")
    wanted = {name: text for name, _, text in pairs}
    with opened(site) as open_one:
        found = open_one.runtime.write(lambda ctx: packs.settings(open_one, open_one.system(ctx), pack, wanted))
    for name, text in found.items():
        say(f"{name}={text}")
