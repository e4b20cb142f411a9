"""Which addresses a request may go to: those of the outside, and inside ones that the operator allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from crm_platform.errors import AddressNotAllowedError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports of the outside that a request may go to: others belong to databases, mail servers and the like."""

UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
"""What programs that read URLs do not agree about."""

DEFAULT_PORTS = {"http": 80, "https": 443}

TRANSLATED = tuple(
    ip_network(text) for text in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)
"""IPv6 networks that hold IPv4 addresses: compatible, mapped, NAT64 (RFC 6052, 8215), Teredo, 6to4."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL: where to connect by name, not resolved yet."""

    host: str
    port: int


def networks(allowed: Iterable[str]) -> tuple[Network, ...]:
    """The operator's list: addresses and networks such as 127.0.0.1 or 10.1.0.0/16. Raises ValueError."""
    return tuple(ip_network(text, strict=False) for text in allowed)


def target_of(url: str) -> Target:
    """Check what can be checked without asking anybody. Raises AddressNotAllowedError."""
    try:
        parsed = urlsplit(url)
        host, port = (parsed.hostname or "").rstrip("."), parsed.port
    except ValueError:
        raise _refused(url) from None
    odd = UNSAFE.search(url) or "@" in parsed.netloc or "%" in host
    if parsed.scheme not in DEFAULT_PORTS or not host or odd:
        raise _refused(url)
    return Target(host, port or DEFAULT_PORTS[parsed.scheme])


def check_literal(target: Target, allowed: Sequence[Network] = ()) -> None:
    """Refuse a URL that names an inside address itself, when it is entered."""
    try:
        address = ip_address(target.host)
    except ValueError:
        return
    if not is_open(address, target.port, allowed):
        raise _refused(target.host)


def choose(target: Target, found: Sequence[Address], allowed: Sequence[Network]) -> Address:
    """The address to connect to, when every address of the name is allowed. Raises AddressNotAllowedError."""
    if not found or not all(is_open(address, target.port, allowed) for address in found):
        raise _refused(target.host)
    return found[0]


def is_open(address: Address, port: int, allowed: Sequence[Network] = ()) -> bool:
    """Whether a request may go there."""
    if any(address in network for network in allowed if network.version == address.version):
        return True
    return port in PORTS and is_outside(address)


def is_outside(address: Address) -> bool:
    """Whether the address is one of the public internet, and holds no other address in itself."""
    if any(address in network for network in TRANSLATED if network.version == address.version):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _refused(url: str) -> AddressNotAllowedError:
    return AddressNotAllowedError(
        "The address {url} is not allowed: it must be http or https, on a usual port, outside of this network.",
        url=url[:200],
    )
