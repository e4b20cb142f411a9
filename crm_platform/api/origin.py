"""Requests that come from elsewhere: unknown hosts, and unsafe requests sent by other sites' pages."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from crm_platform.errors import BadRequestError, CSRFTokenError

SAFE_VERBS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})


def check_host(headers: Headers, hosts: Collection[str]) -> None:
    """Refuse a Host that the site does not go by. Without configured hosts every Host is taken; none is ever echoed."""
    if not hosts:
        return
    host = headers.get("host", "")
    if host.lower() in hosts or _without_port(host) in hosts:
        return
    raise BadRequestError("This site is not known under that address. Use the address that it was set up with.")


def check_origin(verb: str, headers: Headers) -> None:
    """Refuse an unsafe request that a browser says another site's page sent (as Go's CrossOriginProtection does).

    Requests with an Authorization header carry their own proof and pass; so does a client that sends neither header,
    which no browser does. Raises CSRFTokenError.
    """
    if verb in SAFE_VERBS or "authorization" in headers:
        return
    site = headers.get("sec-fetch-site")
    if site in OWN_PAGES:
        return
    origin = headers.get("origin")
    if site is None and (origin is None or _host_of(origin) == headers.get("host", "").lower()):
        return
    raise CSRFTokenError("Invalid Request: it was sent by a page of another site. Send it from this site's own pages.")


def _without_port(host: str) -> str:
    name, _, port = host.lower().rpartition(":")
    return name if name and port.isdigit() else host.lower()


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
