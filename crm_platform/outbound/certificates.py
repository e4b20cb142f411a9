"""Which servers are trusted: the authorities are read for the first encrypted connection, and kept for the others."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache

Trust = Callable[[], ssl.SSLContext]
"""Gives the authorities; asked by who encrypts only."""


def machines_own() -> Trust:
    """The authorities that the machine trusts; reading them takes longer than sending a mail."""
    return cache(ssl.create_default_context)


def nobody() -> ssl.SSLContext:
    """No authority at all: for a connection that is not encrypted, and would end if it were."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
