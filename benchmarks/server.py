"""The measured process: `python -m benchmarks.server SITE PORT` serves the product and the raw baseline together."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from benchmarks.raw import Constant, RawDatabase, routes
from crm_platform.app import create_application
from crm_platform.sites.opening import open_site


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    site = open_site(folder)
    raw = RawDatabase(str(folder / "site.db"), site.settings.database)
    app = Starlette(routes=[*routes(raw), Mount("/", create_application(site))])
    uvicorn.run(Constant(app), port=port, http="httptools", loop="uvloop", log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
