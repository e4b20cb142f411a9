"""The first day with the platform, on a served site: define, fill, move on, print, take a pack off and on."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from support.commands import PATIENCE, done
from support.printing import pages, require_pango
from support.served import ServedSite, serving

PASSWORD = "first day 第一天"

SITE_VISIT = {
    "doctype": "DocType",
    "name": "Site Visit",
    "module": "CRM",
    "autoname": "SV-.####",
    "fields": [
        {"fieldname": "customer", "fieldtype": "Link", "label": "Customer", "options": "Customer", "reqd": 1},
        {"fieldname": "visited_on", "fieldtype": "Date", "label": "Visited On", "default": "Today"},
        {"fieldname": "findings", "fieldtype": "Small Text", "label": "Findings"},
    ],
    "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}],
}
CLAIM = {"doctype": "Warranty Claim", "complaint": "变频器无法启动", "complaint_date": "2026-03-01"}


@pytest.fixture(params=["sqlite", "postgresql"])
def site_folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A site just made by `crm-platform new-site`."""
    database = [] if request.param == "sqlite" else ["--db", request.getfixturevalue("postgres_url")]
    done("new-site", str(tmp_path / "site"), "--admin-password", PASSWORD, *database)
    return tmp_path / "site"


@contextmanager
def visitors(served: ServedSite) -> Iterator[Counter[int]]:
    """Somebody reads customers all the time; the answers are counted by status."""
    seen: Counter[int] = Counter()
    over = threading.Event()

    def read() -> None:
        with served.client(password=PASSWORD) as client:
            while not over.wait(0.02):
                seen[client.get("/api/resource/Customer").status_code] += 1

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join(PATIENCE)


def test_the_first_day(site_folder: Path, tmp_path: Path, frappeclient: ModuleType) -> None:
    require_pango()
    with ExitStack() as day:
        served = day.enter_context(serving(site_folder))
        api = day.enter_context(served.client(password=PASSWORD))
        client = frappeclient.FrappeClient(served.url, "Administrator", PASSWORD)
        day.enter_context(client.session)
        seen = day.enter_context(visitors(served))

        # A DocType from a JSON file is there at the next request.
        assert api.get("/api/resource/Site Visit").status_code == 404
        served.run("apply", written(tmp_path / "site_visit.json", SITE_VISIT))
        assert api.get("/api/resource/Site Visit").json() == {"data": []}

        # Documents come in by Frappe's own client.
        customer = client.insert({"doctype": "Customer", "customer_name": "上海钢铁集团", "customer_type": "Company"})
        visit = client.insert({"doctype": "Site Visit", "customer": customer["name"], "findings": "电源老化"})
        assert client.get_doc("Site Visit", visit["name"])["findings"] == "电源老化"

        # A pack is put on; a claim goes a step through its workflow.
        assert api.get("/api/resource/Warranty Claim").status_code == 404
        served.run("pack", "enable", "warranty")
        claim = client.insert({**CLAIM, "customer": customer["name"]})
        assert transitions(api, claim["name"]) == ["Start Check"]
        step = {"doc": claim, "action": "Start Check"}
        moved = client.post_request({"cmd": "frappe.model.workflow.apply_workflow", **step})
        assert (moved["workflow_state"], moved["status"]) == ("Under Check", "Work In Progress")

        # It is printed in Chinese.
        printed = print_out(api, claim["name"])
        for words in ("保修受理单", "故障描述", "上海钢铁集团", "变频器无法启动"):
            assert words in printed

        # The pack is taken off and put on again: what it knew comes back.
        served.run("pack", "disable", "warranty")
        assert api.get(f"/api/resource/Warranty Claim/{claim['name']}").status_code == 404
        assert api.get(f"/api/resource/Site Visit/{visit['name']}").status_code == 200
        served.run("pack", "enable", "warranty")
        assert client.get_doc("Warranty Claim", claim["name"])["workflow_state"] == "Under Check"
        assert print_out(api, claim["name"]) == printed

    assert set(seen) == {200}


def written(path: Path, definition: dict[str, Any]) -> str:
    """Write a definition file and return its path."""
    path.write_text(json.dumps(definition), encoding="utf-8")
    return str(path)


def transitions(api: httpx.Client, name: str) -> list[str]:
    """The actions that the caller may take on a claim."""
    doc = json.dumps({"doctype": "Warranty Claim", "name": name})
    answer = api.get("/api/method/frappe.model.workflow.get_transitions", params={"doc": doc})
    return [transition["action"] for transition in answer.json()["message"]]


def print_out(api: httpx.Client, name: str) -> str:
    """The text of a claim's PDF in Chinese."""
    asked = {"doctype": "Warranty Claim", "name": name, "_lang": "zh"}
    answer = api.get("/api/method/frappe.utils.print_format.download_pdf", params=asked)
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(pages(answer.content))
