"""The option --site, apart from what opens a site: `serve` must not wait for that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SiteOption = Annotated[Path, typer.Option("--site", envvar="CRM_SITE", show_default=False, help="Folder of the site.")]
