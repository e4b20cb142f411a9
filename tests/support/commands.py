"""Running `crm-platform` in a process of its own, as a person does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PROGRAM = (sys.executable, "-P", "-m", "crm_platform")
"""`crm-platform` in an interpreter of its own."""
PATIENCE = 60.0
"""Seconds that a start, a stop or an answer may take on a busy machine."""
NO_TLS = False
"""`verify` of clients: our servers speak plain HTTP, and reading the authorities of the machine takes each a while."""
ADDRESS = r" at (http://\S+)\s"


def run(
    *arguments: str | Path, env: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with nobody at the keyboard and a wide screen; `program` stands for `crm-platform`."""
    return subprocess.run(
        [*program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**(env or os.environ), "COLUMNS": "300"},
        timeout=100,
        check=False,
    )


def done(*arguments: str | Path, program: Sequence[str] = PROGRAM) -> str:
    """What a command says that must succeed."""
    ended = run(*arguments, program=program)
    assert ended.returncode == 0, f"crm-platform {arguments}\n{ended.stdout}{ended.stderr}"
    return ended.stdout


@dataclass
class Server:
    """A running `crm-platform serve`; `log` is what it has said so far."""

    process: subprocess.Popen[bytes]
    output: Path
    client: httpx.Client

    @property
    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until it has said `text`."""
        self.wait_for_match(re.escape(text), seconds)

    def wait_for_match(self, pattern: str, seconds: float = PATIENCE) -> re.Match[str]:
        """Wait until it has said what the pattern describes; not for a process that has ended."""
        deadline = time.monotonic() + seconds
        while True:
            has_ended = self.process.poll() is not None
            found = re.search(pattern, self.log)
            if found:
                return found
            assert not has_ended and time.monotonic() < deadline, f"{pattern!r} was not said:\n{self.log}"
            time.sleep(0.02)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)


def serving(
    site: Path, *options: str, env: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
) -> AbstractContextManager[Server]:
    """Serve `site` on a free port, with a client of it; the server is stopped at the end."""
    return started(site.parent / f"{site.name}.log", "serve", "--site", str(site), *options, env=env, program=program)


@contextmanager
def started(
    output: Path, *arguments: str, env: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
) -> Iterator[Server]:
    """Run a command that serves on a free port; what it says goes to `output`."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*program, *arguments, "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**(env or os.environ), "PYTHONUNBUFFERED": "1"},
        )
    server = Server(process, output, httpx.Client(timeout=PATIENCE, verify=NO_TLS))
    try:
        server.client.base_url = httpx.URL(server.wait_for_match(ADDRESS)[1])
        yield server
    finally:
        server.client.close()
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def sign_in(client: httpx.Client, password: str, user: str = "Administrator") -> None:
    """Open a session, and send its token with every request from now on."""
    answer = client.post("/api/method/login", data={"usr": user, "pwd": password})
    assert answer.status_code == 200, answer.text
