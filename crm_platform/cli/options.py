"""What commands on a site share: the option --site, the argument PATH, and opening the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from crm_platform.cli.site_option import SiteOption
from crm_platform.sites.opening import Site, open_site

PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="PATH…", show_default=False, help="Definition files or folders.")
]

OptionalPaths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH…",
        show_default=False,
        help="Definition files or folders; without any: what the installed product and packs bring, as for `migrate`.",
    ),
]

RemovedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--remove",
        metavar="KIND/NAME",
        show_default=False,
        help='Take a definition or record of the site away, as "Report/Open orders"; may be given several times.',
    ),
]

__all__ = ["OptionalPaths", "PathsArgument", "RemovedOption", "SiteOption", "opened"]


@contextmanager
def opened(folder: Path) -> Iterator[Site]:
    """The open site in `folder`, closed afterwards."""
    site = open_site(folder)
    try:
        yield site
    finally:
        site.close()
