"""crm-platform import: documents from a csv or Excel file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.spreadsheets.source import Source
from crm_platform.transfer.importing import Importer, ImportRequest, with_key, without_mapping
from crm_platform.transfer.mapping import read_mapping
from crm_platform.transfer.report import Report

app = typer.Typer(add_completion=False)

MappingOption = Annotated[Path | None, typer.Option(help="JSON file that says what each column means.")]
KeyOption = Annotated[str, typer.Option(help="Fields that identify a document, with commas; the mapping may say it.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Do everything, list every bad row, keep nothing.")]


@app.command(
    "import",
    epilog="Examples:  crm-platform import Customer customers.csv --key customer_name --dry-run   ·   "
    "crm-platform import Opportunity pipeline.xlsx --mapping opportunities.json",
)
def import_rows(  # noqa: PLR0913, PLR0917 each option is a parameter
    doctype: Annotated[str, typer.Argument(metavar="DOCTYPE", show_default=False, help="DocType of the documents.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="A csv or xlsx file.")],
    site: SiteOption,
    mapping: MappingOption = None,
    key: KeyOption = "",
    dry_run: DryRunOption = False,
    encoding: Annotated[str, typer.Option(help="Encoding of a csv file, for example gb18030.")] = "",
    delimiter: Annotated[str, typer.Option(help="What separates the cells of a csv file; tab for a tabulator.")] = ",",
    sheet: Annotated[str, typer.Option(help="Sheet of an xlsx file that has several.")] = "",
    user: Annotated[str, typer.Option(help="Whose rights the import has.")] = ADMINISTRATOR,
) -> None:
    """Import documents. It can be run again at any time: what is there already is not added again."""
    chosen = read_mapping(mapping) if mapping else without_mapping(doctype)
    chosen = with_key(chosen, [name.strip() for name in key.split(",") if name.strip()])
    source = Source(file, encoding, "\t" if delimiter == "tab" else delimiter, sheet)
    with opened(site) as open_one, progress("Importing") as told:
        request = ImportRequest(doctype, source, chosen, dry_run=dry_run, languages=open_one.catalogues.languages)
        importer = Importer(open_one.runtime, lambda ctx: open_one.access.as_user(ctx, user), told)
        report = importer.run(request)
    show(report, dry_run=dry_run)
    if report.refused:
        raise typer.Exit(1)


def show(report: Report, *, dry_run: bool) -> None:
    """Every bad cell, then the counts."""
    for bad in report.bad:
        typer.echo(f"Row {bad.row}{f', {bad.column}' if bad.column else ''}: {bad.reason()}")
    counts = (
        f"{report.inserted} added, {report.updated} changed, {report.unchanged} unchanged, {report.refused} refused."
    )
    say(f"{counts} Nothing was kept: it was a dry run." if dry_run else counts)
    if report.data_import and report.inserted + report.updated:
        say(f"Take it back with: crm-platform undo-import {report.data_import}")
