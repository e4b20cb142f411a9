"""crm-platform demo: a site with example data, ready to look at."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from crm_platform.cli.output import say, working
from crm_platform.demo.history import history
from crm_platform.demo.history.records import Record
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.serving.server import serve_site
from crm_platform.sites import create, packs
from crm_platform.sites.demo import demo_records, fill
from crm_platform.sites.health import print_libraries
from crm_platform.sites.opening import Site
from crm_platform.spreadsheets.source import Source
from crm_platform.transfer.importing import Importer, ImportRequest
from crm_platform.transfer.mapping import read_mapping
from crm_platform.transfer.report import Report

app = typer.Typer(add_completion=False)
PACKS = ("warranty",)
MANAGER = "manager@example.com"


@app.command(
    epilog="Examples:  crm-platform demo   ·   crm-platform demo --large   ·   crm-platform demo ./site --port 8080"
)
def demo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Keep the site here; without it, it goes when you stop it.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    password: Annotated[str, typer.Option(help="Password of all demo users; by default one is made.")] = "",
    large: Annotated[
        bool, typer.Option("--large", help="With 2,000 customers and three years of history, in half a minute more.")
    ] = False,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of that history; the same day gives the same figures."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Instead of the demo data, the files that imports.json in this folder names.")
    ] = None,
) -> None:
    """Make a demo site on SQLite with customers, opportunities and warranty claims, and serve it until Ctrl-C."""
    chosen = password or secrets.token_urlsafe(9)
    last = (until or datetime.now()).date()
    with place(directory) as folder:
        if data is None:
            make(folder, chosen, list(history(last)) if large else ())
        else:
            make_of_files(folder, chosen, data)
        warn_about_printing()
        code = serve_site(folder, host, port, say=say, ready=lambda address: welcome(address, chosen))
    raise typer.Exit(code)


@contextmanager
def place(directory: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or one that goes afterwards."""
    if directory is not None:
        yield directory
        return
    above = Path(tempfile.mkdtemp(prefix="crm-platform-demo-"))
    try:
        yield above / "demo-site"
    finally:
        shutil.rmtree(above, ignore_errors=True)


def make(folder: Path, password: str, more: Collection[Record] = ()) -> None:
    """The site with the demo data, and `more` records after it."""
    with working("Making the site…"):
        site = create.new_site(folder, admin_password=password)
    try:
        _fill(site, password, more)
    finally:
        site.close()


def make_of_files(folder: Path, password: str, data: Path) -> None:
    """A site with the files of a folder such as examples/crm_sales_opportunities, in the order of its imports.json."""
    with working("Making the site…"):
        site = create.new_site(folder, admin_password=password)
    try:
        for step in json.loads((data / "imports.json").read_bytes()):
            with working(f"Importing {step['doctype']}…"):
                bring_in(site, data, step)
    finally:
        site.close()


def bring_in(site: Site, data: Path, step: Mapping[str, str]) -> Report:
    """Import one file of the folder `data`."""
    mapping, source = read_mapping(data / step["mapping"]), Source(data / step["file"])
    request = ImportRequest(step["doctype"], source, mapping, languages=site.catalogues.languages)
    return Importer(site.runtime, lambda ctx: site.access.as_user(ctx, ADMINISTRATOR)).run(request)


def _fill(site: Site, password: str, more: Collection[Record]) -> None:
    for pack in PACKS:
        if any(found.id == pack for found in site.source.installed):
            site.runtime.write(lambda ctx, pack=pack: packs.enable(site, site.system(ctx), pack))  # type: ignore[misc]
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Demo data", total=len(demo_records(site)) + len(more))
        fill(site, password, lambda done: progress.update(task, completed=done), more)


def warn_about_printing() -> None:
    for finding in print_libraries():
        if finding.remedy:
            say(f"{finding.text} {finding.remedy}", "yellow")


def welcome(address: str, password: str) -> None:
    say(f"\nThe demo is at {address}", "bold")
    say(f"Sign in as {ADMINISTRATOR} or as {MANAGER} (reads Chinese), password: {password}")
    say("Ctrl-C stops it.")
