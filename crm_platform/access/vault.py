"""Secrets of an account that are no fields: kept encrypted beside the Password fields, never part of a document."""

from __future__ import annotations

from crm_platform.database.system import SECRET
from crm_platform.documents.context import Context


def _key(user: str, kind: str) -> dict[str, str]:
    return {"doctype": "User", "name": user, "fieldname": kind}


def put_secret(ctx: Context, user: str, kind: str, text: str) -> None:
    ctx.connection.put(SECRET, {**_key(user, kind), "ciphertext": ctx.runtime.cipher.encrypt(text)})


def get_secret(ctx: Context, user: str, kind: str) -> str | None:
    rows = ctx.connection.fetch(SECRET, _key(user, kind))
    return ctx.runtime.cipher.decrypt(rows[0]["ciphertext"]) if rows else None


def drop_secret(ctx: Context, user: str, kind: str) -> None:
    ctx.connection.remove(SECRET, _key(user, kind))
