"""crm-platform demo: a site with example data, ready to look at."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from crm_platform.app import create_worker
from crm_platform.cli.output import say, working
from crm_platform.demo.dates import DAY
from crm_platform.demo.history import history, small_history, work_of_today
from crm_platform.demo.history.records import Record
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.jobs.tables import JOB, QUEUED
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
PACKS = ("warranty", "automotive", "banking", "competitors", "knowledge_base")
"""In the order in which they need each other."""
MANAGER = "manager@example.com"
VALUES = "crm:refresh_customer_values"


@app.command(
    epilog="Examples:  crm-platform demo   ·   crm-platform demo --large   ·   crm-platform demo ./site --port 8080"
)
def demo(  # noqa: PLR0913, PLR0917 one parameter per option
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
        typer.Option(formats=["%Y-%m-%d"], help="The day that is today in the data; the same day, the same figures."),
    ] = None,
    language: Annotated[
        str, typer.Option(help="Language of people who have chosen none: en or zh; zh sorts lists by Pinyin.")
    ] = "en",
    data: Annotated[
        Path | None, typer.Option(help="Instead of the demo data, the files that imports.json in this folder names.")
    ] = None,
) -> None:
    """Make a demo site on SQLite with customers, opportunities and warranty claims, and serve it until Ctrl-C."""
    chosen = password or secrets.token_urlsafe(9)
    last = (until or datetime.now()).date()
    with place(directory) as folder:
        if data is None:
            make(folder, chosen, last, large=large, language=language)
        else:
            make_of_files(folder, chosen, data)
        warn_about_printing()
        code = serve_site(folder, host, port, say=say, ready=lambda address: welcome(address, chosen, large=large))
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


def make(folder: Path, password: str, day: date = DAY, *, large: bool = False, language: str = "en") -> None:
    """The site with the demo data as of `day`, its figures computed."""
    with working("Making the site…"):
        site = create.new_site(folder, admin_password=password, language=language)
    try:
        _fill(site, password, [*(history(day) if large else small_history(day)), *work_of_today(day)], day)
        with working("Computing the value of customers…"):
            compute_values(site)
    finally:
        site.close()


def compute_values(site: Site) -> None:
    """Do this job now, which the data has queued, so that the first look finds figures; the others can wait."""
    worker = create_worker(site)
    for row in site.runtime.read(lambda ctx: ctx.connection.fetch(JOB, {"task": VALUES, "state": QUEUED})):
        worker.deliver(row["id"])


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


def _fill(site: Site, password: str, more: Collection[Record], day: date) -> None:
    installed = {found.id for found in site.source.installed}
    chosen = [pack for pack in PACKS if pack in installed]
    with working("Enabling the packs…"):
        site.runtime.write(lambda ctx: packs.enable_all(site, site.system(ctx), chosen))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Demo data", total=len(demo_records(site)) + len(more))
        fill(site, password, lambda done: progress.update(task, completed=done), more, day)


def warn_about_printing() -> None:
    for finding in print_libraries():
        if finding.remedy:
            say(f"{finding.text} {finding.remedy}", "yellow")


def welcome(address: str, password: str, *, large: bool = False) -> None:
    say(f"\nThe demo is at {address}", "bold")
    say(f"Sign in as {ADMINISTRATOR} or as {MANAGER} (reads Chinese), password: {password}")
    if not large:
        say("For 2,000 customers with three years of history: crm-platform demo --large")
    say("Ctrl-C stops it.")
