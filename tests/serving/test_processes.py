"""Several serving processes on one PostgreSQL: what one changes, all heed at their next request."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.testing import make_site
from support.commands import Server, serving

CLERK = "clerk@example.com"
ASKED = 24
"""Requests on connections of their own: the kernel spreads them over the processes."""


class Cluster:
    """A served site, asked on a fresh connection each time."""

    def __init__(self, server: Server, keys: dict[str, str]) -> None:
        self.server, self.keys = server, keys

    def ask(self, method: str, path: str, user: str = "Administrator", **options: Any) -> httpx.Response:
        headers = {"authorization": f"token {self.keys[user]}"}
        return httpx.request(method, f"{self.server.client.base_url}{path}", headers=headers, timeout=60, **options)

    def statuses(self, path: str, user: str, times: int = ASKED) -> set[int]:
        """What all processes answer."""
        with ThreadPoolExecutor(6) as pool:
            return set(pool.map(lambda _: self.ask("GET", path, user).status_code, range(times)))

    def processes(self) -> dict[int, int]:
        """CPU ticks of the serving processes by their id."""
        parent = self.server.process.pid
        found = {}
        for pid in (folder.name for folder in Path("/proc").iterdir()):
            if pid.isdigit() and f"{parent}" == _stat(pid, 1) and "serving" in _command(pid):
                found[int(pid)] = int(_stat(pid, 11)) + int(_stat(pid, 12))
        return found


def _stat(pid: str, field: int) -> str:
    """A field of /proc/PID/stat behind the name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[field]
    except OSError:
        return ""


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest, site_template: Path
) -> Iterator[Cluster]:
    with request.getfixturevalue("postgres_server").database() as url:
        made = make_site(tmp_path_factory.mktemp("cluster") / "site", url)
        made.role("Clerk")
        made.user(CLERK, "Clerk")
        rights = [{"role": role, "read": 1, "write": 1, "create": 1} for role in ("Clerk", "System Manager")]
        made.doctype("Visit", {"fieldname": "title", "fieldtype": "Data", "label": "Title"}, permissions=rights)
        keys = {}
        for user in ("Administrator", CLERK):
            secret = made.write(lambda ctx, user=user: generate_keys(ctx, user))  # type: ignore[misc]
            keys[user] = f"{made.get('User', user).api_key}:{secret}"
        folder = made.site.folder.path
        made.site.close()
        with serving(folder, "--workers", "3") as server:
            yield Cluster(server, keys)


def test_every_process_answers(cluster: Cluster) -> None:
    before = cluster.processes()
    cluster.statuses("/api/resource/Visit?limit_page_length=500", CLERK, times=120)
    busy = [pid for pid, ticks in cluster.processes().items() if ticks > before.get(pid, 0)]
    assert len(busy) >= 2


def test_a_right_that_is_taken_away_is_gone_everywhere(cluster: Cluster) -> None:
    assert cluster.statuses("/api/resource/Visit", CLERK) == {200}
    for roles, status in (([], 403), ([{"role": "Clerk"}], 200)):
        assert cluster.ask("PUT", f"/api/resource/User/{CLERK}", json={"roles": roles}).status_code == 200
        assert cluster.statuses("/api/resource/Visit", CLERK) == {status}


def test_a_field_that_is_added_is_there_everywhere(cluster: Cluster) -> None:
    field = {"dt": "Visit", "fieldname": "place", "fieldtype": "Data", "label": "地点"}
    assert cluster.ask("POST", "/api/resource/Custom Field", json=field).status_code == 200
    answers = [cluster.ask("POST", "/api/resource/Visit", CLERK, json={"place": f"上海 {n}"}) for n in range(ASKED)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["data"]["place"] for answer in answers} == {f"上海 {n}" for n in range(ASKED)}


def test_a_rule_that_is_added_holds_everywhere(cluster: Cluster) -> None:
    rule = {
        "rule_name": "Title",
        "document_type": "Visit",
        "enabled": 1,
        "condition": "doc.title",
        "message": "No title.",
    }
    made = cluster.ask("POST", "/api/resource/Validation Rule", json={**rule, "enabled": 1})
    assert made.status_code == 200, made.text
    answers = [cluster.ask("POST", "/api/resource/Visit", CLERK, json={}) for _ in range(ASKED)]
    assert {answer.status_code for answer in answers} == {417}
    name = made.json()["data"]["name"]
    assert cluster.ask("DELETE", f"/api/resource/Validation Rule/{name}").status_code == 202
    answers = [cluster.ask("POST", "/api/resource/Visit", CLERK, json={}) for _ in range(ASKED)]
    assert {answer.status_code for answer in answers} == {200}


def test_X07_of_many_writers_of_one_version_one_wins(cluster: Cluster) -> None:
    doc = cluster.ask("POST", "/api/resource/Visit", CLERK, json={"title": "0"}).json()["data"]
    for round_ in range(5):
        sent = [{"title": f"{round_}-{n}", "modified": doc["modified"]} for n in range(8)]
        with ThreadPoolExecutor(8) as pool:
            address = f"/api/resource/Visit/{doc['name']}"
            answers = list(pool.map(lambda body: cluster.ask("PUT", address, CLERK, json=body), sent))  # noqa: B023
        won = [answer for answer in answers if answer.status_code == 200]
        assert len(won) == 1, [answer.status_code for answer in answers]
        assert {answer.json()["exc_type"] for answer in answers if answer not in won} == {"TimestampMismatchError"}
        doc = won[0].json()["data"]
