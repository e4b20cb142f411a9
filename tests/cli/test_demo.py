"""crm-platform demo: one command, a site to look at, and nothing left when it ends."""

from __future__ import annotations

import os
import re
from pathlib import Path

from support.commands import Server, started

OF_PACKS = ("Warranty Claim", "Vehicle Order", "Bank Account", "Competing Product", "Knowledge Article")
CARDS = (
    "My Open Opportunities",
    "My Pipeline",
    "My Open Tasks",
    "My Call-Backs",
    "Quotations Waiting",
    "Weighted Pipeline",
    "Value of All Customers",
)


def sign_in_as_told(server: Server, person: str = r"\S+@\S+") -> None:
    """Sign in with what the command has printed, by default as the first one who is named with an address."""
    server.wait_for("Ctrl-C stops it.")
    user, password = re.findall(rf"as ({person}) .*password: (\S+)", server.log)[0]
    answer = server.client.post("/api/method/login", data={"usr": user, "pwd": password})
    assert answer.status_code == 200, answer.text


def card(server: Server, name: str) -> float:
    answer = server.client.get("/api/method/crm.dashboard.card", params={"name": name})
    return float(answer.json()["message"]["value"])


def total(server: Server, doctype: str) -> int:
    return int(server.client.get(f"/api/v2/doctype/{doctype}/count").json()["data"])


def test_the_demo_is_served_with_its_data_and_goes_when_it_stops(tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    env = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with started(tmp_path / "demo.log", "demo", env=env) as server:
        sign_in_as_told(server)
        assert total(server, "Customer") == 30
        assert total(server, "Customer Value") == 30
        assert all(card(server, name) > 0 for name in CARDS), "the first look finds figures"
        assert "crm-platform demo --large" in server.log
        sign_in_as_told(server, "Administrator")
        assert all(total(server, doctype) > 0 for doctype in OF_PACKS)
        assert all(card(server, name) > 0 for name in CARDS)
        assert server.stop() == 0
    assert list((tmp_path / "temporary").glob("crm-platform-demo-*")) == []


def test_the_demo_stays_where_it_is_asked_to(tmp_path: Path) -> None:
    with started(tmp_path / "demo.log", "demo", str(tmp_path / "kept"), "--password", "zeig-mal-her") as server:
        sign_in_as_told(server)
        server.stop()
    assert (tmp_path / "kept" / "site.json").is_file()
