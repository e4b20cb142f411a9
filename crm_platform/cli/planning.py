"""What a change of the site's definitions would do, worked out and shown to the operator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crm_platform.cli.definitions import located
from crm_platform.cli.output import say
from crm_platform.database.interface import Forecast, Step
from crm_platform.documents import drafts
from crm_platform.documents.drafts import Draft, Preview
from crm_platform.metadata.diff import Change
from crm_platform.sites.opening import Site

SHOWN_VALUE = 60
"""Characters of a value that a plan shows."""

STYLES = {"safe": "green", "backfill": "yellow", "lossy": "red"}
BASES = {
    "estimate": "Seconds are an estimate by the number of rows; --time measures them on a copy.",
    "copy": "Seconds were measured on a copy of the rows.",
    "sample": "Seconds were measured on a copy; of large tables on a part of their rows, and multiplied.",
}


def preview(site: Site, draft: Draft) -> Preview:
    """What the draft would do; its problems with file and line."""
    found = site.runtime.write(lambda ctx: drafts.preview(site.system(ctx), draft))
    return replace(found, problems=located(found.problems, draft.definitions))


def forecasts(site: Site, steps: Sequence[Step], *, rehearsed: bool) -> list[Forecast]:
    """The rows and seconds of each step, measured on a copy or estimated."""
    return site.runtime.database.rehearse(steps) if rehearsed else site.runtime.database.forecast(steps)


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


def show_forecasts(found: Sequence[Forecast]) -> None:
    """Every step with its risk, the rows of its table and the seconds it takes."""
    table = Table("Risk", "Step", "Rows", "Seconds")
    for one in found:
        table.add_row(
            f"[{STYLES[one.step.risk]}]{one.step.risk}[/]", escape(one.step.text), f"{one.rows}", f"{one.seconds:.2f}"
        )
    if found:
        Console().print(table)
        say(BASES["sample" if any(one.basis == "sample" for one in found) else found[0].basis])


def show_steps(steps: Sequence[Step]) -> None:
    """Every step with its risk."""
    table = Table("Risk", "Step")
    for step in steps:
        table.add_row(f"[{STYLES[step.risk]}]{step.risk}[/]", escape(step.text))
    if steps:
        Console().print(table)


def show_records(records: Iterable[tuple[str, str, bool]]) -> None:
    """The documents that would be saved."""
    named = [f"{kind} {name}{' (new)' if new else ''}" for kind, name, new in records]
    if named:
        say(f"Documents to save: {', '.join(named)}")


def show_unfinished(site: Site) -> None:
    """What plans have begun that no switch has taken over."""
    for one in site.runtime.database.unfinished():
        say(f"Begun and not finished: {one.text}, last worked on {one.worked:%Y-%m-%d %H:%M:%S} UTC.", "yellow")
