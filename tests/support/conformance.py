"""Runs schemathesis against a served site: valid, invalid and odd requests, answers judged by its description."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

CONFIG = Path(__file__).with_name("schemathesis.toml")


def conform(url: str, key: str, pattern: str, *, phases: str, examples: int) -> int:
    """Send up to `examples` generated requests per operation whose address matches `pattern`; any finding fails.

    `key` is "key:secret" of the user who asks. Returns how many requests were sent.
    """
    command = [sys.executable, "-P", "-m", "schemathesis.cli", "--config-file", str(CONFIG)]
    options = ["--max-examples", str(examples), "--phases", phases, "--no-color"]
    target = ["run", f"{url}/api/openapi.json", "--include-path-regex", pattern]
    sign_in = ["-H", f"Authorization: token {key}"]
    result = subprocess.run([*command, *target, *options, *sign_in], capture_output=True, text=True, check=False)
    assert result.returncode == 0, told(result.stdout) + result.stderr[-2000:]
    tested = re.search(r"(\d+) generated", result.stdout)
    assert tested
    return int(tested[1])


def told(output: str) -> str:
    """What was found, without the long list of warnings behind it."""
    found = re.search(r"^=+ (?:FAILURES|ERRORS) =+$.*?(?=^=+ WARNINGS =+$|\Z)", output, re.DOTALL | re.MULTILINE)
    return found[0][:20000] if found else output[-8000:]
