"""Clients of live events: a stream that is read in a thread, over a real connection."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import httpx

from support.commands import NO_TLS


@dataclass
class Heard:
    """One event of a stream."""

    id: int
    event: str
    data: dict[str, Any]


@dataclass
class Stream:
    """What a client has heard so far."""

    heard: list[Heard] = field(default_factory=list)
    is_over: bool = False
    text: str = ""

    @property
    def documents(self) -> list[tuple[str, str, str]]:
        """(DocType, name, event) of the documents' events."""
        return [(one.data["doctype"], one.data["name"], one.data["event"]) for one in self.of("document")]

    def of(self, event: str) -> list[Heard]:
        return [one for one in self.heard if one.event == event]

    def wait(self, holds: Callable[[Stream], Any], seconds: float = 30) -> Stream:
        """Wait until the condition holds."""
        deadline = time.monotonic() + seconds
        while not holds(self):
            assert time.monotonic() < deadline, f"it was not heard: {self.text}"
            time.sleep(0.01)
        return self

    def read(self, lines: Iterator[str]) -> None:
        fields: dict[str, str] = {}
        for line in lines:
            self.text += line + "\n"
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                fields[name] = value
            elif fields:
                self.heard.append(Heard(int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}


@contextmanager
def listening(url: str, last: int | None = None, **headers: str) -> Iterator[Stream]:
    """A stream of the server at `url`, begun; closed at the end of the block. `headers` say who listens."""
    sent = {**headers, **({} if last is None else {"Last-Event-ID": str(last)})}
    stream = Stream()
    with (
        httpx.Client(timeout=httpx.Timeout(10, read=120), verify=NO_TLS) as client,
        client.stream("GET", f"{url}/api/events", headers=sent) as answer,
    ):
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        thread = Thread(target=follow, args=(stream, answer), daemon=True)
        thread.start()
        stream.wait(lambda one: one.of("ready"))
        try:
            yield stream
        finally:  # a close alone would wait for the thread that reads
            answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            thread.join(10)


def follow(stream: Stream, answer: httpx.Response) -> None:
    try:
        stream.read(answer.iter_lines())
    except (httpx.HTTPError, httpx.StreamError):
        return
    finally:
        stream.is_over = True
