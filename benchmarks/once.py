"""What is measured once: making a site, starting to serve, memory, bulk insert, a million documents."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.bench_site import fill, make
from benchmarks.core import list_of_a_million
from benchmarks.figures import Figure
from benchmarks.load import Server, free_port, wait_for
from crm_platform.testing import make_site


def once_figures(folder: Path, database: str = "") -> list[Figure]:
    """All of them; `folder` is a site that is there."""
    with tempfile.TemporaryDirectory() as cache:
        environment = compiled(cache)
        made, made_cpu = new_site_seconds(environment)
        seconds, cpu, memory = start_seconds(folder, environment)
    return [
        Figure("new-site", made, 3, "s"),
        Figure("new-site: CPU", made_cpu, None, "s"),
        Figure("start to first answer", seconds, 1, "s"),
        Figure("start to first answer: CPU of all processes", cpu, None, "s"),
        Figure("memory of the serving process", memory, 150, "MB"),
        Figure("bulk insert (12 values, 2 rows), documents per CPU second", bulk_rate(database), 4000, at_least=True),
        *million_figures(),
    ]


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


def bulk_rate(database: str = "", documents: int = 10_000) -> float:
    """Documents (12 values and 2 rows each) per CPU second through the store."""
    with tempfile.TemporaryDirectory() as folder:
        site, _ = make(Path(folder) / "site", database, documents=0)
        before = _cpu(resource.RUSAGE_SELF)
        fill(site, documents)
        spent = _cpu(resource.RUSAGE_SELF) - before
        site.site.close()
        return documents / spent


DOUBLINGS = 20
"""From one row to 1,048,576."""


def million_figures() -> list[Figure]:
    """A DocType with a million documents: a new field, its definition and record included, and a page in a list."""
    with tempfile.TemporaryDirectory() as work:
        site = make_site(Path(work) / "site")
        site.doctype("Big", {"fieldname": "title", "fieldtype": "Data", "label": "Title"})
        site.insert("Big", title="客户")
        _multiply(Path(work) / "site" / "site.db", "tabBig")
        started = time.perf_counter()
        site.insert("Custom Field", dt="Big", fieldname="tier", fieldtype="Data", label="Tier")
        spent = time.perf_counter() - started
        page = list_of_a_million(site, Path(work) / "site" / "site.db")
        site.site.close()
        return [Figure("new field on a million rows", spent * 1000, 100, "ms"), page]


def _multiply(database: Path, table: str) -> None:
    """Double the rows of a table again and again, each with a name of its own."""
    with closing(sqlite3.connect(database)) as connection:
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")') if row[1] != "name"]
        listed = ", ".join(f'"{column}"' for column in columns)
        for number in range(DOUBLINGS):
            connection.execute(
                f'INSERT INTO "{table}" (name, {listed}) SELECT name || ?, {listed} FROM "{table}"', (chr(97 + number),)
            )
        connection.commit()


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime
