"""The serving process, started by the supervisor: `serving.launch` runs it with MEMORY SITE SOCKET NUMBER WORKERS."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence

import uvicorn

from crm_platform.app import create_application
from crm_platform.serving.child import end_with_supervisor, open_or_exit, tell_of_packs
from crm_platform.serving.heartbeat import Heartbeat
from crm_platform.serving.process import arguments
from crm_platform.sites.opening import Site

STOP_WITHIN = 10
"""Seconds that open requests may take when the server is asked to stop."""

KEEP_ALIVE = 75
"""Seconds that an idle connection is kept: longer than proxies do (60), so that no request meets a closing one."""

FIRST = 0
SINGLE = "A site on SQLite is served by one process. Leave --workers at 1, or make the site with --db postgresql://…"


class Server(uvicorn.Server):
    """Tells the supervisor when it serves."""

    def __init__(self, config: uvicorn.Config, heartbeat: Heartbeat) -> None:
        super().__init__(config)
        self._heartbeat = heartbeat

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._heartbeat.ready()


def begin(site: Site, workers: int) -> None:
    """What the first of several processes does for all: look whether the site allows them, tell of packs."""
    if workers > 1 and not site.settings.database:
        sys.stderr.write(f"{SINGLE}\n")
        raise SystemExit(1)
    tell_of_packs(site)


def main(argv: Sequence[str]) -> None:
    """Serve one site on an inherited socket until SIGTERM."""
    memory, (folder, descriptor, number, workers) = arguments(argv)
    heartbeat = Heartbeat(memory)
    site = open_or_exit(folder, heartbeat)
    if int(number) == FIRST:
        begin(site, int(workers))
    end_with_supervisor()
    config = uvicorn.Config(
        create_application(site),
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=STOP_WITHIN,
    )
    try:
        Server(config, heartbeat).run([socket.socket(fileno=int(descriptor))])
    finally:
        site.close()
