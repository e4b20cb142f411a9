"""Competitors in deals: who got a lost one, what we won of those that were decided, and when that falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from crm_platform.pack import Context, Document
from crm_platform.plugins.competitors.manifest import MANIFEST

DEAL = "Opportunity"
RATE = "Competitor Win Rate"
MOST = 1000
"""Competitors, and their reasons, that are compared."""


def note_winner(ctx: Context, doc: Document) -> None:
    """Who got a lost deal was in it; the only competitor of a lost deal got it."""
    if doc.stage_type != "Lost":
        doc.lost_to = None
        return
    present = [row.competitor for row in doc.competitors]
    if doc.lost_to and doc.lost_to not in present:
        doc.append("competitors", {"competitor": doc.lost_to})
    elif not doc.lost_to and len(present) == 1:
        doc.lost_to = present[0]


def win_loss(ctx: Context, since: str = "", until: str = "") -> list[dict[str, Any]]:
    """Per competitor the deals won although it was there, those lost to it, the win rate in percent, and the reasons.

    Of the deals that the caller may read and that were closed from `since` to `until` (ISO dates).
    """
    closed = [["closed_date", ">=", since or "1900-01-01"], ["closed_date", "<=", until or ctx.today()]]
    won = _counted(ctx, "competitors.competitor", [["stage_type", "=", "Won"], *closed])
    lost = _counted(ctx, "lost_to", [["stage_type", "=", "Lost"], *closed])
    reasons = _reasons(ctx, closed)
    return [
        {
            "competitor": name,
            "won": won.get(name, 0),
            "lost": lost.get(name, 0),
            "win_rate": rate(won.get(name, 0), lost.get(name, 0)),
            "reasons": reasons.get(name, {}),
        }
        for name in sorted({*won, *lost})
    ]


def rate(won: int, lost: int) -> float:
    """The part that was won, in percent; 0 when nothing was decided."""
    return round(100 * won / (won + lost), 2) if won + lost else 0.0


def _counted(ctx: Context, by: str, filters: Sequence[Sequence[Any]]) -> dict[str, int]:
    rows = ctx.store.list(
        DEAL,
        fields=[f"{by} as competitor", "count(distinct name) as deals"],
        filters=[*filters, [by, "is", "set"]],
        group_by=by,
        limit=MOST,
    )
    return {row["competitor"]: row["deals"] for row in rows}


def _reasons(ctx: Context, closed: Sequence[Sequence[Any]]) -> dict[str, dict[str, int]]:
    rows = ctx.store.list(
        DEAL,
        fields=["lost_to", "lost_reasons.lost_reason as reason", "count(distinct name) as deals"],
        filters=[
            ["stage_type", "=", "Lost"],
            ["lost_to", "is", "set"],
            ["lost_reasons.lost_reason", "is", "set"],
            *closed,
        ],
        group_by="lost_to, lost_reasons.lost_reason",
        limit=MOST,
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["lost_to"], {})[row["reason"]] = row["deals"]
    return found


def every_week(ctx: Context) -> None:
    """Keep the win rate against each competitor, beside that of the time before; a rule tells who must know."""
    settings = ctx.settings(MANIFEST)
    day, days = date.fromisoformat(ctx.today()), timedelta(days=int(settings["days"]))
    system = ctx.as_system()
    now = win_loss(system, since=(day - days + timedelta(days=1)).isoformat(), until=day.isoformat())
    earlier = win_loss(system, since=(day - 2 * days + timedelta(days=1)).isoformat(), until=(day - days).isoformat())
    before = {row["competitor"]: row for row in earlier}
    for row in now:
        _keep(system, day, row, before.get(row["competitor"], {"won": 0, "lost": 0, "win_rate": 0.0}), settings)


def _keep(
    system: Context, day: date, row: Mapping[str, Any], before: Mapping[str, Any], settings: Mapping[str, str]
) -> None:
    store, competitor = system.store, row["competitor"]
    if store.list(RATE, filters={"competitor": competitor, "day": day.isoformat()}, limit=1):
        return
    last = store.list(RATE, fields=["is_falling"], filters={"competitor": competitor}, order_by="day desc", limit=1)
    falling = falls(row, before, int(settings["fall"]), int(settings["deals"]))
    values = {
        "competitor": competitor,
        "day": day,
        **{key: row[key] for key in ("won", "lost", "win_rate")},
        "earlier_decided": before["won"] + before["lost"],
        "earlier_win_rate": before["win_rate"],
        "is_falling": int(falling),
        "has_begun_to_fall": int(falling and not (last and last[0]["is_falling"])),
    }
    store.insert(store.new(RATE, values))


def falls(now: Mapping[str, Any], before: Mapping[str, Any], fall: int, deals: int) -> bool:
    """Whether a win rate fell by `fall` points, of at least `deals` decided deals in both times."""
    enough = all(time["won"] + time["lost"] >= deals for time in (now, before))
    return bool(enough and before["win_rate"] - now["win_rate"] >= fall)
