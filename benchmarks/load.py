"""Sends requests over kept-open connections and measures the CPU time that the server spends on each."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS = 8
"""Clients at once: enough for the writer to commit several requests together."""


@dataclass(frozen=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True)
class Server:
    """The measured process."""

    process: subprocess.Popen[bytes]
    port: int
    authorization: str

    def cpu(self) -> float:
        """CPU seconds of the process so far, user and system (Linux /proc)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Resident megabytes."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) // 1024
        return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, authorization: str) -> Iterator[Server]:
    """Start benchmarks.server and end it afterwards."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server", str(folder), str(port)])
    try:
        wait_for(port, process)
        yield Server(process, port, authorization)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """Let a worker do the jobs of the site."""
    process = subprocess.Popen([sys.executable, "-m", "crm_platform", "worker", "--site", str(folder)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers a ping."""
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/method/ping")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("The server ended before it answered.")


def run(server: Server, make: Callable[[int], Request], count: int) -> float:
    """CPU microseconds of the server per request; every answer must be a success."""
    before = server.cpu()
    share = count // CONNECTIONS
    failures: list[str] = []

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": server.authorization, "Content-Type": "application/json"}
        for index in range(number * share, (number + 1) * share):
            request = make(index)
            connection.request(request.method, request.path, request.body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                failures.append(f"{request.method} {request.path}: {answer.status} {text[:200]!r}")
                return

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]
    return (server.cpu() - before) / (share * CONNECTIONS) * 1e6
