"""schemathesis on what /api/openapi.json describes: valid, invalid and odd requests, answers judged by schema."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from support.api_server import serve
from support.api_site import Api

CONFIG = Path(__file__).with_name("schemathesis.toml")
DOCTYPES = (
    "Bench Customer",
    "Bench Order",
    "Comment",
    "Contact",
    "Country",
    "Currency",
    "Customer",
    "File",
    "Language",
    "Letter Head",
    "Opportunity",
    "Product",
    "Role",
    "Sales Person",
    "Tag",
    "ToDo",
    "Translation",
    "User Permission",
    "Workflow Action Master",
    "Workflow State",
)
THOROUGHLY = ("Bench Customer", "File")
PER_OPERATION = 4
SOAK_PER_OPERATION = 40


def run(api: Api, pattern: str, phases: str, examples: int) -> None:
    """Run schemathesis on the operations whose address matches `pattern`; any finding fails with its report."""
    with serve(api.app) as url:
        command = [sys.executable, "-P", "-m", "schemathesis.cli", "--config-file", str(CONFIG)]
        options = ["--max-examples", str(examples), "--phases", phases, "--no-color"]
        key = ["-H", f"Authorization: token {api.keys['Administrator']}"]
        target = ["run", f"{url}/api/openapi.json", "--include-path-regex", pattern]
        result = subprocess.run([*command, *target, *options, *key], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    tested = re.search(r"(\d+) generated", result.stdout)
    assert tested
    assert int(tested[1]) > 100


def addresses(*doctypes: str) -> str:
    return "|".join(re.escape(quote(name, safe="")) for name in doctypes)


@pytest.mark.timeout(300)
def test_documents_of_twenty_doctypes_keep_to_their_description(api: Api) -> None:
    run(api, f"^/api/resource/({addresses(*DOCTYPES)})(/|$)", "fuzzing", PER_OPERATION)


@pytest.mark.timeout(300)
def test_every_corner_of_a_description_is_kept(sqlite_api: Api) -> None:
    run(sqlite_api, f"^/api/(resource|v2/document)/({addresses(*THOROUGHLY)})(/|$)", "coverage,fuzzing", PER_OPERATION)


@pytest.mark.timeout(300)
def test_methods_keep_to_their_description(sqlite_api: Api) -> None:
    run(sqlite_api, "^/api/method/", "coverage,fuzzing", PER_OPERATION)


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
def test_everything_keeps_to_its_description(api: Api) -> None:
    run(api, ".", "coverage,fuzzing", SOAK_PER_OPERATION)
