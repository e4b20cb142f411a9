"""Twelve faulty packs on one served site: each is named with its hook, and the site goes on after every one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crm_platform.testing.sites import ADMIN_PASSWORD
from support.commands import Server, run, serving, sign_in
from support.faulty_packs import CATALOGUE, SECONDS, Faulty, write
from support.hostile import environment

ENABLING = """
import sys
from pathlib import Path
from crm_platform.sites.create import bring_up_to_date
from crm_platform.sites.opening import open_site
from crm_platform.sites.packs import put_on
from crm_platform.testing import TestSite
site = TestSite(open_site(Path(sys.argv[1])))
def work(ctx):
    for pack in sys.argv[2:]:
        put_on(site.site, ctx, pack)
    bring_up_to_date(site.site, ctx)
site.system(work)
"""
SOUND = Faulty(())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A site with all twelve, which were sound when they were enabled."""
    made = tmp_path_factory.mktemp("faulty")
    shutil.copytree(site_template, made / "site")
    for pack_id, faulty in CATALOGUE.items():
        write(made / "sound", pack_id, SOUND)
        write(made / "faulty", pack_id, faulty)
    command = [sys.executable, "-P", "-c", ENABLING, str(made / "site"), *CATALOGUE]
    subprocess.run(command, env=environment(made / "sound"), check=True)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    options = ("--hook-limit", str(SECONDS), "--hook-memory", "700")
    with serving(folder / "site", *options, env=environment(folder / "faulty")) as running:
        sign_in(running.client, ADMIN_PASSWORD)
        yield running


@pytest.fixture(scope="module")
def listed(folder: Path, server: Server) -> str:
    """What `pack list` and `doctor` say while the server runs."""
    env = environment(folder / "faulty")
    return "".join(run(*words, "--site", folder / "site", env=env).stdout for words in (("pack", "list"), ("doctor",)))


def save(server: Server, text: str) -> httpx.Response:
    return server.client.post("/api/resource/ToDo", json={"description": text})


def test_there_are_twelve() -> None:
    assert len(CATALOGUE) == 12


@pytest.mark.parametrize("pack_id", [name for name, faulty in CATALOGUE.items() if not faulty.acts])
def test_a_pack_that_cannot_take_part_is_named_and_left_out(server: Server, listed: str, pack_id: str) -> None:
    line = next(line for line in server.log.splitlines() if CATALOGUE[pack_id].told[-1] in line)
    assert pack_id in line
    assert all(word in line for word in CATALOGUE[pack_id].told)
    assert CATALOGUE[pack_id].told[-1] in listed
    assert save(server, pack_id).status_code == 200


@pytest.mark.parametrize("pack_id", [name for name, faulty in CATALOGUE.items() if faulty.acts])
def test_a_hook_that_goes_wrong_is_named_and_the_site_goes_on(server: Server, pack_id: str) -> None:
    faulty = CATALOGUE[pack_id]
    if faulty.ends:
        with pytest.raises(httpx.TransportError):
            save(server, pack_id)
        server.wait_for(f"Strike 1 of 3 against pack {pack_id}")
        said = next(line for line in server.log.splitlines() if f"Pack {pack_id}: the hook" in line)
    else:
        answer = save(server, pack_id)
        assert answer.status_code >= 400
        said = answer.json()["exception"]
    assert pack_id in said
    assert all(word in said for word in faulty.told), said
    assert "CANARY" not in said
    assert save(server, f"after {pack_id}").status_code == 200
    rows = server.client.get("/api/resource/ToDo", params={"filters": f'{{"description": "{pack_id}"}}'}).json()["data"]
    assert rows == [], "nothing of it was saved"
