"""`crm-platform serve`: starting, stopping, what survives a kill, several processes, the worker beside it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crm_platform.testing import make_site
from crm_platform.testing.postgres import SUPERUSER, PostgresServer
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.commands import Server, run, serving, sign_in
from support.hostile import environment, write_pack

SCHEDULED = """
from crm_platform.pack import Manifest, Pack, hookimpl


def note(ctx):
    ctx.store.insert(ctx.store.new("ToDo", {"description": "定时"}))


class Clockwork(Pack):
    manifest = Manifest(id="clockwork", title="Clockwork", version="1.0", package="clockwork")

    @hookimpl
    def schedules(self):
        return {"* * * * * */1": note}


pack = Clockwork()
"""


@pytest.fixture
def folder(tmp_path: Path, site_template: Path) -> Path:
    """The folder of a site on SQLite."""
    return Path(shutil.copytree(site_template, tmp_path / "site"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Server]:
    """A server for all tests that leave it running."""
    folder = Path(shutil.copytree(site_template, tmp_path_factory.mktemp("running") / "site"))
    with serving(folder) as server:
        yield server


def site_of(server: Server) -> Path:
    return server.output.parent / "site"


def children(server: Server, module: str) -> list[int]:
    """The processes under the supervisor that run a module of ours."""
    command = ["ps", "-ww", "--ppid", str(server.process.pid), "-o", "pid=,args="]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if module in line]


def until_answer(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if server.client.get("/api/method/ping").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(server.log)


def test_a_server_answers_and_stops_in_order(folder: Path) -> None:
    with serving(folder) as server:
        assert server.client.get("/api/method/ping").json() == {"message": "pong"}
        sign_in(server.client, ADMIN_PASSWORD)
        assert server.stop() == 0
    assert "Traceback" not in server.log


def test_nothing_is_left_running_when_the_supervisor_is_killed(folder: Path) -> None:
    with serving(folder) as server:
        (web,) = children(server, "serving.web")
        server.process.kill()
        deadline = time.monotonic() + 30
        while Path(f"/proc/{web}").exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_a_killed_serving_process_is_started_again_and_nobody_is_blamed(running: Server) -> None:
    (web,) = children(running, "serving.web")
    os.kill(web, signal.SIGKILL)
    running.wait_for("signal SIGKILL")
    until_answer(running)
    assert children(running, "serving.web") != [web]
    assert "Strike" not in running.log


def test_a_site_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    refused = run("serve", "--site", tmp_path / "none", "--port", "0")
    assert refused.returncode == 1
    assert refused.stderr.strip().endswith(f"Make one with: crm-platform new-site {tmp_path / 'none'}")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_taken_port_is_one_sentence(running: Server) -> None:
    refused = run("serve", "--site", site_of(running), "--port", str(running.client.base_url.port))
    assert refused.returncode == 1
    assert "Choose another with --port" in refused.stderr


def test_several_processes_need_postgresql_and_share_its_work(folder: Path, tmp_path: Path, postgres_url: str) -> None:
    refused = run("serve", "--site", folder, "--port", "0", "--workers", "2")
    assert refused.returncode == 1
    assert "A site on SQLite is served by one process" in refused.stderr
    made = make_site(tmp_path / "large", postgres_url).site
    made.close()
    with serving(made.folder.path, "--workers", "2") as server:
        assert len(children(server, "serving.web")) == 2
        sign_in(server.client, ADMIN_PASSWORD)
        assert server.client.get("/api/resource/User").status_code == 200


def test_A14_a_superuser_of_postgresql_is_refused(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        strong = url.replace(url.split("//")[1].split("@")[0], SUPERUSER, 1)
        refused = run("new-site", tmp_path / "site", "--db", strong, "--admin-password", "x")
        assert refused.returncode == 1
        assert "superuser" in refused.stderr
        assert not (tmp_path / "site").exists()


def test_the_worker_beside_the_server_runs_a_packs_schedule(folder: Path, tmp_path: Path) -> None:
    packs = write_pack(tmp_path / "packs", "clockwork")
    (packs / "clockwork" / "__init__.py").write_text(SCHEDULED, encoding="utf-8")
    env = environment(packs)
    assert run("pack", "enable", "clockwork", "--site", folder, env=env).returncode == 0
    with serving(folder, env=env) as server:
        sign_in(server.client, ADMIN_PASSWORD)
        deadline = time.monotonic() + 60
        while not server.client.get("/api/v2/doctype/ToDo/count").json()["data"]:
            assert time.monotonic() < deadline, server.log
            time.sleep(0.2)


def test_a_definition_applied_while_the_server_runs_is_live(running: Server, tmp_path: Path) -> None:
    definition = tmp_path / "visit.json"
    definition.write_text(
        '{"doctype": "DocType", "name": "Site Visit", "module": "CRM", "fields": [{"fieldname": "title", "fieldtype":'
        ' "Data", "label": "Title"}], "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]}'
    )
    sign_in(running.client, ADMIN_PASSWORD)
    assert running.client.post("/api/resource/Site Visit", json={"title": "北京"}).status_code == 404
    applied = run("apply", "--site", site_of(running), definition)
    assert applied.returncode == 0, applied.stderr
    assert running.client.post("/api/resource/Site Visit", json={"title": "北京"}).status_code == 200
