"""The demo site keeps to its own description: schemathesis on every operation of its /api/openapi.json."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import Server, sign_in, started
from support.conformance import conform

PASSWORD = "zeig-mal-her"
ONE_EACH = 1
SOAK_PER_OPERATION = 20


def administrators_key(server: Server) -> str:
    sign_in(server.client, PASSWORD)
    made = server.client.post("/api/method/frappe.core.doctype.user.user.generate_keys", json={"user": "Administrator"})
    key = server.client.get("/api/resource/User/Administrator").json()["data"]["api_key"]
    return f"{key}:{made.json()['message']['api_secret']}"


def conforms(folder: Path, phases: str, examples: int) -> None:
    with started(folder / "demo.log", "demo", str(folder / "demo"), "--password", PASSWORD) as server:
        key = administrators_key(server)
        described = server.client.get("/api/openapi.json").json()["paths"]
        operations = sum(len(methods) for methods in described.values())
        sent = conform(str(server.client.base_url).rstrip("/"), key, ".", phases=phases, examples=examples)
        assert sent > operations


@pytest.mark.timeout(300)
def test_every_operation_of_the_demo_site_keeps_to_its_description(tmp_path: Path) -> None:
    conforms(tmp_path, "fuzzing", ONE_EACH)


@pytest.mark.soak
@pytest.mark.timeout(3 * 3600)
def test_every_corner_of_the_demo_site_keeps_to_its_description(tmp_path: Path) -> None:
    conforms(tmp_path, "coverage,fuzzing", SOAK_PER_OPERATION)
