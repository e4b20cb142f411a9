"""A process that changes the definitions of a site until it is killed: `plan_child.py FOLDER DRAFT`.

Each line on its input is "apply N" or "rollback N": a child of it opens the site, does that as the command line does,
and is killed before its statement N (0: never). It answers how many statements there were, or "killed".
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from crm_platform.cli.apply import prepare
from crm_platform.database import copying, filling, preparation, watching
from crm_platform.database.executor import Executor
from crm_platform.documents import drafts, rollback
from crm_platform.documents.drafts import Draft
from crm_platform.metadata.loader import read_records
from crm_platform.sites.opening import Site, open_site

SMALL_BATCH = 10
"""Rows of a batch and of a large table, so that a few documents make several batches."""


class Killer:
    """Counts statements of the database and kills this process before the one with the number `last`."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.count = 0

    def watch(self) -> None:
        for method in ("rows", "run", "run_many"):
            setattr(Executor, method, self.counted(getattr(Executor, method)))

    def counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments)

        return call


def apply(site: Site, draft: Draft) -> None:
    planned = site.runtime.write(lambda ctx: drafts.preview(site.system(ctx), draft))
    prepare(site, planned.steps)
    site.runtime.write(lambda ctx: drafts.apply(site.system(ctx), draft, "file"))


def take_back(site: Site, _: Draft) -> None:
    steps = site.runtime.write(lambda ctx: rollback.steps_back(site.system(ctx)))
    site.runtime.database.prepare(steps)
    site.runtime.write(lambda ctx: rollback.rollback(site.system(ctx)))


WORK: dict[str, Callable[[Site, Draft], None]] = {"apply": apply, "rollback": take_back}


def one(folder: Path, draft: Draft, task: str, last: int, answer: int) -> None:
    """The child's whole life."""
    site = open_site(folder)
    copying.BATCH = filling.BATCH = watching.BATCH = preparation.BATCH = preparation.MANY = SMALL_BATCH
    killer = Killer(last)
    killer.watch()
    WORK[task](site, draft)
    os.write(answer, str(killer.count).encode())


def run(folder: Path, draft: Draft, task: str, last: int) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            one(folder, draft, task, last, writing)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        count = pipe.read()
    _, status = os.waitpid(child, 0)
    return count or ("killed" if os.WIFSIGNALED(status) else "failed")


def warm_up(folder: Path) -> None:
    """Read once what does not change from files, so that no child has to."""
    site = open_site(folder)
    site.runtime.read(lambda _: None)
    site.close()


if __name__ == "__main__":
    warm_up(Path(sys.argv[1]))
    told = orjson.loads(Path(sys.argv[2]).read_bytes())
    wanted = Draft(
        read_records(told["definitions"], "draft").definitions, [(kind, name) for kind, name in told["removed"]]
    )
    for line in sys.stdin:
        name, number = line.split()
        sys.stdout.write(run(Path(sys.argv[1]), wanted, name, int(number)) + "\n")
        sys.stdout.flush()
