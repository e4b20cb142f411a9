"""Workers under attack and under load: bombs end in a sentence, others are served, nothing stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from crm_platform.errors import PrintFormatError, TimeoutError
from crm_platform.printing.limits import Limits
from crm_platform.printing.pool import Pool, WorkerLost, start
from crm_platform.printing.service import Printing
from crm_platform.printing.snapshot import Snapshot, Template
from crm_platform.testing import TestSite
from support.printing import printing, snapshot, sources_of

TIGHT = Limits(template_seconds=1, memory=400 << 20, wall_seconds=20.0)
BOMBS = {
    "loop": "{% for a in 'x' * 4000 %}{% for b in 'x' * 4000 %}{% for c in 'x' * 4000 %}{% endfor %}"
    + "{% endfor %}" * 2,
    "power": "{{ 9 ** (9 ** 9) }}",
    "memory": "{% set a = 'x' * 2000000000 %}{{ a|length }}",
    "growth": "{% set a = 'xxxxxxxxxx' %}"
    + "{% set a = a ~ a ~ a ~ a ~ a ~ a ~ a ~ a ~ a ~ a %}" * 9
    + "{{ a|length }}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "output": "{% for a in 'x' * 100000 %}{{ 'y' * 1000 }}{% endfor %}",
    "nesting": "{% if 1 %}" * 3000 + "{% endif %}" * 3000,
}


def with_template(taken: Snapshot, html: str) -> Snapshot:
    return replace(taken, template=Template("Bomb", html, ""))


@pytest.fixture
def service(shop: TestSite) -> Iterator[Printing]:
    with printing(sources_of(shop), TIGHT, workers=2) as made:
        yield made


def test_D06_X33_bombs_end_in_a_sentence_and_the_next_job_is_fine(shop: TestSite, service: Printing) -> None:
    taken = snapshot(shop, "Trial Order", "TO-1")
    for name, source in BOMBS.items():
        with pytest.raises(PrintFormatError):
            pytest.fail(f"{name}: {service.make('html', with_template(taken, source))[:100]!r}")
        assert "传感器采购" in service.make("html", taken).decode(), name


def test_D06_a_parallel_job_does_not_wait_for_a_bomb(shop: TestSite, service: Printing) -> None:
    taken = snapshot(shop, "Trial Order", "TO-1")
    ended: list[str] = []

    def print_it(name: str, what: Snapshot) -> None:
        with suppress(PrintFormatError):
            service.make("html", what)
        ended.append(name)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(print_it, ("warm", "warm"), (taken, taken)))
        bomb = threads.submit(print_it, "bomb", with_template(taken, BOMBS["loop"]))
        good = threads.submit(print_it, "good", taken)
        wait([bomb, good])
    assert ended == ["warm", "warm", "good", "bomb"]


def test_a_job_is_stopped_by_the_clock(shop: TestSite) -> None:
    limits = Limits(wall_seconds=0.05)
    with printing(sources_of(shop), limits) as service, pytest.raises(TimeoutError, match="longer than"):
        service.make("html", snapshot(shop, "Trial Order", "TO-1"))


def test_a_worker_is_replaced_after_its_jobs(shop: TestSite) -> None:
    seen: list[int] = []

    class Watched(Pool):
        def run(self, job: bytes) -> tuple[object, bytes]:  # type: ignore[override]
            with self._worker() as worker:
                seen.append(worker.process.pid)
                return worker.run(job)

    with printing(sources_of(shop), Limits(jobs=2)) as service:
        service._pool = Watched(service.limits, 1)
        for _ in range(3):
            service.make("html", snapshot(shop, "Trial Order", "TO-1"))
    assert len(seen) == 3
    assert seen[0] == seen[1] != seen[2]


def test_a_killed_worker_is_replaced() -> None:
    pool = Pool(Limits(), 1)
    try:
        with pytest.raises(WorkerLost):
            pool.run(b"no JSON: the worker ends")
        with pytest.raises(WorkerLost):
            pool.run(b"{}")
    finally:
        pool.close()


def test_a_worker_ends_with_its_parent() -> None:
    worker = start(Limits().memory)
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.close()
    assert worker.wait(30) == 0
    worker.stdout.close()


def test_a_worker_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "canary")
    worker = start(Limits().memory)
    try:
        environment = b""
        while not environment:
            environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
    finally:
        worker.kill()
        worker.communicate()
    assert b"canary" not in environment
    assert b"PATH=/nonexistent" in environment


def test_the_server_never_imports_weasyprint() -> None:
    code = "import sys, crm_platform.printing.service; print('weasyprint' in sys.modules, 'PIL' in sys.modules)"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-P", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "False"]
