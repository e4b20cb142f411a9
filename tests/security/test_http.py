"""Requests that no browser sends, over a bare socket: refused, never a fault of the server, never another's file."""

from __future__ import annotations

import random
import select
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from crm_platform.database.conditions import EVERYTHING
from support.api_server import serve
from support.attack_site import LOW, AttackSite
from support.offices import until
from support.sabotage import always, defended_by, nothing, yes
from support.sabotage_files import any_file, any_path

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
    *("/backup.zip", "/backups/backup.zip", "/private/backups/backup.zip", "/files/backup.zip", "/site.json"),
    *("/api/method/frappe.utils.backups.fetch_latest_backups", "/api/method/frappe.desk.page.backups.backups.schedule"),
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


@defended_by("crm_platform.files.storage:Storage.path_of", replace_with=any_path)
@defended_by("crm_platform.files.attachments:Files.find", replace_with=any_file)
@pytest.mark.parametrize("path", PATHS)
def test_H02_H03_no_path_leads_out_of_the_files_or_to_a_backup(address: Address, path: str) -> None:
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


@defended_by("crm_platform.api.intake:body_arguments", replace_with=lambda kind, body: orjson.loads(body))
def test_G11_random_requests_never_fault_and_tell_nothing(attacked: AttackSite, address: Address) -> None:
    """Nothing of what would open a session, and to a low user nothing that he may not read."""
    chance = random.Random(20)
    keys = [f"Authorization: token {attacked.api.keys[user]}\r\n".encode() for user in ("Administrator", LOW)]
    secrets = [key.partition(":")[2].encode() for key in attacked.api.keys.values()]
    canaries = [canary.encode() for canary in attacked.canaries]
    for _ in range(300):
        path = chance.choice(ROOTS) + "".join(chance.choice(PARTS) for _ in range(chance.randint(0, 5)))
        key = chance.choice((b"", *keys))
        body, head = chance.choice(BODIES), key + chance.choice(KINDS)
        first = f"{chance.choice(VERBS)} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        answer = send(address, first + head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert status(answer) < 500, (first, answer[:500])
        assert b"Traceback" not in answer
        assert not [secret for secret in secrets if secret in answer]
        assert key == keys[0] or not [canary for canary in canaries if canary in answer]


HOSTS = ("a@b", "x/..", "x?/api/method/ping", "x#", "[::1", "x:99999", "x y", "", "\xff", "/api/method/ping", "x\\y")
CLOSED_TO_GUESTS = ("/api/resource/Vault/V1", "/api/method/frappe.client.get_list?doctype=Vault", "/private/files/x")


@pytest.mark.parametrize("host", HOSTS)
@defended_by("crm_platform.api.scope:require_user", replace_with=nothing)
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_G08_a_strange_host_opens_no_closed_address(attacked: AttackSite, address: Address, host: str) -> None:
    """What may be called is decided by the route that was found, never by an address put together again."""
    for path in CLOSED_TO_GUESTS:
        for target in (path, f"http://{host or 'x'}{path}"):
            request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            answer = send(address, request.encode("latin-1"))
            assert status(answer) in (400, 401, 403, 404), answer
            assert not [canary for canary in attacked.canaries if canary.encode() in answer]


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 18, "9" * 5000, "\u0661", "1\t2", "nan", "0x1", "\xff\xfe"])
@defended_by("crm_platform.api.live:LONGEST_ID", replace_with=10_000)
def test_I02_a_malformed_place_in_the_stream_ends_nothing(attacked: AttackSite, address: Address, last: str) -> None:
    head = f"Authorization: token {attacked.api.keys[LOW]}\r\nLast-Event-ID: ".encode()
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(b"GET /api/events HTTP/1.1\r\nHost: x\r\n" + head + last.encode() + b"\r\n\r\n")
        answer = connection.recv(65536)
    assert status(answer) in (200, 400), answer
    assert status(send(address, b"GET /api/method/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == 200


MEGABYTE = b"0" * (1 << 20)


def spooled() -> int:
    """Files without a name that this process, where the server runs, holds open."""
    held = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            held += descriptor.readlink().name.endswith("(deleted)")
    return held


@defended_by("crm_platform.api.uploads:limited", replace_with=lambda request, _: request.stream())
def test_X24_what_is_too_large_is_refused_while_it_comes_and_leaves_nothing(
    attacked: AttackSite, address: Address
) -> None:
    """A stream of any length is given up at the limit; a connection that is cut leaves no file either."""
    key = f"Authorization: token {attacked.api.keys['Administrator']}\r\n".encode()
    start = b"POST /api/method/upload_file HTTP/1.1\r\nHost: x\r\n" + key
    kind = b"Content-Type: multipart/form-data; boundary=b\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="X24.bin"\r\n\r\n'
    before = spooled()
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(start + kind + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(part) + part + b"\r\n")
        sent = 0
        with suppress(OSError):
            while sent < 60 and not select.select([connection], [], [], 0)[0]:
                connection.sendall(b"%x\r\n" % len(MEGABYTE) + MEGABYTE + b"\r\n")
                sent += 1
        assert status(connection.recv(65536)) == 413
        assert sent < 60
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(start + kind + b"Content-Length: 9000000\r\n\r\n" + part + MEGABYTE)
    assert status(send(address, b"GET /api/method/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == 200
    assert not [path for path in attacked.api.site.folder.files.rglob("*") if "X24" in path.name]
    until(lambda: spooled() <= before)
