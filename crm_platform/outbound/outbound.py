"""What other rooms use: Outbound sends one request. It is for jobs; never call it inside a transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import cast

from crm_platform.outbound.addresses import Address, Network, Target
from crm_platform.outbound.certificates import Trust, machines_own

Resolve = Callable[[Target], Awaitable[Sequence[Address]]]

TIMEOUT = 10.0
"""Seconds for everything: name, connection, request and answer."""

CLIENT = "crm_platform.outbound.client"
"""Imported by who sends: httpx takes 90 ms and 10 MB, and a process that serves pages sends nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the beginning of the body as text."""

    status: int
    text: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Outbound:
    """`allowed` are inside networks that the operator opens; `resolve` gives the addresses of a name (None: the
    system's). Redirects are never followed, and no proxy is asked."""

    allowed: tuple[Network, ...] = ()
    resolve: Resolve | None = None
    trust: Trust = field(default_factory=machines_own)

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes, timeout: float = TIMEOUT
    ) -> Answer:
        """One request. Raises AddressNotAllowedError, UnavailableError (no answer, or not in `timeout` seconds)."""
        client = import_module(CLIENT)
        return cast(Answer, client.send(self, method, url, headers, content, timeout))
