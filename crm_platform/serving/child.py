"""What every process under the supervisor does: open its site, tell its heartbeat, end with its supervisor."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Thread

from crm_platform.errors import CRMError
from crm_platform.packs.discovery import packs_of_the_product
from crm_platform.serving.forking import refuse_forks
from crm_platform.serving.heartbeat import Heartbeat
from crm_platform.sites.opening import Site, open_site
from crm_platform.sites.overrides import overrides


def end_with_supervisor() -> None:
    """Stop this process in order when the pipe from the supervisor closes, however that one ended."""
    Thread(target=_wait_for_end, name="supervisor", daemon=True).start()


def _wait_for_end() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def open_or_exit(folder: str, heartbeat: Heartbeat) -> Site:
    """The open site, its model loaded; one sentence on standard error and exit code 1 when that is not possible."""
    refuse_forks()
    try:
        site = open_site(Path(folder), watch=heartbeat)
        site.runtime.database.read(site.runtime.fresh_model)
    except CRMError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(1) from None
    return site


def tell_of_packs(site: Site) -> None:
    """Say on standard error which packs cannot work, and what packs change in definitions that are not theirs.

    What the packs of the product change is in their documentation, and nobody has to be warned of it.
    """
    model = site.runtime.database.read(site.runtime.fresh_model)
    for sentence in (*site.source.missing, *overrides(model.definitions, packs_of_the_product())):
        sys.stderr.write(f"{sentence}\n")
