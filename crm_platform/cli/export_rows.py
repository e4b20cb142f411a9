"""crm-platform export: documents as csv or Excel, or a site's definitions as a Frappe app."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.documents.context import ADMINISTRATOR, Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.frappe_app import FrappeApp, write_frappe_app
from crm_platform.sites.definitions import defined_by
from crm_platform.sites.opening import Site
from crm_platform.spreadsheets.writing import write_table
from crm_platform.transfer.exporting import ExportRequest, start_export

app = typer.Typer(add_completion=False)

FieldsOption = Annotated[str, typer.Option(help="Fieldnames with commas; * is every readable field.")]
FiltersOption = Annotated[str, typer.Option(help='Filters of a list as JSON, for example {"status": "Open"}.')]
AppOption = Annotated[Path | None, typer.Option(help="Write definitions as a Frappe app into this new folder.")]
PackOption = Annotated[str, typer.Option(help="With --frappe-app: those of this pack instead of the site's own.")]
UserOption = Annotated[str, typer.Option(help="Whose rights the export has.")]


@app.command(
    "export",
    epilog="Examples:  crm-platform export Customer customers.xlsx   ·   "
    """crm-platform export Opportunity won.csv --filters '{"stage_type": "Won"}'   ·   """
    "crm-platform export --frappe-app my_app",
)
def export_rows(  # noqa: PLR0913, PLR0917 each option is a parameter
    site: SiteOption,
    doctype: Annotated[str, typer.Argument(metavar="DOCTYPE", help="DocType of the documents.")] = "",
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The csv or xlsx file to write.")] = None,
    fields: FieldsOption = "",
    filters: FiltersOption = "",
    frappe_app: AppOption = None,
    pack: PackOption = "",
    user: UserOption = ADMINISTRATOR,
) -> None:
    """Write documents into a file that `crm-platform import` reads again, or definitions as a Frappe app."""
    if (file is None) == (frappe_app is None):
        raise ValidationError("Name a DOCTYPE and a FILE, or a folder with --frappe-app.")
    with opened(site) as open_one:
        if frappe_app is not None:
            export_app(open_one, frappe_app, pack)
        elif file is not None:
            request = ExportRequest(doctype, [name for name in fields.split(",") if name], _parsed(filters))
            export_file(open_one, request, file, user)


def _parsed(filters: str) -> Any:
    try:
        return orjson.loads(filters) if filters else None
    except orjson.JSONDecodeError as error:
        raise ValidationError("--filters is not valid JSON: {reason}.", reason=str(error)) from None


def export_file(site: Site, request: ExportRequest, file: Path, user: str) -> None:
    """Write beside the file first: what was there is replaced by a whole one only."""
    draft = file.with_name(f".{file.name}.part")

    def work(ctx: Context) -> Sequence[str]:
        export = start_export(site.access.as_user(ctx, user), request, told)
        with draft.open("wb") as target:
            write_table(target, file.suffix.lower().lstrip("."), export.columns, export.rows())
        return export.columns

    try:
        with progress("Exporting") as told:
            columns = site.runtime.read(work)
        site.runtime.write(
            lambda ctx: site.access.as_user(ctx, user).audit("Exported", request.doctype, fields=columns)
        )
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    say(f"{request.doctype} is in {file}.")


def export_app(site: Site, folder: Path, pack: str) -> None:
    """Definitions as a Frappe app; what Frappe does not know is listed."""
    definitions = site.runtime.read(lambda ctx: defined_by(site, site.system(ctx), pack))
    name = folder.name
    written = write_frappe_app(folder, FrappeApp(name, name.replace("_", " ").title()), definitions)
    say(f"{len(definitions) - len(written.left_out)} definitions are in {folder}.")
    for left in written.left_out:
        say(f"Left out, Frappe has no such kind: {left.kind} {left.name}")
    for extra in written.extra_properties:
        say(f"Frappe ignores our property {extra}")
