"""What a change of the site's definitions would do, shown to the operator; and the records that go in as documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from crm_platform.database.schema import Step
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.documents.modelling import Bodies, Planned
from crm_platform.metadata.records import Definition
from crm_platform.sites.opening import Site

STYLES = {"safe": "green", "backfill": "yellow", "lossy": "red"}
BOOKKEEPING = frozenset(
    {"doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent", "parenttype"}
)
"""Keys of exported records that are not their content."""


class _Undone(Exception):
    """Takes the transaction of a plan back; carries what was found out in it."""

    def __init__(self, planned: Planned) -> None:
        super().__init__()
        self.planned = planned


def plan(site: Site, changes: Bodies) -> Planned:
    """Stage the changes, work out what follows, and take everything back."""

    def stage(ctx: Context) -> None:
        raise _Undone(modelling.stage(site.system(ctx), changes))

    try:
        site.runtime.write(stage)
    except _Undone as undone:
        return undone.planned
    raise AssertionError("unreachable: staging for a plan always ends in _Undone")


def show_steps(steps: Sequence[Step]) -> None:
    """Every step with its risk."""
    table = Table("Risk", "Step")
    for step in steps:
        table.add_row(f"[{STYLES[step.risk]}]{step.risk}[/]", step.text)
    if steps:
        Console().print(table)


def lossy(steps: Iterable[Step]) -> bool:
    return any(step.risk == "lossy" for step in steps)


def save_records(ctx: Context, records: Iterable[Definition]) -> tuple[list[str], list[str]]:
    """Save records that do not shape the model as documents. Returns what was saved, and keys that nothing knows."""
    saved, unknown = [], []
    for record in records:
        values = {key: value for key, value in record.body.items() if key not in BOOKKEEPING}
        meta = ctx.definitions.get(record.kind)
        if meta is not None:
            surplus = [key for key in values if meta.field(key) is None]
            unknown += [f"{record.kind} {record.name}: {key}" for key in surplus]
            values = {key: value for key, value in values.items() if key not in surplus}
        _save(ctx, record, values)
        saved.append(f"{record.kind} {record.name}")
    return saved, unknown


def _save(ctx: Context, record: Definition, values: dict[str, Any]) -> None:
    if ctx.store.exists(record.kind, record.name):
        ctx.store.update(record.kind, record.name, values)
    else:
        ctx.store.insert(ctx.store.new(record.kind, {**values, "name": record.name}))
