"""What a change of the site's definitions would do, shown to the operator; and the records that go in as documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crm_platform.cli.definitions import as_bodies, located
from crm_platform.database.schema import Step
from crm_platform.documents import modelling
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, DuplicateEntryError, ValidationError
from crm_platform.metadata.diff import Change, diff
from crm_platform.metadata.problems import Problem
from crm_platform.metadata.records import Definition
from crm_platform.sites.opening import Site

SHOWN_VALUE = 60
"""Characters of a value that a plan shows."""

STYLES = {"safe": "green", "backfill": "yellow", "lossy": "red"}
BOOKKEEPING = frozenset(
    {"doctype", "name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent", "parenttype"}
)
"""Keys of exported records that are not their content."""


@dataclass(frozen=True)
class Preview:
    """What a change of the model would do: to definitions, to tables, and what is wrong with it."""

    changes: Sequence[Change]
    steps: Sequence[Step]
    problems: Sequence[Problem]


class _Undone(Exception):
    """Takes the transaction of a plan back; carries what was found out in it."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


def plan(site: Site, definitions: Sequence[Definition]) -> Preview:
    """Stage the definitions, work out what follows, and take everything back.

    Without any: what the installed product and packs change in the site's tables.
    """

    def stage(ctx: Context) -> None:
        own = site.system(ctx)
        bodies = as_bodies(definitions)
        planned = modelling.stage(own, bodies) if bodies else modelling.plan(own, () if definitions else None)
        changes = diff(own.definitions, planned.merged.definitions)
        raise _Undone(Preview(changes, planned.steps, located(planned.problems, definitions)))

    try:
        site.runtime.write(stage)
    except _Undone as undone:
        return undone.preview
    raise AssertionError("unreachable: staging for a plan always ends in _Undone")


def show_changes(changes: Sequence[Change]) -> None:
    """Every change of a definition with its risk."""
    table = Table("Risk", "Definition", "Change")
    for change in changes:
        place = f"{change.doctype}.{change.fieldname}" if change.fieldname else change.doctype
        table.add_row(f"[{STYLES[change.risk]}]{change.risk}[/]", escape(place), escape(_told(change)))
    if changes:
        Console().print(table)


def _told(change: Change) -> str:
    what = f"{change.part} {change.property}".strip()
    values = [_short(value) for value in (change.before, change.after)]
    if change.action == "changed":
        return f"{what}: {values[0]} → {values[1]}"
    return f"{what} {change.action}{': ' if any(values) else ''}{values[0] or values[1]}"


def _short(value: Any) -> str:
    shown = "" if value is None else str(value)
    return shown if len(shown) <= SHOWN_VALUE else shown[:SHOWN_VALUE] + "…"


def show_steps(steps: Sequence[Step]) -> None:
    """Every step with its risk."""
    table = Table("Risk", "Step")
    for step in steps:
        table.add_row(f"[{STYLES[step.risk]}]{step.risk}[/]", step.text)
    if steps:
        Console().print(table)


def lossy(steps: Iterable[Step]) -> bool:
    return any(step.risk == "lossy" for step in steps)


@dataclass
class Records:
    """What became of records that go in as documents: those saved, keys that no field has, those left out and why."""

    saved: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def save_records(ctx: Context, records: Iterable[Definition]) -> Records:
    """Save records that do not shape the model as documents.

    A Frappe app brings records of kinds that are not here (Notification…) or that we do not run (Script Report…): each
    is left out with its reason and holds nothing else up.
    """
    outcome = Records()
    for record in records:
        label = f"{record.kind} {record.name}"
        values = {key: value for key, value in record.body.items() if key not in BOOKKEEPING}
        meta = ctx.definitions.get(record.kind)
        if meta is not None:
            surplus = [key for key in values if meta.field(key) is None]
            outcome.unknown += [f"{label}: {key}" for key in surplus]
            values = {key: value for key, value in values.items() if key not in surplus}
        try:
            with ctx.connection.savepoint():
                _save(ctx, record, values)
        except (ValidationError, DoesNotExistError, DuplicateEntryError) as error:
            outcome.left_out.append(f"{label}: {error.message()}")
        else:
            outcome.saved.append(label)
    return outcome


def _save(ctx: Context, record: Definition, values: dict[str, Any]) -> None:
    if ctx.store.exists(record.kind, record.name):
        ctx.store.update(record.kind, record.name, values)
    else:
        ctx.store.insert(ctx.store.new(record.kind, {**values, "name": record.name}))
