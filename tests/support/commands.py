"""Running `crm-platform` in a process of its own, as a person does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

COMMAND = [sys.executable, "-P", "-c", "from crm_platform.cli import main; main()"]


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with nobody at the keyboard and a wide screen."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**(env or os.environ), "COLUMNS": "300"},
        timeout=100,
        check=False,
    )


@dataclass
class Server:
    """A running `crm-platform serve`; `log` is what it has said so far."""

    process: subprocess.Popen[bytes]
    output: Path
    client: httpx.Client

    @property
    def log(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Wait until it has said `text`."""
        deadline = time.monotonic() + seconds
        while text not in self.log:
            assert time.monotonic() < deadline, f"{text!r} was not said:\n{self.log}"
            time.sleep(0.05)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


def serving(site: Path, *options: str, env: Mapping[str, str] | None = None) -> AbstractContextManager[Server]:
    """Serve `site` on a free port, with a client of it; the server is stopped at the end."""
    return started(site.parent / f"{site.name}.log", "serve", "--site", str(site), *options, env=env)


@contextmanager
def started(output: Path, *arguments: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a command that serves on a free port; what it says goes to `output`."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*COMMAND, *arguments, "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**(env or os.environ), "PYTHONUNBUFFERED": "1"},
        )
    server = Server(process, output, httpx.Client(timeout=30))
    try:
        server.wait_for(" at http://")
        found = re.search(r" at (http://\S+)", server.log)
        assert found
        server.client.base_url = httpx.URL(found[1])
        yield server
    finally:
        server.client.close()
        process.terminate()
        process.wait(30)


def sign_in(client: httpx.Client, password: str, user: str = "Administrator") -> None:
    """Open a session, and send its token with every request from now on."""
    answer = client.post("/api/method/login", data={"usr": user, "pwd": password})
    assert answer.status_code == 200, answer.text
