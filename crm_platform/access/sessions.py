"""Sessions: an opaque random id in the browser, its hash in the database, an expiry that slides with use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_platform.access.settings import SecuritySettings
from crm_platform.database.interface import Row
from crm_platform.database.system import SESSION
from crm_platform.documents.context import Context
from crm_platform.errors import CSRFTokenError, DoesNotExistError

TOUCH_EVERY = timedelta(minutes=5)
"""`last_seen` is written at most this often, never per request."""

DEVICE_LENGTH = 140

ID_LENGTH = 16
"""Characters of a session's hash by which its user names it."""


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. `key` is the hash of its id."""

    key: str
    user: str
    last_seen: datetime
    csrf_token: str


def hash_sid(sid: str) -> str:
    return hashlib.sha256(sid.encode("utf-8", "surrogatepass")).hexdigest()


def create_session(ctx: Context, user: str, settings: SecuritySettings, limit: int, device: str) -> str:
    """Open a session and return its id, which is stored nowhere. The user's oldest sessions beyond `limit` end."""
    remove_expired(ctx, user)
    _make_room(ctx, user, 1 if settings.single_session else limit)
    sid = secrets.token_hex(28)
    now = ctx.now()
    values = {
        "sid_hash": hash_sid(sid),
        "user": user,
        "created": now,
        "last_seen": now,
        "expires": now + settings.session_expiry,
        "csrf_token": "",
        "ip": ctx.ip,
        "device": device[:DEVICE_LENGTH],
    }
    ctx.connection.put(SESSION, values)
    return sid


def find_session(ctx: Context, sid: str) -> Session | None:
    """The live session with this id; None for an unknown or an expired one."""
    key = hash_sid(sid)
    rows = ctx.connection.fetch(SESSION, {"sid_hash": key})
    if not rows or rows[0]["expires"] <= ctx.now():
        return None
    row = rows[0]
    return Session(key, row["user"], row["last_seen"], row["csrf_token"] or "")


def is_due(ctx: Context, session: Session) -> bool:
    """Whether the use of the session should be written down."""
    return ctx.now() - session.last_seen >= TOUCH_EVERY


def touch(ctx: Context, session: Session, expiry: timedelta) -> None:
    """Let the expiry slide, and tell when the user was active. Of several requests at once only one writes."""
    now = ctx.now()
    values = {"last_seen": now, "expires": now + expiry}
    if ctx.connection.change(SESSION, values, {"sid_hash": session.key, "last_seen": session.last_seen}):
        ctx.connection.update_row(ctx.definitions["User"], session.user, {"last_active": now})


def issue_csrf_token(ctx: Context) -> str:
    """The token of the session of `ctx`, made when the interface is first served to it; empty without a session.

    From then on unsafe requests of this session need it. Run it in a write transaction.
    """
    if not ctx.session:
        return ""
    rows = ctx.connection.fetch(SESSION, {"sid_hash": ctx.session})
    if rows and rows[0]["csrf_token"]:
        return str(rows[0]["csrf_token"])
    token = secrets.token_hex(28)
    ctx.connection.change(SESSION, {"csrf_token": token}, {"sid_hash": ctx.session})
    return token


def check_csrf_token(session: Session, given: str) -> None:
    """Raises CSRFTokenError for a missing or wrong token once the session has one."""
    if session.csrf_token and not hmac.compare_digest(session.csrf_token.encode(), given.encode("utf-8", "replace")):
        raise CSRFTokenError("Invalid Request. Reload the page and try again.")


def end_session(ctx: Context) -> None:
    """Sign out: the session of `ctx` is gone at once."""
    if ctx.session:
        ctx.connection.remove(SESSION, {"sid_hash": ctx.session})


def end_sessions(ctx: Context, user: str, *, but: str = "") -> None:
    """End all sessions of a user, except the one with the key `but`."""
    for row in _sessions(ctx, user):
        if row["sid_hash"] != but:
            ctx.connection.remove(SESSION, {"sid_hash": row["sid_hash"]})


def own_sessions(ctx: Context) -> list[Row]:
    """The live sessions of the caller, the last used first; none is told by what opens it."""
    live = [row for row in _sessions(ctx, ctx.user) if row["expires"] > ctx.now()]
    return [
        {
            "id": row["sid_hash"][:ID_LENGTH],
            "is_current": int(row["sid_hash"] == ctx.session),
            **{name: row[name] for name in ("created", "last_seen", "expires", "ip", "device")},
        }
        for row in reversed(live)
    ]


def end_own(ctx: Context, session: str) -> None:
    """End one of the caller's sessions. Raises DoesNotExistError for an unknown id, also for that of somebody else."""
    for row in _sessions(ctx, ctx.user):
        if row["sid_hash"][:ID_LENGTH] == session:
            ctx.connection.remove(SESSION, {"sid_hash": row["sid_hash"]})
            return
    raise DoesNotExistError("You have no such session. It may have ended already.")


def remove_expired(ctx: Context, user: str) -> None:
    now = ctx.now()
    for row in _sessions(ctx, user):
        if row["expires"] <= now:
            ctx.connection.remove(SESSION, {"sid_hash": row["sid_hash"]})


def _sessions(ctx: Context, user: str) -> list[Row]:
    return ctx.connection.fetch(SESSION, {"user": user}, order_by="last_seen")


def _make_room(ctx: Context, user: str, limit: int) -> None:
    sessions = _sessions(ctx, user)
    for row in sessions[: max(0, len(sessions) - limit + 1)]:
        ctx.connection.remove(SESSION, {"sid_hash": row["sid_hash"]})
