"""crm-platform search: ask the index from the command line, and make it again."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from crm_platform.cli.options import SiteOption, opened
from crm_platform.cli.output import say
from crm_platform.cli.progress import progress
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.search import rebuilding
from crm_platform.search.query import search

app = typer.Typer(no_args_is_help=True, add_completion=False)

MARK = re.compile(r"</?mark>")


@app.callback(epilog="Examples:  crm-platform search query 云计算   ·   crm-platform search rebuild --site mysite")
def group() -> None:
    """Search all documents, or make the index again."""


@app.command()
def query(
    text: Annotated[str, typer.Argument(metavar="TEXT", show_default=False, help="What to look for.")],
    site: SiteOption,
    doctype: Annotated[str, typer.Option(help="Documents of this DocType only.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many.")] = 20,
    user: Annotated[str, typer.Option(help="Whose rights to search with.")] = ADMINISTRATOR,
) -> None:
    """Show what is found, the best first."""
    with opened(site) as one:
        found = one.runtime.read(lambda ctx: search(one.access.as_user(ctx, user), text, doctype=doctype, limit=limit))
    for hit in found.hits:
        typer.echo(f"{hit.doctype} {hit.name}: {hit.title}")
    counts = ", ".join(f"{count} {doctype}" for doctype, count in found.facets)
    say(f"{found.total}{'+' if found.more else ''} found{f': {counts}' if counts else ''}.")


@app.command()
def rebuild(
    site: SiteOption,
    only_missing: Annotated[
        bool,
        typer.Option("--only-missing", help="Go on with a rebuilding that was stopped, or bring up what is missing."),
    ] = False,
) -> None:
    """Make the index again from the documents. It can be stopped at any time; the site may be served meanwhile."""
    with opened(site) as one, progress("Indexing") as told:
        count = rebuilding.rebuild(one.runtime, told, from_scratch=not only_missing)
    say(f"{count} documents are indexed.")
