"""crm-platform doctor: what is wrong with the machine or a site, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.options import opened
from crm_platform.cli.output import say, working
from crm_platform.cli.tables import show_table, styled
from crm_platform.errors import CRMError
from crm_platform.sites.health import Finding, machine, site_findings
from crm_platform.sites.recomputing import mend

app = typer.Typer(add_completion=False)
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
OptionalSite = Annotated[
    Path | None, typer.Option("--site", envvar="CRM_SITE", show_default=False, help="Folder of the site, if any.")
]


Repair = Annotated[bool, typer.Option("--repair", help="Store anew every formula and roll-up of the site first.")]


@app.command(epilog="Examples:  crm-platform doctor   ·   crm-platform doctor --site mysite --repair")
def doctor(site: OptionalSite = None, repair: Repair = False) -> None:
    """Look at this machine, and at a site if you name one. Ends with 1 when something fails."""
    if site and repair:
        _repair(site)
    with working("Looking…"):
        findings = [*machine(), *(_of_site(site) if site else ())]
    show(findings)
    if any(finding.level == "fail" for finding in findings):
        raise typer.Exit(1)


def _repair(folder: Path) -> None:
    """Say each value that is mended."""
    with opened(folder) as site:
        mended = 0
        for difference in mend(site):
            say(f"{difference}.")
            mended += difference.reason is None
    say(f"{mended} computed values were mended.")


def _of_site(folder: Path) -> list[Finding]:
    try:
        with opened(folder) as site:
            return list(site_findings(site))
    except CRMError as error:
        return [Finding("fail", "site", f"{folder} cannot be opened: {error}", "Mend this first.")]


def show(findings: Iterable[Finding]) -> None:
    show_table(
        ("", "Subject", "Finding", "What to do"),
        [
            (styled(finding.level, STYLES[finding.level]), finding.subject, finding.text, finding.remedy)
            for finding in findings
        ],
    )
