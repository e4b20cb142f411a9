"""The rules of a site at a glance: when each is set off, how its last run ended, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm_platform.automation import log, loops
from crm_platform.automation.assignment_rules import ASSIGNMENT_RULE
from crm_platform.automation.examination import broken
from crm_platform.automation.faults import sentence
from crm_platform.automation.rule import NOTIFICATION, RULE
from crm_platform.documents.context import Context

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """A DocType whose records are rules: the field that says when, and the one that switches a record on or off."""

    when: str
    switch: str
    is_on: Callable[[Any], bool]

    @property
    def fields(self) -> tuple[str, ...]:
        return ("name", "document_type", "pack", "priority", self.when, self.switch)


KINDS: Mapping[str, Kind] = {
    RULE: Kind("trigger", "enabled", bool),
    NOTIFICATION: Kind("event", "enabled", bool),
    ASSIGNMENT_RULE: Kind("rule", "disabled", lambda value: not value),
}


def overview(ctx: Context) -> Row:
    """Every record that is a rule, and the bounds of loop protection. `ctx` acts as the system.

    `runs` and `last` (result, time) are those of the entries that the log keeps; `fault` says why a rule that is
    switched on cannot work.
    """
    faults = {place: sentence(ctx, error) for place, error in broken(ctx)}
    runs = _runs(ctx)
    return {
        "rules": [
            _told(record, kind, row, faults, runs)
            for record, kind in KINDS.items()
            for row in _records(ctx, record, kind)
        ],
        "limits": {"steps": loops.LONGEST, "runs_per_minute": loops.PER_MINUTE, "days_kept": log.KEPT.days},
    }


def _records(ctx: Context, record: str, kind: Kind) -> Sequence[Row]:
    meta = ctx.definitions[record]
    fields = [name for name in kind.fields if name in meta.columns]
    return ctx.store.list(record, fields=fields, order_by="name asc", limit=None)


def _told(record: str, kind: Kind, row: Row, faults: Mapping[str, str], runs: Mapping[tuple[str, str], Row]) -> Row:
    run = runs.get((record, row["name"]), {})
    return {
        "doctype": record,
        "name": row["name"],
        "document_type": row["document_type"],
        "when": row[kind.when],
        "enabled": kind.is_on(row[kind.switch]),
        "priority": row.get("priority") or 0,
        "pack": row["pack"] or "",
        "runs": run.get("runs", 0),
        "last": run.get("last"),
        "failed": run.get("failed", 0),
        "fault": faults.get(f"{record} {row['name']}", ""),
    }


def _runs(ctx: Context) -> dict[tuple[str, str], Row]:
    """Entries of the log by rule: how many, the newest, and how many failed or were stopped."""
    fields = ["rule_type", "rule", "result", "count(name) as runs", "max(creation) as last"]
    rows = ctx.store.list(log.LOG, fields=fields, group_by="rule_type, rule, result", order_by="rule asc", limit=None)
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        told = found.setdefault((row["rule_type"], row["rule"]), {"runs": 0, "failed": 0, "last": row["last"]})
        if row["result"] == "Not Matched":
            continue
        told["runs"] += row["runs"]
        told["failed"] += row["runs"] if row["result"] in ("Failed", "Stopped") else 0
        told["last"] = max(told["last"], row["last"])
    return found
