"""Answers: JSON in Frappe's envelopes, and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import orjson
from starlette.responses import Response

from crm_platform.api.call import Style

Profile = Literal["api", "page", "print", "file"]

COMMON = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

POLICIES: dict[Profile, bytes] = {
    "api": b"default-src 'none'; frame-ancestors 'none'",
    "page": (
        b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        b"font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'"
    ),
    "print": (
        b"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
    ),
    "file": b"default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
}
"""Content-Security-Policy by kind of answer: only our own pages may run scripts."""

CACHING: dict[Profile, bytes] = {
    "api": b"no-store",
    "page": b"no-cache",
    "print": b"no-store",
    "file": b"private, no-cache",
}

HEADERS: dict[Profile, tuple[tuple[bytes, bytes], ...]] = {
    profile: (*COMMON, (b"content-security-policy", policy)) for profile, policy in POLICIES.items()
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A method's result that is a whole body: some of Frappe's desk methods put their own keys beside `message`."""

    body: dict[str, Any]


def allowed_header(verbs: Iterable[str]) -> str:
    """The header Allow for these verbs: HEAD goes with GET, OPTIONS with all."""
    known = list(verbs)
    return ", ".join([*known, *(("HEAD",) if "GET" in known else ()), *(() if "OPTIONS" in known else ("OPTIONS",))])


def allowed_response(allowed: str) -> Response:
    """The answer to OPTIONS."""
    return Response(b"", headers={"allow": allowed}, media_type="text/plain")


def json_response(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def data_response(value: Any, status: int = 200) -> Response:
    """The envelope of resources, and of everything in v2."""
    return json_response({"data": value}, status)


def method_response(value: Any, style: Style) -> Response:
    """The envelope of methods: a method that returns nothing answers `{}`."""
    if isinstance(value, Answer):
        return json_response(value.body)
    if value is None:
        return json_response({})
    return json_response({"message" if style == "v1" else "data": value})


def attachment(content: bytes, media_type: str, filename: str) -> Response:
    """A file that the browser saves."""
    headers = {"content-disposition": disposition("attachment", filename)}
    return Response(content, media_type=media_type, headers=headers)


def disposition(kind: Literal["inline", "attachment"], filename: str) -> str:
    """Content-Disposition with the name in ASCII and in full (RFC 6266); control characters and quotes drop out."""
    clean = "".join(c for c in filename if c.isprintable() and c not in '"\\/')
    ascii_name = clean.encode("ascii", "replace").decode().replace("?", "_")
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(clean, safe='')}"
