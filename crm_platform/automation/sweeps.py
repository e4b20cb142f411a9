"""Rules that the clock sets off: a look every minute at the dates that were reached and the schedules that are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from crm_platform.automation import log
from crm_platform.automation.engine import queue
from crm_platform.automation.judging import judge
from crm_platform.automation.moments import moment_of, range_of
from crm_platform.automation.registry import every_rule, rule_named
from crm_platform.automation.rule import Rule
from crm_platform.database.conditions import Compare
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.documents.reading import load
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.schedules import next_time

SWEEP = "core:automation_sweep"
BATCH = "core:automation_batch"
SIZE = 200
"""Documents that one job judges."""


def sweep(ctx: Context) -> None:
    """Queue the documents of each rule whose time has come since the last look. `ctx` acts as the system."""
    for rule in every_rule(ctx.connection, ctx.definitions):
        due = DUE.get(rule.trigger.kind)
        if due is None:
            continue
        since = _last_look(ctx, rule)
        if since is None or since < ctx.now():
            if since is not None:
                _queue_batches(ctx, rule, list(due(ctx, rule, since)), since)
            ctx.connection.update_row(ctx.definitions[rule.record], rule.name, {"checked_until": ctx.now()})


def _last_look(ctx: Context, rule: Rule) -> datetime | None:
    """When the rule was looked at last; None for one that a pack has brought since: it begins now.

    The row is locked, so that two sweeps do not look at the same time.
    """
    row = ctx.connection.get_row(ctx.definitions[rule.record], rule.name, for_update=True)
    found = (row or {}).get("checked_until")
    return found if isinstance(found, datetime) else None


def _reached(ctx: Context, rule: Rule, since: datetime) -> Iterator[tuple[str, str]]:
    """Documents whose date was reached since then, each with that moment."""
    meta, name = ctx.definitions[rule.doctype], rule.trigger.date_field
    field, zone = meta.field(name), ctx.runtime.zone
    if field is None:
        return
    between = range_of(rule.trigger, since, ctx.now(), whole_days=field.fieldtype == "Date")
    where = Compare((name,), "between", between)
    for row in ctx.connection.select(Query(meta, (Column(("name",), "name"), Column((name,), "value")), where)):
        moment = moment_of(rule.trigger, row["value"], zone)
        if since < moment <= ctx.now():
            yield row["name"], moment.isoformat()


def _scheduled(ctx: Context, rule: Rule, since: datetime) -> Iterator[tuple[str, str]]:
    """Every document, when a time of the schedule has passed since then: once for all times that were missed."""
    due = next_time(replace(ctx, clock=lambda: since), rule.trigger.cron)
    if due > ctx.now():
        return
    for row in ctx.connection.select(Query(ctx.definitions[rule.doctype])):
        yield row["name"], due.isoformat()


DUE = {"Date Reached": _reached, "Schedule": _scheduled}


def _queue_batches(ctx: Context, rule: Rule, found: Sequence[tuple[str, str]], since: datetime) -> None:
    for start in range(0, len(found), SIZE):
        part = dict(found[start : start + SIZE])
        arguments = {"record": rule.record, "rule": rule.name, "moments": part}
        enqueue(ctx, BATCH, arguments, key=f"{rule.label} {since.isoformat()} {start}")


def judge_batch(ctx: Context, *, record: str, rule: str, moments: Mapping[str, str]) -> None:
    """Judge a rule for documents whose time has come; each document and moment counts once. `ctx` is the system's."""
    found = rule_named(ctx.connection, ctx.definitions, record, rule)
    if found is None:
        return
    for name, moment in moments.items():
        stored = load(ctx, ctx.definitions[found.doctype], name)
        if stored is None:
            continue
        doc = stored.edit()
        verdict = judge(ctx, found, doc)
        entry = log.Entry(found.doctype, name, found.trigger.kind, "Done", verdict.reason, (), verdict.error)
        if verdict.error:
            log.write(ctx, found, replace(entry, result="Failed"))
        elif verdict.matched:
            queue(ctx, found, doc, entry, key=f"{found.label} → {found.doctype} {name} at {moment}")
        elif found.log_misses and found.trigger.kind == "Date Reached":
            log.write(ctx, found, replace(entry, result="Not Matched"))
