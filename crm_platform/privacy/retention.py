"""Data that has served its time: what is due by the retention of DocTypes and fields, and erasing it every night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

import orjson

from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Column, Order, Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import DocType, Field
from crm_platform.privacy.changing import forget_history, set_values
from crm_platform.privacy.erasure import Drop, destroy_whole
from crm_platform.privacy.erasure_plan import ERASED, neutral
from crm_platform.privacy.holds import holds
from crm_platform.privacy.subject import Name, gather, personal

DAILY = "40 3 * * *"
"""Cron expression, in the site's time zone."""

BATCH = 500
"""Documents that one run changes of each rule: the next one goes on."""

PAGE = 500
EVENT = "Retention"


@dataclass(frozen=True)
class Rule:
    """`days` after `since` (a Date or Datetime column) a document is deleted, or its `fields` are emptied."""

    meta: DocType
    days: int
    since: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Due:
    """A document whose time is over: it goes, or these fields of it, unless it is `held` for a reason."""

    doctype: str
    name: str
    fields: tuple[str, ...]
    held: str


def rules(ctx: Context) -> Iterator[Rule]:
    """Those of our properties DocType.retention ({"days", "since"}: the whole document) and DocField.retention_days."""
    for meta in ctx.definitions.values():
        if meta.istable or meta.issingle or meta.is_virtual:
            continue
        whole = _retention(meta)
        since = str(whole.get("since") or "")
        since = since if meta.columns.get(since) in ("date", "datetime") else "modified"
        if _days(whole.get("days")):
            yield Rule(meta, _days(whole["days"]), since)
        by_days: dict[int, list[Field]] = {}
        for f in meta.data_fields:
            if _days(f.properties.get("retention_days")):
                by_days.setdefault(_days(f.properties["retention_days"]), []).append(f)
        yield from (Rule(meta, days, since, tuple(fields)) for days, fields in by_days.items())


def _retention(meta: DocType) -> Mapping[str, Any]:
    given = meta.properties.get("retention")
    try:
        read = orjson.loads(given) if isinstance(given, str) and given else given
    except orjson.JSONDecodeError:
        read = None
    return read if isinstance(read, Mapping) else {}


def _days(value: Any) -> int:
    text = str(value or 0)
    return int(text) if text.isdecimal() else 0


def due(ctx: Context, limit: int = 10_000) -> list[Due]:
    """What is due now, held or not; nothing is changed. `ctx` acts as the system."""
    held = holds(ctx)
    return list(islice((one for rule in rules(ctx) for one in _due(ctx, rule, held)), limit))


def _due(ctx: Context, rule: Rule, held: Mapping[Name, str]) -> Iterator[Due]:
    for doc in _old(ctx, rule):
        left = tuple(f.fieldname for f in rule.fields or personal(rule.meta) if _is_filled(doc, f))
        if left or not (rule.fields or personal(rule.meta)):
            name = str(doc["name"])
            yield Due(rule.meta.name, name, left if rule.fields else (), held.get((rule.meta.name, name), ""))


def _is_filled(doc: Document, f: Field) -> bool:
    value = plain_of(doc[f.fieldname])
    return value not in (None, "", 0) and not str(value).startswith(ERASED)


def _old(ctx: Context, rule: Rule) -> Iterator[Document]:
    """The documents of a rule whose time is over, page by page."""
    limit: Any = ctx.now() - timedelta(days=rule.days)
    if rule.meta.columns[rule.since] == "date":
        limit = limit.astimezone(ctx.runtime.zone).date()
    last = ""
    while True:
        where = all_of(Compare((rule.since,), "<", limit), Compare(("name",), ">", last))
        query = Query(rule.meta, (Column(("name",), "name"),), where, order_by=(Order(("name",)),), limit=PAGE)
        names = [row["name"] for row in ctx.connection.select(query)]
        docs = (load(ctx, rule.meta, name) for name in names)
        yield from (doc for doc in docs if doc is not None)
        if len(names) < PAGE:
            return
        last = names[-1]


def enforce(ctx: Context, drop: Drop) -> dict[str, int]:
    """Erase what is due and not held, a batch of each rule; answers how many documents were deleted, emptied, kept."""
    held, done = holds(ctx), Counter[str]()
    for rule in rules(ctx):
        waiting = list(islice((one for one in _due(ctx, rule, held) if not one.held), BATCH))
        done.update(_erase(ctx, one, drop) for one in waiting)
    if done:
        ctx.audit(EVENT, "", "", **done)
    return dict(done)


def _erase(ctx: Context, one: Due, drop: Drop) -> str:
    doc = load(ctx, ctx.definitions[one.doctype], one.name)
    if doc is None:
        return "gone"
    fields = one.fields
    if not fields:
        subject = gather(ctx, [(one.doctype, one.name)])
        if not subject.linked:
            destroy_whole(ctx, subject, drop)
            return "deleted"
        fields = tuple(f.fieldname for f in personal(doc.meta))
    set_values(ctx, doc, {one.name: {name: neutral(doc.meta.by_name[name]) for name in fields}})
    forget_history(ctx, doc, fields)
    ctx.runtime.forget(ctx, [(one.doctype, one.name)], ())
    return "emptied"
