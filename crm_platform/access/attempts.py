"""How often a sign-in may be tried: per account and address, per address, and per account from unknown addresses.

A stranger who guesses at one account from one address is stopped by the first limit, one who tries many accounts by the
second. One who guesses from many addresses is stopped by the third, which spares the addresses that the owner has
signed in from: the owner stays able to sign in whatever others do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_platform.access.settings import SecuritySettings
from crm_platform.database.system import ATTEMPT
from crm_platform.documents.context import Context
from crm_platform.errors import TooManyRequestsError

ADDRESS_TRIES, ADDRESS_WAIT = 50, 600
ACCOUNT_TRIES, ACCOUNT_WAIT = 100, 3600
KNOWN_FOR = timedelta(days=90)

SWEEP = 20
"""Old rows that a try takes away: more than it adds, so the table stays small without a job."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` in a window of `wait` seconds under one key."""

    key: str
    tries: int
    wait: int

    @classmethod
    def of(cls, kind: str, tries: int, wait: int, *parts: str) -> Limit:
        """A limit on what `parts` name."""
        return cls(_key(kind, *parts), tries, wait)

    def window(self, now: datetime) -> datetime:
        start = int(now.timestamp()) // self.wait * self.wait
        return datetime.fromtimestamp(start, UTC)


def count_attempt(ctx: Context, account: str, settings: SecuritySettings) -> None:
    """Count a try before the password is looked at, so that tries at the same moment cannot slip through.

    Run it in a write transaction of its own. Raises TooManyRequestsError with `retry_after` seconds; a refused try is
    not counted, so that waiting is enough.
    """
    now = ctx.now()
    count_against(ctx, _limits(ctx, account, settings, now))
    _sweep(ctx, now, settings)


def count_against(ctx: Context, limits: Sequence[Limit]) -> None:
    """Count a try under each limit. Raises TooManyRequestsError when one is reached; then nothing is counted."""
    now = ctx.now()
    for limit in limits:
        _check(ctx, limit, now)
    for limit in limits:
        _add(ctx, limit, now, 1)


def forget_attempts(ctx: Context, account: str, settings: SecuritySettings) -> None:
    """After a right password: forget the tries of this pair, give back the one counted elsewhere, know the address."""
    now = ctx.now()
    pair, *others = _limits(ctx, account, settings, now)
    ctx.connection.remove(ATTEMPT, {"key": pair.key})
    for limit in others:
        _add(ctx, limit, now, -1)
    _know(ctx, account, now)


def _limits(ctx: Context, account: str, settings: SecuritySettings, now: datetime) -> list[Limit]:
    pair = Limit(_key("pair", account, ctx.ip), settings.tries, settings.wait)
    address = Limit(_key("address", ctx.ip), ADDRESS_TRIES, ADDRESS_WAIT)
    if _is_known(ctx, account, now):
        return [pair, address]
    return [pair, address, Limit(_key("account", account), ACCOUNT_TRIES, ACCOUNT_WAIT)]


def _know(ctx: Context, account: str, now: datetime) -> None:
    """Mark the address as one of the owner's. The mark's window is the day on which it ends, so it sweeps itself."""
    key = _key("known", account, ctx.ip)
    ctx.connection.remove(ATTEMPT, {"key": key})
    end = (now + KNOWN_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    ctx.connection.put(ATTEMPT, {"key": key, "window_start": end, "count": 0})


def _is_known(ctx: Context, account: str, now: datetime) -> bool:
    marks = ctx.connection.fetch(ATTEMPT, {"key": _key("known", account, ctx.ip)})
    return any(mark["window_start"] > now for mark in marks)


def _check(ctx: Context, limit: Limit, now: datetime) -> None:
    window = limit.window(now)
    if _count(ctx, limit, window) >= limit.tries:
        end = window + timedelta(seconds=limit.wait)
        seconds = max(1, int((end - now).total_seconds()) + 1)
        raise TooManyRequestsError("Too many attempts. Try again in {retry_after} seconds.", retry_after=seconds)


def _count(ctx: Context, limit: Limit, window: datetime) -> int:
    rows = ctx.connection.fetch(ATTEMPT, {"key": limit.key, "window_start": window})
    return rows[0]["count"] if rows else 0


def _add(ctx: Context, limit: Limit, now: datetime, number: int) -> None:
    window = limit.window(now)
    count = max(0, _count(ctx, limit, window) + number)
    ctx.connection.put(ATTEMPT, {"key": limit.key, "window_start": window, "count": count})


def _sweep(ctx: Context, now: datetime, settings: SecuritySettings) -> None:
    """Take away windows that ended long ago."""
    longest = timedelta(seconds=2 * max(ADDRESS_WAIT, ACCOUNT_WAIT, settings.wait))
    for row in ctx.connection.fetch(ATTEMPT, order_by="window_start", limit=SWEEP):
        if row["window_start"] < now - longest:
            ctx.connection.remove(ATTEMPT, {"key": row["key"], "window_start": row["window_start"]})


def _key(kind: str, *parts: str) -> str:
    """Hashed: people type passwords into the field for the name."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"{kind}:{hashlib.sha256(text).hexdigest()}"
