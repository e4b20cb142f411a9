"""A forgotten password: a link by mail that is good once, for a while, and for the account as it was then."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from crm_platform.access.accounts import Account, find_account
from crm_platform.access.attempts import Limit, count_against
from crm_platform.access.passwords import set_password
from crm_platform.access.vault import drop_secret, get_secret, put_secret
from crm_platform.database.interface import Row
from crm_platform.database.system import PASSWORD
from crm_platform.documents.context import GUEST, Context
from crm_platform.errors import LinkExpiredError, ValidationError

KIND = "reset"
GOOD_FOR = timedelta(hours=1)

PER_ACCOUNT = (3, 3600)
PER_ADDRESS = (20, 3600)
"""Asked for so often in so many seconds, for one name (known or not) and from one address."""


@dataclass(frozen=True, slots=True)
class ResetLink:
    """To whom the link goes, and the key that it carries. The key is stored nowhere."""

    user: str
    email: str
    full_name: str
    language: str
    key: str


def count_request(ctx: Context, usr: str) -> Account:
    """Count a request for a link, whoever it is for. Raises TooManyRequestsError, alike for known and unknown names."""
    account = find_account(ctx, usr)
    limits = (
        Limit.of("reset", *PER_ACCOUNT, account.key),
        Limit.of("reset-address", *PER_ADDRESS, ctx.ip),
    )
    count_against(ctx, limits)
    return account


def make_link(ctx: Context, usr: str) -> ResetLink | None:
    """A new key for the account that goes by this name; earlier ones are void. None when nobody may have one."""
    user = find_account(ctx, usr).user
    row = _enabled(ctx, user) if user not in (None, GUEST) else None
    if user is None or row is None or "@" not in (row["email"] or ""):
        return None
    secret = secrets.token_urlsafe(32)
    kept = {"hash": _hash(secret), "until": (ctx.now() + GOOD_FOR).isoformat(), "password": _changed(ctx, user)}
    put_secret(ctx, user, KIND, orjson.dumps(kept).decode())
    key = ctx.runtime.cipher.encrypt(orjson.dumps([KIND, user, secret]).decode())
    return ResetLink(user, row["email"], row["full_name"] or "", row["language"] or "", key)


def reset_password(ctx: Context, key: str, password: str) -> str:
    """Set a new password by the key of a link, and return its user; all sessions of the user end.

    Raises LinkExpiredError for a key that was used, is too old, or was made before the account changed, and
    ValidationError for a weak password, which leaves the key good.
    """
    user, secret = _read(ctx, key)
    kept = get_secret(ctx, user, KIND)
    if kept is None or _enabled(ctx, user) is None:
        raise _expired()
    facts = orjson.loads(kept)
    in_time = ctx.now() < datetime.fromisoformat(facts["until"])
    same = hmac.compare_digest(_hash(secret), facts["hash"]) and facts["password"] == _changed(ctx, user)
    if not (in_time and same):
        raise _expired()
    set_password(ctx, user, password)
    drop_secret(ctx, user, KIND)
    return user


def _read(ctx: Context, key: str) -> tuple[str, str]:
    try:
        kind, user, secret = orjson.loads(ctx.runtime.cipher.decrypt(key))
    except (ValidationError, ValueError, TypeError):
        raise _expired() from None
    if kind != KIND:
        raise _expired()
    return str(user), str(secret)


def _enabled(ctx: Context, user: str | None) -> Row | None:
    """The row of a user that may sign in, locked: of two that use one key, the second comes too late."""
    row = ctx.connection.get_row(ctx.definitions["User"], user or "", for_update=True)
    return row if row is not None and row["enabled"] else None


def _changed(ctx: Context, user: str) -> str:
    """When the password was set last, as text."""
    rows = ctx.connection.fetch(PASSWORD, {"user": user})
    return rows[0]["changed"].isoformat() if rows else ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _expired() -> LinkExpiredError:
    return LinkExpiredError("This link is not valid any more. Ask for a new one.")
