"""Whether a pack reads without a limit: its DocTypes are filled with many rows, and what it does is listened to.

What it does: saving documents of its DocTypes, its work by the clock, its API methods that read, its reports and lists.
A statement that answers with most of the rows would fill the memory of a server one day.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from crm_platform.database.executor import Executor
from crm_platform.documents.context import Context
from crm_platform.documents.undoing import undone
from crm_platform.errors import CRMError
from crm_platform.metadata.model import DocType
from crm_platform.packs.hooks import Hooks
from crm_platform.testing.client import signed_in
from crm_platform.testing.samples import write_sample
from crm_platform.testing.sites import TestSite

ROWS = 2_100
"""In the tests of a pack; `crm-platform pack test` takes a hundred thousand."""
MANY = 2_000
"""Rows that no statement answers with: more than a page, a batch or a choice."""
CHUNK = 5_000
RUN = "/api/method/frappe.desk.query_report.run"
GUESSES: dict[str, Any] = {"int": 1, "float": 1.0, "bool": False, "dict": {}, "list": []}
"""What an API method is called with, by its annotation; everything else is the name of a document."""


@dataclass
class Heard:
    """The largest answer of each thing that was done."""

    doing: str = ""
    largest: dict[str, tuple[int, str]] = field(default_factory=dict)

    def hear(self, sql: str, count: int) -> None:
        if count > max(MANY, self.largest.get(self.doing, (0, ""))[0]):
            self.largest[self.doing] = (count, sql)

    def faults(self) -> list[str]:
        return [
            f"{doing} reads {count} rows at once: {' '.join(sql.split())[:200]}"
            for doing, (count, sql) in self.largest.items()
        ]


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear how many rows each statement of this process answers with."""
    heard, original = Heard(), Executor.rows

    def rows(self: Executor, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        answer = original(self, sql, parameters)
        heard.hear(sql, len(answer))
        return answer

    with patch.object(Executor, "rows", rows):
        yield heard


def unlimited_reads(
    site: TestSite, pack_id: str, doctypes: Sequence[DocType], reports: Sequence[str], rows: int
) -> list[str]:
    """One sentence for each thing the pack does that reads most of the `rows` of one of its `doctypes` at once."""
    filled = [meta for meta in doctypes if not meta.issingle and not meta.is_virtual]
    for meta in filled:
        site.system(partial(fill, meta=meta, rows=rows))
    site.site.runtime.database.analyze()
    with listening() as heard:
        for doing, work in _work(site.site.hooks, pack_id, filled):
            heard.doing = doing
            with suppress(CRMError):  # what a made-up document may not do says nothing about its reading
                site.system(partial(_tried, work=work))
        _pages(site, heard, filled, reports)
    return heard.faults()


def fill(ctx: Context, meta: DocType, rows: int) -> None:
    """Write many samples past hooks and checks, each linked to the same documents: what is read by a link is many."""
    for target in {one.options for one in meta.link_fields if one.fieldtype == "Link"}:
        if target in ctx.definitions and not ctx.definitions[target].issingle and target != meta.name:
            write_sample(ctx, target, filled=True)
    name = write_sample(ctx, meta.name, filled=True)
    links = {one.fieldname: name for one in meta.link_fields if one.fieldtype == "Link" and one.options != meta.name}
    sample = {**(ctx.connection.get_row(meta, name) or {}), **links}
    if links:
        ctx.connection.update_row(meta, name, links)
    for first in range(0, rows, CHUNK):
        numbers = range(first, min(first + CHUNK, rows))
        ctx.connection.insert_rows(meta, [_numbered(meta, sample, number) for number in numbers])


def _numbered(meta: DocType, sample: dict[str, Any], number: int) -> dict[str, Any]:
    unique = [one.fieldname for one in meta.data_fields if one.unique]
    return {**sample, "name": f"样本-{number + 2}", **{name: f"{number}" for name in unique if sample.get(name)}}


def _work(hooks: Hooks, pack_id: str, doctypes: Sequence[DocType]) -> Iterator[tuple[str, Callable[[Context], Any]]]:
    """Everything the pack does by itself or when it is asked, with what it is called."""
    for meta in doctypes:
        yield f"Saving a {meta.name}", partial(_save, doctype=meta.name)
    for cron, function in _of(hooks, "schedules", pack_id):
        yield f"The work at {cron}", function
    for name, function in _of(hooks, "api_methods", pack_id):
        if not getattr(function, "crm_writes", False):
            yield f"The method {pack_id}.{name}", partial(_call, function=function)


def _of(hooks: Hooks, hook: str, pack_id: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pack, table in hooks.contributions(hook):
        if pack == pack_id:
            yield from table.items()


def _tried(ctx: Context, work: Callable[[Context], Any]) -> None:
    undone(ctx, lambda: work(ctx))


def _save(ctx: Context, doctype: str) -> None:
    ctx.store.save(ctx.store.get(doctype, "样本-1", for_update=True))


def _call(ctx: Context, function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(function).parameters.values())[1:]
    needed = [one for one in parameters if one.default is one.empty and one.kind is not one.VAR_POSITIONAL]
    function(ctx, **{one.name: GUESSES.get(str(one.annotation), "样本-1") for one in needed})


def _pages(site: TestSite, heard: Heard, doctypes: Sequence[DocType], reports: Sequence[str]) -> None:
    with signed_in(site) as client:
        for meta in doctypes:
            heard.doing = f"The list of {meta.name}"
            client.get(f'/api/resource/{quote(meta.name)}?fields=["*"]&limit=20')
        for name in reports:
            heard.doing = f"The report {name}"
            client.get(f"{RUN}?report_name={quote(name)}")
