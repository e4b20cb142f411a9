"""Packs whose hooks raise, loop, end the process or are malformed: the core serves on, and says who it was."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crm_platform.testing.sites import ADMIN_PASSWORD
from support.commands import Server, run, serving, sign_in
from support.hostile import environment, write_pack


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A folder with a site and a pack that is enabled there."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(site_template, folder / "site")
    write_pack(folder / "packs")
    enabled = run("pack", "enable", "hostile", "--site", folder / "site", env=environment(folder / "packs"))
    assert enabled.returncode == 0, enabled.stderr
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """The site that is served to all tests that leave it as they found it."""
    return copied(prepared, tmp_path_factory.mktemp("served"))


@pytest.fixture
def own_folder(tmp_path: Path, prepared: Path) -> Path:
    """A site of a test's own."""
    return copied(prepared, tmp_path)


def copied(prepared: Path, place: Path) -> Path:
    """A copy of the site with the hostile pack installed and enabled."""
    shutil.copytree(prepared, place, dirs_exist_ok=True)
    return place / "site"


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder, "--hook-limit", "1", env=environment(folder.parent / "packs")) as running:
        sign_in(running.client, ADMIN_PASSWORD)
        yield running


def save(server: Server, behaviour: str) -> httpx.Response:
    """Save a document whose description tells the hook what to do."""
    return server.client.post("/api/resource/ToDo", json={"description": behaviour})


def count(server: Server) -> int:
    answer = server.client.get("/api/v2/doctype/ToDo/count")
    return int(answer.json()["data"])


def test_X16_a_hook_that_raises_is_named_and_nothing_is_saved(server: Server) -> None:
    before = count(server)
    answer = save(server, "raises")
    assert answer.status_code == 500
    assert "hostile" in answer.text
    assert "ToDo.on_update" in answer.text
    assert "CANARY" not in answer.text
    assert count(server) == before
    assert save(server, "harmless").status_code == 200


def test_X18_a_hook_that_changes_a_frozen_document_is_refused(server: Server) -> None:
    before = count(server)
    answer = save(server, "mutates")
    assert answer.status_code >= 400
    assert "hostile" in answer.text
    assert count(server) == before


def test_X17_a_hook_that_loops_is_stopped_and_after_three_strikes_its_pack_is_left_out(
    server: Server, folder: Path
) -> None:
    for strike, behaviour in enumerate(("loops", "exits", "sleeps"), start=1):
        with pytest.raises(httpx.TransportError):
            save(server, behaviour)
        server.wait_for(f"Strike {strike} of 3" if strike < 3 else "Stopped after 3 strikes")
        assert server.client.get("/api/method/ping").json() == {"message": "pong"}
    assert save(server, "loops").status_code == 200
    listed = run("pack", "list", "--site", folder, env=environment(folder.parent / "packs"))
    assert "Stopped after 3 strikes within a day" in listed.stdout
    doctor = run("doctor", "--site", folder, env=environment(folder.parent / "packs"))
    assert "Stopped after 3 strikes" in doctor.stdout
    again = run("pack", "enable", "hostile", "--site", folder, env=environment(folder.parent / "packs"))
    assert again.returncode == 0, again.stderr
    assert "hostile" in save(server, "raises").text


def test_X17_an_api_method_that_loops_holds_one_process_up_only_until_the_limit(server: Server) -> None:
    with pytest.raises(httpx.TransportError):
        server.client.get("/api/method/hostile.ask", params={"how": "loops"})
    server.wait_for("API method ask")
    assert server.client.get("/api/method/hostile.ask", params={"how": "nothing"}).json() == {"message": "nothing"}


def test_packs_come_and_go_while_the_server_runs(server: Server, folder: Path) -> None:
    env = environment(folder.parent / "packs")
    assert server.client.get("/api/method/hostile.ask", params={"how": "x"}).status_code == 200
    run("pack", "disable", "hostile", "--site", folder, env=env)
    assert server.client.get("/api/method/hostile.ask", params={"how": "x"}).status_code == 417
    run("pack", "enable", "hostile", "--site", folder, env=env)
    assert server.client.get("/api/method/hostile.ask", params={"how": "x"}).status_code == 200


FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "wrong_type": ({"events": "[1, 2]"}, "must give a mapping, it gave list"),
    "unknown_event": ({"events": '{"ToDo": {"on_moonrise": on_save}}'}, "unknown document event on_moonrise"),
    "wrong_inner_type": (
        {"events": '{"ToDo": 7}'},
        "must give a mapping of events to functions for ToDo, it gave int",
    ),
    "import_error": ({"before": "import nothing_like_this\n"}, "does not import: ModuleNotFoundError"),
    "version_clash": ({"platform": ">=99"}, "needs crm_platform >=99"),
}
ENABLING = """
import sys
from pathlib import Path
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
site = TestSite(open_site(Path(sys.argv[1])))
for pack in sys.argv[2:]:
    site.enable_pack(pack)
"""


def test_X18_X19_packs_that_went_bad_are_left_out_each_with_a_sentence(tmp_path: Path, site_template: Path) -> None:
    """They were good when they were enabled; then other versions were installed."""
    folder = shutil.copytree(site_template, tmp_path / "site")
    for pack_id, (fault, _) in FAULTS.items():
        write_pack(tmp_path / "good", pack_id)
        write_pack(tmp_path / "bad", pack_id, **fault)
    good, bad = environment(tmp_path / "good"), environment(tmp_path / "bad")
    subprocess.run([sys.executable, "-P", "-c", ENABLING, str(folder), *FAULTS], env=good, check=True)
    with serving(folder, env=bad) as server:
        sign_in(server.client, ADMIN_PASSWORD)
        assert save(server, "raises").status_code == 200
        listed = run("pack", "list", "--site", folder, env=bad).stdout
        doctor = run("doctor", "--site", folder, env=bad).stdout
        for pack_id, (_, sentence) in FAULTS.items():
            assert sentence in server.log, pack_id
            assert sentence in listed + doctor, pack_id


def test_X19_a_pack_that_is_gone_is_named_and_the_rest_works(own_folder: Path) -> None:
    with serving(own_folder, env=dict(os.environ)) as server:
        sign_in(server.client, ADMIN_PASSWORD)
        assert "hostile is enabled but not installed" in server.log
        assert save(server, "raises").status_code == 200


def test_X19_two_packs_of_one_id_are_reported_and_the_first_counts(tmp_path: Path) -> None:
    one = write_pack(tmp_path / "one")
    other = write_pack(tmp_path / "other", "hostile_twin")
    twin = other / "hostile_twin" / "__init__.py"
    twin.write_text(twin.read_text().replace('id="hostile_twin"', 'id="hostile"'))
    listed = run("pack", "list", env=environment(one, other))
    assert listed.returncode == 0
    assert "The id hostile is taken by hostile:pack" in listed.stdout
