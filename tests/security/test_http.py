"""Requests that no browser sends, over a bare socket: refused, never a fault of the server, never another's file."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from support.api_server import serve
from support.attack_site import AttackSite

Address = tuple[str, int]

PATHS = (
    *(
        "/files/../../secret.key",
        "/files/..%2f..%2fsecret.key",
        "/files/%2e%2e/%2e%2e/secret.key",
        "/files/..%5csecret.key",
    ),
    *(
        "/private/files/../../site.json",
        "/files//etc/passwd",
        "//etc/passwd",
        "/files/%00",
        "/files/%c0%ae%c0%ae/site.json",
    ),
    *(
        "/assets/../../secret.key",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/assets//etc/passwd",
        "/assets/..%252f..%252fx",
    ),
    *(
        "/secret.key",
        "/site.db",
        "/.git/config",
        "/files/..;/secret.key",
        "/private%2ffiles/x",
        "/api/resource/..%2f..",
    ),
)
MALFORMED = (
    (b"POST /api/method/ping", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (b"POST /api/method/ping", b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
    (b"POST /api/method/ping", b"Content-Length: -1\r\n\r\n"),
    (b"POST /api/method/ping", b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n"),
    (b"GET /api/method/ping", b"Authorization: Basic \xff\xfe\r\n\r\n"),
    (b"GET /api/resource/User?fields=%ED%A0%80", b"\r\n"),
    (b"GET /api/resource/User/%ED%A0%80", b"\r\n"),
    (b"POST /api/method/login", b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc"),
)


@pytest.fixture(scope="module")
def address(attacked: AttackSite) -> Iterator[Address]:
    with serve(attacked.api.app) as url:
        parts = urlsplit(url)
        yield str(parts.hostname), int(parts.port or 0)


def send(address: Address, request: bytes) -> bytes:
    """The whole answer to a request that asks for the connection to be closed."""
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_the_files(address: Address, path: str) -> None:
    for verb in ("GET", "POST", "DELETE"):
        request = f"{verb} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        answer = send(address, request.encode())
        assert status(answer) in (400, 403, 404, 405, 417), answer
        assert b"root:" not in answer


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_a_malformed_request_is_refused(address: Address, number: int) -> None:
    first, rest = MALFORMED[number]
    answer = send(address, first + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + rest)
    assert 400 <= status(answer) < 500, answer
    assert answer.count(b"HTTP/1.1 ") == 1


VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY")
ROOTS = ("/api/resource/", "/api/v2/document/", "/api/method/", "/files/", "/assets/", "/printview?", "/app/", "/")
PARTS = (
    "User",
    "Vault",
    "V1",
    "%00",
    "..",
    "%2f",
    "?",
    "&",
    "fields",
    '["*"]',
    "%ff",
    "login",
    "frappe.client.get",
    "[[",
)
BODIES = (b"", b"{}", b"[]", b'{"a":', b"\xff\xfe", b'{"doctype":"User"}', b"a=b&c=%ff", b"\x00", b'{"doc":1}')
KINDS = (
    b"",
    b"Content-Type: application/json\r\n",
    b"Content-Type: multipart/form-data; boundary=x\r\n",
    b"Content-Type: \xff\r\n",
)


def test_random_requests_never_fault(attacked: AttackSite, address: Address) -> None:
    chance = random.Random(20)
    key = f"Authorization: token {attacked.api.keys['Administrator']}\r\n".encode()
    for _ in range(300):
        path = chance.choice(ROOTS) + "".join(chance.choice(PARTS) for _ in range(chance.randint(0, 5)))
        body, head = chance.choice(BODIES), chance.choice((b"", key)) + chance.choice(KINDS)
        first = f"{chance.choice(VERBS)} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        answer = send(address, first + head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert status(answer) < 500, (first, answer[:500])
        assert b"Traceback" not in answer
