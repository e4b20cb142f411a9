"""Requests to addresses that people enter: nothing inside is reached, nothing takes long, nothing grows."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from itertools import cycle
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from crm_platform.errors import AddressNotAllowedError, UnavailableError
from crm_platform.outbound import client
from crm_platform.outbound.addresses import Address, Target, is_outside, networks, target_of
from crm_platform.outbound.client import LARGEST
from crm_platform.outbound.outbound import Outbound
from support.receiver import Receiver, receiver
from support.sabotage import always, defended_by, yes

__all__ = ["receiver"]

HERE = networks(["127.0.0.1"])

INSIDE = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1"),
    *("::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::"),
    *("2001:0:7f00:1::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:8.8.8.8"),
]
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:800::200e"]


def resolving(*texts: str) -> Outbound:
    """A client whose names have these addresses."""

    async def found(target: Target) -> Sequence[Address]:
        return [ip_address(text) for text in texts]

    return Outbound(resolve=found)


def post(outbound: Outbound, url: str, timeout: float = 5) -> client.Answer:
    return outbound.send("POST", url, headers={}, content=b"{}", timeout=timeout)


@defended_by("crm_platform.outbound.addresses:TRANSLATED", replace_with=())
@pytest.mark.parametrize("text", INSIDE)
def test_E06_inside_addresses_are_known(text: str) -> None:
    assert not is_outside(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_outside_addresses_are_known(text: str) -> None:
    assert is_outside(ip_address(text))


@defended_by("crm_platform.outbound.addresses:is_open", replace_with=yes)
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "127.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0", "0.0.0.0"),
        *("127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "①②⑦.0.0.1", "127。0。0。1"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[0:0:0:0:0:ffff:7f00:1]"),
    ],
)
def test_E03_E05_no_way_of_writing_an_inside_address_reaches_it(receiver: Receiver, host: str) -> None:
    with pytest.raises((AddressNotAllowedError, UnavailableError)):
        post(Outbound(), f"http://{host}:{receiver.port}/")
    assert receiver.received == []


@defended_by("crm_platform.outbound.addresses:UNSAFE", replace_with=re.compile("(?!)"))
@pytest.mark.parametrize(
    "url",
    [
        *("ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "//example.com/", "example.com", ""),
        *("http://user:pass@example.com/", "http://user@example.com/", "http://[fe80::1%25eth0]/", "http:///x"),
        *("http://exa mple.com/", "http://example.com\\@127.0.0.1/", "http://example.com:99999/", "http://[::1/"),
        *("http://example.com/\r\nX: y", "http://\x00example.com/", "javascript:alert(1)", "http://example.com:x/"),
    ],
)
def test_E05_odd_urls_are_refused_before_anything_happens(url: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        target_of(url)


@defended_by("crm_platform.outbound.addresses:PORTS", replace_with=range(65536))
@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 9200, 11211])
def test_E03_ports_of_other_services_are_closed(port: int) -> None:
    with pytest.raises(AddressNotAllowedError):
        post(resolving("8.8.8.8"), f"http://example.com:{port}/")


@defended_by("crm_platform.outbound.addresses:is_open", replace_with=yes)
def test_E03_a_name_with_one_inside_address_is_refused() -> None:
    with pytest.raises(AddressNotAllowedError):
        post(resolving("8.8.8.8", "10.0.0.1"), "http://example.com/")
    with pytest.raises(AddressNotAllowedError):
        post(resolving(), "http://example.com/")


@defended_by("crm_platform.outbound.client:choose", replace_with=always(ip_address("127.0.0.1")))
def test_E07_the_connection_goes_to_the_address_that_was_checked(receiver: Receiver) -> None:
    asked: list[str] = []
    answers: Iterator[str] = cycle(["8.8.8.8", "127.0.0.1"])

    async def alternating(target: Target) -> Sequence[Address]:
        asked.append(target.host)
        return [ip_address(next(answers))]

    outbound = Outbound(resolve=alternating)
    with pytest.raises((AddressNotAllowedError, UnavailableError)):
        post(outbound, f"http://rebinding.example:{receiver.port}/", timeout=0.5)
    assert asked == ["rebinding.example"], "The name is asked for once."
    assert receiver.received == []


def test_the_operator_opens_inside_addresses(receiver: Receiver) -> None:
    answer = post(Outbound(HERE), receiver.url)
    assert (answer.status, answer.text, answer.is_success) == (200, "ok", True)
    (request,) = receiver.received
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    with pytest.raises((AddressNotAllowedError, UnavailableError)):
        post(Outbound(networks(["127.0.0.2"])), receiver.url)


def following(**options: Any) -> httpx.AsyncClient:
    """A client that goes wherever it is led."""
    return AsyncClient(**{**options, "follow_redirects": True})


def trusting(**options: Any) -> httpx.AsyncClient:
    """A client that asks the environment for a proxy."""
    return AsyncClient(timeout=options["timeout"], trust_env=True)


@defended_by("crm_platform.outbound.client:httpx.AsyncClient", replace_with=following)
def test_E04_redirects_are_not_followed(receiver: Receiver) -> None:
    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("location", f"http://127.0.0.1:{receiver.port}/secret")
        handler.send_header("content-length", "0")
        handler.end_headers()

    receiver.answer = elsewhere
    answer = post(Outbound(HERE), receiver.url)
    assert (answer.status, answer.is_success) == (302, False)
    assert [request.path for request in receiver.received] == ["/hook"]


@defended_by("crm_platform.outbound.client:httpx.AsyncClient", replace_with=trusting)
def test_E02_the_environment_names_no_proxy(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert post(Outbound(HERE), receiver.url).status == 200


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    try:
        for _ in range(200):
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        return


@defended_by("crm_platform.outbound.client:asyncio.timeout", replace_with=lambda _: client.asyncio.timeout_at(None))
def test_I03_a_receiver_that_drips_is_left_in_time(receiver: Receiver) -> None:
    receiver.answer = dripping
    started = time.monotonic()
    with pytest.raises(UnavailableError, match="no answer within"):
        post(Outbound(HERE), receiver.url, timeout=0.5)
    assert time.monotonic() - started < 5


@defended_by("crm_platform.outbound.client:LARGEST", replace_with=1 << 20)
def test_H10_an_endless_answer_is_cut(receiver: Receiver) -> None:
    receiver.answer = endless
    assert len(post(Outbound(HERE), receiver.url).text) == LARGEST


def test_no_connection_is_a_sentence() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(UnavailableError, match="The request failed"):
        post(Outbound(HERE), f"http://127.0.0.1:{port}/")
    with pytest.raises(UnavailableError, match="cannot be resolved"):
        post(Outbound(HERE), "http://nothing.invalid/")


@pytest.mark.parametrize("text", ["nonsense", "10.0.0.0/99", ""])
def test_a_list_of_the_operator_with_a_mistake_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        networks([text])
