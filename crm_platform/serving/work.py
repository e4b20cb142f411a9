"""The working process: `python -m crm_platform.serving.work MEMORY SITE PLACE ENGINE`, started by the supervisor."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

from crm_platform.app import create_worker
from crm_platform.jobs.procrastinate_queue import is_installed
from crm_platform.jobs.worker import Worker
from crm_platform.serving.child import end_with_supervisor, open_or_exit
from crm_platform.serving.engines import AUTOMATIC, PROCRASTINATE
from crm_platform.serving.heartbeat import Heartbeat
from crm_platform.serving.process import arguments
from crm_platform.sites.opening import Site

LIBRARY = "crm_platform.jobs.procrastinate_worker"
"""Loaded by a worker that uses it."""


def main(argv: Sequence[str]) -> None:
    """Do the jobs of one site until SIGTERM; the one at hand is finished."""
    logging.basicConfig(format="%(levelname)s: %(message)s")
    memory, (folder, place, engine) = arguments(argv)
    heartbeat = Heartbeat(memory)
    site = open_or_exit(folder, heartbeat)
    worker = create_worker(site, watch=heartbeat, place=place)
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    end_with_supervisor()
    heartbeat.ready()
    try:
        run(worker, site, engine)
    finally:
        site.close()


def run(worker: Worker, site: Site, engine: str) -> None:
    """Let the worker work, woken by the engine that was asked for."""
    if engine == PROCRASTINATE or (engine == AUTOMATIC and has_procrastinate(site)):
        import_module(LIBRARY).run(worker, site.folder.database_url(site.settings))
    else:
        worker.run()


def has_procrastinate(site: Site) -> bool:
    """Whether procrastinate delivers the jobs of this site, and can do so here."""
    return find_spec(PROCRASTINATE) is not None and site.runtime.database.read(is_installed)


if __name__ == "__main__":
    main(sys.argv)
