"""How parent and worker talk: frames with their length in front; values as JSON that keeps dates and exact numbers."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

import orjson

LENGTH = struct.Struct(">Q")
OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS

READERS: dict[str, Callable[[str], Any]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
}
"""No fieldname begins with a dollar sign."""


class Broken(Exception):
    """The other side is gone, or what it sent is longer than agreed."""


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    stream.write(LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: BinaryIO, limit: int) -> bytes:
    """The next frame. Raises Broken at the end of the stream and for a frame above `limit` bytes."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise Broken("closed")
    (length,) = LENGTH.unpack(head)
    if length > limit:
        raise Broken("too long")
    payload = stream.read(length)
    if len(payload) < length:
        raise Broken("closed")
    return payload


def dumps(value: Any) -> bytes:
    """JSON of plain data, dataclasses among them."""
    return orjson.dumps(value, default=_tagged, option=OPTIONS)


def loads(payload: bytes) -> Any:
    return orjson.loads(payload)


def untagged(value: dict[str, Any]) -> Any:
    """The scalar that `dumps` wrote as {"$kind": text}; the mapping itself when it is none."""
    if len(value) == 1:
        ((kind, text),) = value.items()
        if kind in READERS:
            return READERS[kind](text)
    return value


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, time):
        return {"$time": value.isoformat()}
    raise TypeError(type(value).__name__)
