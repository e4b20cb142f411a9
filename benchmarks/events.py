"""`python -m benchmarks.events [--postgres URL]`: how soon 200 subscribers hear of a change, and what it costs."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import orjson
from rich.console import Console

from benchmarks.figures import Figure, table
from benchmarks.load import Server, serving
from crm_platform.access.keys import generate_keys
from crm_platform.testing import TestSite, make_site

USERS = 40
EACH = 5
CHANGES = 100
PAUSE = 0.1
IDLE = 5.0
"""Seconds in which nothing happens."""

READ = b"GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\n\r\n"
CHANGE = (
    b"POST /api/resource/ToDo HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: application/json\r\n"
)


def make(folder: Path, database: str) -> tuple[str, list[str]]:
    """A site with USERS users who read every ToDo; returns the `Authorization` headers of Administrator and theirs."""
    site = make_site(folder, database)
    names = [site.user(f"user{number}@example.com", "System Manager") for number in range(USERS)]
    headers = [key_of(site, name) for name in ("Administrator", *names)]
    site.site.close()
    return headers[0], headers[1:]


def key_of(site: TestSite, user: str) -> str:
    secret = site.write(lambda ctx: generate_keys(ctx, user))
    return f"token {site.get('User', user).api_key}:{secret}"


class Listeners:
    """Streams that note when they heard of which change."""

    def __init__(self) -> None:
        self.heard: dict[str, list[float]] = {}
        self.ready = 0

    async def listen(self, port: int, authorization: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(READ % authorization.encode())
        async for line in reader:
            now = time.perf_counter()
            if line == b"event: ready\n":
                self.ready += 1
            elif line.startswith(b'data: {"doctype"'):
                self.heard.setdefault(orjson.loads(line[6:])["name"], []).append(now)


async def change(port: int, authorization: str) -> tuple[str, float]:
    """Make a document; its name, and when it was asked for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = b'{"description": "bench"}'
    asked = time.perf_counter()
    writer.write(
        CHANGE % authorization.encode() + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )
    answer = await reader.read()
    writer.close()
    return str(orjson.loads(answer.partition(b"\r\n\r\n")[2])["data"]["name"]), asked


async def measure(server: Server, readers: list[str]) -> list[Figure]:
    """Milliseconds from the request of a change to the last subscriber, and CPU milliseconds of the server."""
    listeners = Listeners()
    streams = [asyncio.create_task(listeners.listen(server.port, key)) for key in readers for _ in range(EACH)]
    while listeners.ready < len(streams):
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    idle = server.cpu()
    await asyncio.sleep(IDLE)
    before = server.cpu()
    asked = {}
    for _ in range(CHANGES):
        name, when = await change(server.port, server.authorization)
        asked[name] = when
        await asyncio.sleep(PAUSE)
    while any(len(listeners.heard.get(name, ())) < len(streams) for name in asked):
        await asyncio.sleep(0.05)
    spent = server.cpu() - before
    last = [(max(listeners.heard[name]) - when) * 1000 for name, when in asked.items()]
    for stream in streams:
        stream.cancel()
    count = len(streams)
    return [
        Figure(f"{count} idle streams: CPU in a second", (before - idle) / IDLE * 1000, None, "ms"),
        Figure(f"a change told to {count} subscribers: CPU", spent / CHANGES * 1000, None, "ms"),
        Figure("the last subscriber hears of it, median", statistics.median(last), None, "ms"),
        Figure("the last subscriber hears of it, 95 of 100", statistics.quantiles(last, n=20)[-1], None, "ms"),
    ]


def event_figures(folder: Path, database: str = "") -> list[Figure]:
    """Fan-out of changes to USERS × EACH streams of a served site."""
    authorization, readers = make(folder, database)
    with serving(folder, authorization) as server:
        return asyncio.run(measure(server, readers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="", help="URL of an empty PostgreSQL database (default: SQLite)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        Console().print(table("live events", event_figures(Path(work) / "site", arguments.postgres)))


if __name__ == "__main__":
    main()
