"""What is measured once: making a site, starting to serve, memory, bulk insert, a million documents."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.bench_site import FILLED, fill, make
from benchmarks.core import list_of_a_million
from benchmarks.definitions import DOUBLINGS
from benchmarks.definitions import fill as fill_big
from benchmarks.figures import Figure
from benchmarks.load import Server, free_port, wait_for
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite


def once_figures(folder: Path, database: str = "") -> Iterator[Figure]:
    """All of them, on one site: the million documents come last."""
    with tempfile.TemporaryDirectory() as cache:
        environment = compiled(cache)
        made, made_cpu = new_site_seconds(environment)
        site, _ = make(folder, database)
        rate = bulk_rate(site)
        site.site.close()
        seconds, cpu, memory = start_seconds(folder, environment)
    yield Figure("new-site", made, 3, "s")
    yield Figure("new-site: CPU", made_cpu, None, "s")
    yield Figure("start to first answer", seconds, 1, "s")
    yield Figure("start to first answer: CPU of all processes", cpu, None, "s")
    yield Figure("memory of the serving process", memory, 150, "MB")
    yield Figure("bulk insert (12 values, 2 rows), documents per CPU second", rate, 4000, at_least=True)
    yield from million_figures(folder)


def compiled(cache: str) -> dict[str, str]:
    """The environment of a product that is installed: its modules are compiled already, here into the folder `cache`,
    whatever the environment of this process says."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPYCACHEPREFIX": cache}
    modules = "import crm_platform.serving.web, crm_platform.cli.serve, crm_platform.cli.new_site"
    subprocess.run([sys.executable, "-c", modules], check=True, env=environment)
    return environment


def new_site_seconds(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of `crm-platform new-site`, the process included, by the clock and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        started, before = time.perf_counter(), _cpu(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "crm_platform", "new-site", f"{folder}/site", "--admin-password", "Bench-2026"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        return time.perf_counter() - started, _cpu(resource.RUSAGE_CHILDREN) - before


def start_seconds(folder: Path, environment: dict[str, str]) -> tuple[float, float, int]:
    """Seconds from `crm-platform serve` to its first answer, by the clock and of CPU, and megabytes of the serving
    process."""
    port = free_port()
    started = time.perf_counter()
    command = [sys.executable, "-m", "crm_platform", "serve", "--site", str(folder), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    try:
        wait_for(port, process)
        seconds = time.perf_counter() - started
        servers = [Server(child, port, "") for child in _with_children(process)]
        return seconds, sum(server.cpu() for server in servers), max(server.memory() for server in servers)
    finally:
        process.terminate()
        process.wait()


class _Child:
    """A process of which only the number is known."""

    def __init__(self, pid: int) -> None:
        self.pid = pid


def _with_children(process: subprocess.Popen[bytes]) -> list[subprocess.Popen[bytes]]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [process, *(_Child(int(pid)) for pid in listed)]  # type: ignore[list-item]


def bulk_rate(site: TestSite, documents: int = 10_000) -> float:
    """Documents (12 values and 2 rows each) per CPU second through the store."""
    before = _cpu(resource.RUSAGE_SELF)
    fill(site, documents, start=FILLED)
    return documents / (_cpu(resource.RUSAGE_SELF) - before)


FIELDS = 5
"""Fields that are added one after the other; the first one meets a process that has done nothing yet."""


def million_figures(folder: Path) -> Iterator[Figure]:
    """A DocType with a million documents: a new field, its definition and record included, and a page in a list."""
    with closing(TestSite(open_site(folder)).site) as opened:
        site = TestSite(opened)
        fill_big(site, DOUBLINGS)
        spent, cpu = [], []
        for number in range(FIELDS):
            started, before = time.perf_counter(), time.process_time()
            site.insert("Custom Field", dt="Big", fieldname=f"tier{number}", fieldtype="Data", label="Tier")
            spent.append((time.perf_counter() - started) * 1000)
            cpu.append((time.process_time() - before) * 1000)
        yield Figure("new field on a million rows, the first", spent[0], 100, "ms")
        yield Figure("new field on a million rows, median", statistics.median(spent), 60, "ms")
        yield Figure("new field on a million rows, median: CPU of this process", statistics.median(cpu), None, "ms")
        yield list_of_a_million(site)


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime
