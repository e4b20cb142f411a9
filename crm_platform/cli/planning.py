"""What a change of the site's definitions would do, worked out and shown to the operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from crm_platform.cli.definitions import located
from crm_platform.cli.output import say
from crm_platform.cli.tables import Cell, show_table, styled
from crm_platform.database.interface import Forecast, Step
from crm_platform.documents import drafts
from crm_platform.documents.drafts import Draft, Outcome, Preview
from crm_platform.metadata.diff import Change
from crm_platform.sites.opening import Site

SHOWN_VALUE = 60
"""Characters of a value that a plan shows."""

LISTED = 20
"""Documents that a plan lists of those that it saves or deletes."""

NOTICED = 1.0
"""Seconds of waiting that people notice."""

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
    show_table(
        ("Risk", "Definition", "Change"), [(_risk(change.risk), _place(change), _told(change)) for change in changes]
    )


def _risk(risk: str) -> Cell:
    return styled(risk, STYLES[risk])


def _place(change: Change) -> str:
    return f"{change.doctype}.{change.fieldname}" if change.fieldname else change.doctype


def _told(change: Change) -> str:
    what = f"{change.part} {change.property}".strip()
    values = [_short(value) for value in (change.before, change.after)]
    if change.action == "changed":
        return f"{what}: {values[0]} → {values[1]}"
    return f"{what} {change.action}{': ' if any(values) else ''}{values[0] or values[1]}"


def _short(value: Any) -> str:
    if _is_row_of_rights(value):
        return _rights(value)
    shown = "" if value is None else str(value)
    return shown if len(shown) <= SHOWN_VALUE else shown[:SHOWN_VALUE] + "…"


def _is_row_of_rights(value: Any) -> bool:
    return isinstance(value, Mapping) and "actions" in value


def _rights(row: Mapping[str, Any]) -> str:
    """What a permission row gives."""
    level = f" at level {row['permlevel']}" if row["permlevel"] else ""
    own = ", of documents of the own teams" if row["if_team"] else ", of own documents" if row["if_owner"] else ""
    return f"{', '.join(row['actions'])}{level}{own}"


def show_forecasts(found: Sequence[Forecast], writers_wait: float, lasts: float) -> None:
    """Every step with its risk, the rows of its table and the seconds it takes at once; how long nobody can save, and
    how long it takes beside the work until all is live."""
    show_table(
        ("Risk", "Step", "Rows", "Seconds"),
        [(_risk(one.step.risk), one.step.text, f"{one.rows}", f"{one.seconds:.2f}") for one in found],
    )
    if found:
        say(BASES["sample" if any(one.basis == "sample" for one in found) else found[0].basis])
    if lasts >= sum(one.seconds for one in found) + NOTICED:
        say(f"It is prepared beside the work and live after about {lasts:.0f} s; everybody goes on meanwhile.")
    if writers_wait >= NOTICED:
        say(f"While an index is made, whoever saves waits about {writers_wait:.0f} s; readers go on.", "yellow")


def show_steps(steps: Sequence[Step]) -> None:
    """Every step with its risk."""
    show_table(("Risk", "Step"), [(_risk(step.risk), step.text) for step in steps])


def show_records(records: Sequence[tuple[str, str, Outcome]]) -> None:
    """The documents that would be saved, and those that would go."""
    named = [f"{kind} {name}{' (new)' if what == 'new' else ''}" for kind, name, what in records if what != "removed"]
    gone = [f"{kind} {name}" for kind, name, what in records if what == "removed"]
    _list("Documents to save", named)
    _list("Documents to delete, with a copy for `rollback`", gone)


def _list(heading: str, documents: Sequence[str]) -> None:
    """How many, and the first of them, one to a line."""
    if not documents:
        return
    say(f"{heading} ({len(documents)}):")
    for one in documents[:LISTED]:
        say(f"  {one}")
    if documents[LISTED:]:
        say(f"  … and {len(documents) - LISTED} more")


def show_unfinished(site: Site) -> None:
    """What plans have begun that no switch has taken over."""
    for one in site.runtime.database.unfinished():
        say(f"Begun and not finished: {one.text}, last worked on {one.worked:%Y-%m-%d %H:%M:%S} UTC.", "yellow")
