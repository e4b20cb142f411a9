"""crm-platform new-site: make a site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.output import say, working
from crm_platform.cli.passwords import asked_or_made
from crm_platform.documents.context import ADMINISTRATOR
from crm_platform.sites import create

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Examples:  crm-platform new-site mysite   ·   "
    "crm-platform new-site mysite --db postgresql://crm@localhost/crm"
)
def new_site(
    directory: Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="A new or empty folder.")],
    db: Annotated[str, typer.Option(help="URL of a PostgreSQL database; without it an SQLite file in DIR.")] = "",
    admin_password: Annotated[
        str, typer.Option(help=f"Password of {ADMINISTRATOR}; without it you are asked, or one is made.")
    ] = "",
    time_zone: Annotated[str, typer.Option(help="Time zone in which dates are shown.")] = "UTC",
    language: Annotated[
        str, typer.Option(help="Language of people who have chosen none: en or zh; zh sorts lists by Pinyin.")
    ] = "en",
) -> None:
    """Make a site: settings, database, files and secret key in one folder."""
    password = admin_password or asked_or_made(ADMINISTRATOR)
    with working("Making the site…"):
        create.new_site(directory, database=db, admin_password=password, time_zone=time_zone, language=language).close()
    say(f"The site {directory} is ready.")
    if not admin_password:
        say(f"Sign in as {ADMINISTRATOR} with the password {password}")
    say(f"Serve it with: crm-platform serve --site {directory}")
