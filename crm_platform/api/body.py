"""What a request says: its query and body as arguments, read within limits and refused when malformed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from crm_platform.errors import EntityTooLargeError, Text, ValidationError

MAX_FIELDS = 1000
MAX_DEPTH = 100
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

Arguments = dict[str, Any]


def too_large(limit: int) -> EntityTooLargeError:
    return EntityTooLargeError("The request is larger than {megabytes} MB. Send less at once.", megabytes=limit >> 20)


async def limited(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body in chunks; raises EntityTooLargeError as soon as it passes `limit` bytes, whatever it announced."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        yield chunk


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body."""
    return b"".join([chunk async for chunk in limited(request, limit)])


def content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def query_arguments(query: bytes) -> Arguments:
    """Arguments in the address."""
    return _pairs(query)


def body_arguments(kind: str, body: bytes) -> Arguments:
    """Arguments in the body: a form, or JSON under any other content type. A form field `data` may hold a document."""
    if kind == FORM:
        return _pairs(body)
    if not body:
        return {}
    value = parse_json(body, Text("The request's body"))
    if not isinstance(value, dict):
        raise ValidationError("Invalid request arguments: the body must be a JSON object.")
    return value


def parse_json(text: bytes | str, what: str | Text) -> Any:
    """Parse JSON text; raises ValidationError naming `what` when it is broken or holds the character NUL."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValidationError(
            "{what} is not valid JSON (line {line}, column {column}).", what=what, line=error.lineno, column=error.colno
        ) from None
    if too_deep(text, value):
        raise ValidationError("{what} is nested more than {limit} levels deep.", what=what, limit=MAX_DEPTH)
    if has_nul(text):
        refuse_nul(value)
    return value


def too_deep(text: bytes | str, value: Any) -> bool:
    """Whether JSON is nested deeper than we walk through or write again; only a text full of brackets is looked at."""
    brackets = text.count(b"[") + text.count(b"{") if isinstance(text, bytes) else text.count("[") + text.count("{")
    if brackets <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        holders = [part for part in level if isinstance(part, dict | list)]
        if not holders:
            return False
        level = [part for holder in holders for part in (holder.values() if isinstance(holder, dict) else holder)]
    return any(isinstance(part, dict | list) for part in level)


def has_nul(text: bytes | str) -> bool:
    """Whether JSON text may hold a NUL; the exact answer takes a walk through the parsed value."""
    return b"\\u0000" in text if isinstance(text, bytes) else "\\u0000" in text


def refuse_nul(value: Any) -> None:
    """Raise ValidationError when any text inside `value` holds the character NUL, which no database column takes."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValidationError("Text cannot hold the character NUL. Remove it and send the request again.")
    elif isinstance(value, dict):
        for key, part in value.items():
            refuse_nul(key)
            refuse_nul(part)
    elif isinstance(value, list):
        for part in value:
            refuse_nul(part)


def document_of(arguments: Arguments, kind: str) -> Arguments:
    """The document in a body: the field `data` of a form (or of a JSON object that has nothing else), or all of it."""
    data = arguments.get("data")
    if data is None or (kind != FORM and len(arguments) > 1):
        return arguments
    if isinstance(data, str):
        data = parse_json(data, "data")
    if not isinstance(data, dict):
        raise ValidationError("Invalid request arguments: data must be a JSON object.")
    return data


def _pairs(text: bytes) -> Arguments:
    if not text:
        return {}
    try:
        pairs = parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:  # UnicodeDecodeError too
        raise ValidationError("The request's fields are too many or no valid UTF-8. Check their encoding.") from None
    if b"%00" in text or b"\x00" in text:
        refuse_nul([part for pair in pairs for part in pair])
    return dict(pairs)
