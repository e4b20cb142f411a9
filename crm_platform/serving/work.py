"""The working process: `python -m crm_platform.serving.work MEMORY SITE PLACE`, started by the supervisor."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence

from crm_platform.app import create_worker
from crm_platform.serving.child import end_with_supervisor, open_or_exit
from crm_platform.serving.heartbeat import Heartbeat
from crm_platform.serving.process import arguments


def main(argv: Sequence[str]) -> None:
    """Do the jobs of one site until SIGTERM; the one at hand is finished."""
    logging.basicConfig(format="%(levelname)s: %(message)s")
    memory, (folder, place) = arguments(argv)
    heartbeat = Heartbeat(memory)
    site = open_or_exit(folder, heartbeat)
    worker = create_worker(site, watch=heartbeat, place=place)
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    end_with_supervisor()
    heartbeat.ready()
    try:
        worker.run()
    finally:
        site.close()


if __name__ == "__main__":
    main(sys.argv)
