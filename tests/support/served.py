"""The command `crm-platform`, and a site that it really serves: processes of their own behind a socket."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from crm_platform.testing.sites import ADMIN_PASSWORD

ANNOUNCEMENT = re.compile(r"Serving .* at (http://\S+) ")
PATIENCE = 60.0
"""Seconds that a start, a stop or an answer may take on a busy machine."""


PROGRAM = (sys.executable, "-P", "-m", "crm_platform")
"""`crm-platform` in an interpreter of its own."""


def run(*arguments: str, program: Sequence[str] = PROGRAM) -> str:
    """Run a `crm-platform` command to its end and return what it said; it must succeed."""
    done = subprocess.run([*program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"crm-platform {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A site being served at `url`."""

    folder: Path
    url: str
    program: Sequence[str] = PROGRAM

    def run(self, *arguments: str) -> str:
        """Run a `crm-platform` command on this site, while it is served."""
        return run(*arguments, "--site", str(self.folder), program=self.program)

    @contextmanager
    def client(self, user: str = "Administrator", password: str = ADMIN_PASSWORD) -> Iterator[httpx.Client]:
        """A client that is signed in until the end of the block."""
        with httpx.Client(base_url=self.url, timeout=PATIENCE) as client:
            client.post("/api/method/login", data={"usr": user, "pwd": password}).raise_for_status()
            yield client
            client.post("/api/method/logout")  # a user has only so many sessions

    def session(self) -> str:
        """The id of a session of the Administrator, for a browser's cookie."""
        answer = httpx.post(f"{self.url}/api/method/login", data={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
        return answer.cookies["sid"]

    def api_key(self, user: str = "Administrator") -> str:
        """Make an API key for `user`: "key:secret"."""
        with self.client() as client:
            made = client.post("/api/method/frappe.core.doctype.user.user.generate_keys", json={"user": user})
            key = client.get(f"/api/resource/User/{user}").json()["data"]["api_key"]
            return f"{key}:{made.json()['message']['api_secret']}"


def create(client: httpx.Client, doctype: str, **values: Any) -> dict[str, Any]:
    """Create a document over REST and return it."""
    answer = client.post(f"/api/resource/{doctype}", json=values)
    assert answer.status_code == 200, answer.text
    created: dict[str, Any] = answer.json()["data"]
    return created


@contextmanager
def serving(folder: Path, program: Sequence[str] = PROGRAM) -> Iterator[ServedSite]:
    """Serve the site in `folder` on a free port until the end of the block; `program` is what stands for
    `crm-platform`."""
    log = folder.with_name(f"{folder.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, "serve", "--site", str(folder), "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield ServedSite(folder, _address(process, log), program)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the server says where it answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        found = ANNOUNCEMENT.search(log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.02)
    raise AssertionError(f"The server did not start:\n{log.read_text(encoding='utf-8')}")
