"""The HTTP client behind Outbound: resolves once, checks, connects to what was checked, bounded in time and size."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import ip_address

import httpx

from crm_platform.errors import UnavailableError
from crm_platform.outbound.addresses import DEFAULT_PORTS, Address, Network, Target, choose, target_of
from crm_platform.outbound.certificates import nobody
from crm_platform.outbound.outbound import Answer, Outbound, Resolve

LARGEST = 64 << 10
"""Bytes of an answer that are read; the rest is left."""

AGENT = "crm-platform"


async def system_addresses(target: Target) -> list[Address]:
    """All addresses of a name. Of odd forms such as 0x7f.1, too: the system reads them, so what it reads is checked."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnavailableError("The name {host} cannot be resolved.", host=target.host) from None
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


class CheckedTransport(httpx.AsyncBaseTransport):
    """Resolves the name once, checks every address of it, and connects to the address that was checked."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolve, trust: ssl.SSLContext) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inner = httpx.AsyncHTTPTransport(verify=trust, trust_env=False, retries=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The name stays in the header Host and in TLS; only the connection goes to the address."""
        host = request.url.raw_host.decode("ascii").strip("[]").rstrip(".")
        target = Target(host, request.url.port or DEFAULT_PORTS[request.url.scheme])
        address = choose(target, await self._resolve(target), self._allowed)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=str(address))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def send(
    outbound: Outbound, method: str, url: str, headers: Mapping[str, str], content: bytes, timeout: float
) -> Answer:
    """Outbound.send."""
    target_of(url)
    request = _send(
        outbound, httpx.Request(method, _parsed(url), headers=_with_ours(headers), content=content), timeout
    )
    return asyncio.run(request)


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UnavailableError("The request failed: {reason}", reason=str(error)[:200]) from None


def _with_ours(headers: Mapping[str, str]) -> dict[str, str]:
    return {"user-agent": AGENT, "accept": "*/*", "accept-encoding": "identity", **headers}


async def _send(outbound: Outbound, request: httpx.Request, timeout: float) -> Answer:
    trust = outbound.trust() if request.url.scheme == "https" else nobody()
    transport = CheckedTransport(outbound.allowed, outbound.resolve or system_addresses, trust)
    client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False, timeout=timeout)
    try:
        async with asyncio.timeout(timeout), client:
            response = await client.send(request, stream=True)
            try:
                return Answer(response.status_code, await _beginning(response))
            finally:
                await response.aclose()
    except (TimeoutError, httpx.TimeoutException):
        raise UnavailableError("There was no answer within {seconds} seconds.", seconds=int(timeout)) from None
    except (httpx.HTTPError, ssl.SSLError) as error:
        raise UnavailableError("The request failed: {reason}", reason=str(error)[:200] or "no answer") from None


async def _beginning(response: httpx.Response) -> str:
    """At most LARGEST bytes, as they come over the wire: what is packed is not unpacked. No database keeps a NUL."""
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) >= LARGEST:
            break
    return bytes(read[:LARGEST]).replace(b"\0", b"?").decode("utf-8", "replace")
