"""Jobs under the supervisor: one that takes too long is ended with its worker, counted, parked; the rest goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_platform.jobs.procrastinate_queue import is_installed
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.records import Desk
from crm_platform.testing import TestSite
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.commands import PROGRAM, Server, run, serving, sign_in
from support.hostile import environment
from support.offices import until

PACK = """
import os, time
from crm_platform.pack import Manifest, Pack, enqueue, hookimpl, task, writes


@task("busy:spin", time_limit=1, pauses=(0.1,))
def spin(ctx):
    while True:
        pass


@task("busy:wait", steps=True, time_limit=60, pauses=(0.1,))
def wait(job, times):
    if job.attempt <= times:
        time.sleep(600)
    return f"attempt {job.attempt}"


@writes
def start(ctx, name: str, times: int = 0) -> str:
    return enqueue(ctx, f"busy:{name}", {} if name == "spin" else {"times": times})


class Busy(Pack):
    manifest = Manifest(id="busy", title="Busy", version="1.0", package="busy")

    @hookimpl
    def tasks(self):
        return {"spin": spin, "wait": wait}

    @hookimpl
    def api_methods(self):
        return {"start": start}


pack = Busy()
"""


def write_pack(folder: Path) -> Path:
    package, metadata = folder / "busy", folder / "busy-1.0.dist-info"
    for made in (package, metadata):
        made.mkdir(parents=True)
    (package / "__init__.py").write_text(PACK, encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: busy\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[crm_platform]\nbusy = busy:pack\n")
    return folder


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environment(write_pack(tmp_path_factory.mktemp("packs")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, site_template: Path, env: dict[str, str]) -> Iterator[Server]:
    folder = Path(shutil.copytree(site_template, tmp_path_factory.mktemp("busy") / "site"))
    assert run("pack", "enable", "busy", "--site", folder, env=env).returncode == 0
    with serving(folder, env={**env, "CRM_SITE": str(folder)}) as running:
        sign_in(running.client, ADMIN_PASSWORD)
        yield running


def start(server: Server, name: str, times: int = 0) -> str:
    answer = server.client.post("/api/method/busy.start", json={"name": name, "times": times})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message"])


def job(server: Server, name: str) -> dict[str, object]:
    found: dict[str, object] = server.client.get("/api/method/crm.jobs.get", params={"job": name}).json()["message"]
    return found


def site_of(server: Server) -> Path:
    return server.output.parent / "site"


def test_X17_a_job_that_loops_ends_its_worker_only_and_is_parked(server: Server, env: dict[str, str]) -> None:
    name = start(server, "spin")
    until(lambda: job(server, name)["state"] == "failed")
    record = job(server, name)
    assert record["error"] == "The job ran for more than 1 seconds and was stopped."
    assert record["attempts"] == 2
    assert f"The job {name} (busy:spin) ran for more than 1 seconds and was stopped." in server.log
    assert "Strike" not in server.log, "one poison job does not stop a pack"
    after = start(server, "wait")
    until(lambda: job(server, after)["result"] == "attempt 1")
    listed = run("jobs", "list", "--state", "failed", "--site", site_of(server), env=env)
    assert name in listed.stdout
    assert "busy:spin" in listed.stdout


def test_X04_a_killed_worker_is_started_again_and_takes_up_what_it_left(server: Server) -> None:
    name = start(server, "wait", times=1)
    until(lambda: job(server, name)["state"] == "running")
    os.kill(worker_of(server), signal.SIGKILL)
    until(lambda: job(server, name)["state"] == "done")
    assert job(server, name)["result"] == "attempt 2"


def worker_of(server: Server) -> int:
    return worker_below(server.process.pid)


def worker_below(supervisor: int) -> int:
    """The process id of the one worker that a supervisor has now."""
    listed = subprocess.run(
        ["ps", "-ww", "--ppid", str(supervisor), "-o", "pid=,args="], capture_output=True, text=True, check=False
    ).stdout
    (found,) = [int(line.split()[0]) for line in listed.splitlines() if "crm_platform.serving.work" in line]
    return found


def test_dead_letters_are_retried_cancelled_and_discarded_from_the_command_line(
    server: Server, env: dict[str, str]
) -> None:
    site = ("--site", site_of(server))
    name = start(server, "wait", times=9)
    until(lambda: job(server, name)["state"] == "running")
    assert "is asked to stop" in run("jobs", "cancel", name, *site, env=env).stdout
    os.kill(worker_of(server), signal.SIGKILL)
    until(lambda: job(server, name)["state"] == "cancelled")
    assert "cannot be cancelled any more" in run("jobs", "cancel", name, *site, env=env).stderr
    assert "is discarded" in run("jobs", "discard", name, *site, env=env).stdout
    gone = run("jobs", "retry", name, *site, env=env)
    assert (gone.returncode, gone.stderr.strip()) == (1, f"Error: There is no job {name}.")


def test_procrastinate_is_refused_on_sqlite(server: Server) -> None:
    refused = run("worker", "--engine", "procrastinate", "--site", site_of(server))
    assert refused.returncode == 1
    assert "procrastinate needs PostgreSQL, and this site is on SQLite." in refused.stderr
    unknown = run("worker", "--engine", "celery", "--site", site_of(server))
    assert "There is no engine celery. Known engines: auto, builtin, procrastinate." in unknown.stderr


def test_X04_the_worker_command_with_procrastinate_takes_up_what_a_killed_worker_left(
    postgres_site: TestSite, env: dict[str, str], tmp_path: Path
) -> None:
    folder = postgres_site.site.folder.path
    assert run("pack", "enable", "busy", "--site", folder, env=env).returncode == 0
    with working(folder, env, tmp_path / "log") as worker:
        name = queue(postgres_site, times=1)
        until(lambda: state(postgres_site, name) == "running")
        os.kill(worker_below(worker.pid), signal.SIGKILL)
        until(lambda: state(postgres_site, name) == "done")
        second = queue(postgres_site, times=0)
        until(lambda: state(postgres_site, second) == "done")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert postgres_site.read(lambda ctx: is_installed(ctx.connection)), "procrastinate has delivered them"
    record = postgres_site.system(lambda ctx: Desk(ctx, dict, manager=True).get(name))
    assert (record["result"], record["attempts"]) == ("attempt 2", 2)


@contextmanager
def working(folder: Path, env: dict[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`crm-platform worker --engine procrastinate` on a site."""
    command = [*PROGRAM, "worker", "--engine", "procrastinate", "--site", str(folder)]
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            process.kill()


def queue(site: TestSite, times: int) -> str:
    return site.write(lambda ctx: enqueue(ctx, "busy:wait", {"times": times}))


def state(site: TestSite, job: str) -> str:
    return str(site.system(lambda ctx: Desk(ctx, dict, manager=True).get(job))["state"])
