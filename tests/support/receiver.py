"""A real HTTP server on this machine that webhooks call, and that does to them what the outside does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came, and how the next requests are answered: a status, or a function that writes what it likes."""

    received: list[Received] = field(default_factory=list)
    answer: int | Callable[[BaseHTTPRequestHandler], None] = 200
    body: bytes = b"ok"
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a request and answer it."""
        length = int(handler.headers.get("content-length") or 0)
        headers = {key.lower(): value for key, value in handler.headers.items()}
        self.received.append(Received(handler.command, handler.path, headers, handler.rfile.read(length)))
        if callable(self.answer):
            self.answer(handler)
            return
        handler.send_response(self.answer)
        handler.send_header("content-length", str(len(self.body)))
        handler.end_headers()
        handler.wfile.write(self.body)


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    """The server while the block runs."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        do_PUT = do_DELETE = do_GET = do_POST  # noqa: N815 http.server's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with http_receiver() as made:
        yield made
