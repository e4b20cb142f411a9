"""The header Idempotency-Key: a retried request gets the first answer instead of doing its work twice."""

from __future__ import annotations

import zlib
from functools import partial
from hashlib import sha256
from typing import TypeVar

import orjson

from crm_platform.api.scope import Work
from crm_platform.database.system import IDEMPOTENCY
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError

T = TypeVar("T")

MAX_KEY = 140
LOCKS = 64
"""Requests with one key wait for each other at one of so many series rows; keys are spread over them."""


def once(key: str, fingerprint: bytes, work: Work[T]) -> Work[T]:
    """`work`, remembered under the caller's key in the same transaction. Its result must be JSON-able.

    Raises ValidationError for a key that another request has used, or one that is too long.
    """
    if len(key) > MAX_KEY or not key.isprintable():
        raise ValidationError("Idempotency-Key must be at most {length} printable characters.", length=MAX_KEY)
    return partial(_answer_once, key, sha256(fingerprint).hexdigest(), work)


def _answer_once(key: str, digest: str, work: Work[T], ctx: Context) -> T:
    where = {"key": key, "user": ctx.user}
    # On PostgreSQL two transactions would both find no answer: the second one waits here for the first one's commit.
    ctx.connection.next_numbers(f"_idempotency {zlib.crc32(key.encode()) % LOCKS}")
    for row in ctx.connection.fetch(IDEMPOTENCY, where):
        known = orjson.loads(row["response"])
        if known["request"] != digest:
            raise ValidationError("Idempotency-Key {key} was used for another request. Choose a new one.", key=key)
        result: T = known["result"]
        return result
    result = work(ctx)
    response = orjson.dumps({"request": digest, "result": result}).decode()
    ctx.connection.put(IDEMPOTENCY, {**where, "response": response, "created": ctx.now()})
    return result
