"""What the smallest parts of a save cost by themselves: an event, a validation, a compiled condition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, cpu_of_each
from crm_platform import expressions
from crm_platform.documents import checks
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import EventTable, Listener
from crm_platform.documents.faults import Faults
from crm_platform.documents.prepare import coerce_values
from crm_platform.documents.scope import expression_scope
from crm_platform.testing import make_site

DOCTYPE = "Bench Part"
HEARD, UNHEARD = "validate", "on_update"
PACKS = 5
EVENT_LIMIT, HEARD_LIMIT, VALIDATION_LIMIT, CONDITION_LIMIT = 0.5, 2, 10, 3
"""Microseconds of CPU."""

CONDITION = "doc.data_0 == '客户 1' and doc.number > 3"
VALUES = {
    **{f"data_{number}": f"客户 {number}" for number in range(12)},
    **{"number": 7, "flag": 1, "choice": "A", "note": "met at the fair", "amount": 12.5},
    **{"day": "2026-03-28", "share": 0.5, "user": "Administrator"},
}
KINDS = {
    **{"number": "Int", "flag": "Check", "note": "Small Text", "amount": "Currency"},
    **{"day": "Date", "share": "Float", "user": "Data", "choice": "Select"},
}


def _fields() -> Iterator[dict[str, Any]]:
    for name in VALUES:
        kind = KINDS.get(name, "Data")
        yield {"fieldname": name, "fieldtype": kind, "label": name, "options": "A\nB" if kind == "Select" else None}


def _nothing(ctx: Context, doc: Document) -> None:
    """What a pack would do here is its own cost."""


def part_figures(folder: Path, database: str = "") -> list[Figure]:
    """None of them asks the database."""
    site = make_site(folder, database)
    site.doctype(DOCTYPE, *_fields())
    events = EventTable(Listener(f"pack_{number}", DOCTYPE, HEARD, _nothing) for number in range(PACKS))
    condition = expressions.compile(CONDITION)

    def measure(ctx: Context) -> list[float]:
        doc = ctx.store.new(DOCTYPE, VALUES)
        coerce_values(ctx, doc, Faults())
        scope = expression_scope(ctx, doc)

        def validate(_: int) -> None:
            faults = Faults()
            coerce_values(ctx, doc, faults)
            checks.check_required(ctx, doc, faults)
            checks.check_constants(doc, faults)
            faults.raise_all()

        return cpu_of_each(
            [
                lambda _: events.fire(ctx, doc, UNHEARD),
                lambda _: events.fire(ctx, doc, HEARD),
                validate,
                lambda _: condition.holds(scope),
            ],
            20_000,
        )

    unheard, heard, validation, judged = site.read(measure)
    site.site.close()
    return [
        Figure("event that nobody hears", unheard, EVENT_LIMIT, "µs"),
        Figure(f"event that {PACKS} packs hear", heard, HEARD_LIMIT, "µs"),
        Figure(f"validation of {len(VALUES)} fields", validation, VALIDATION_LIMIT, "µs"),
        Figure("condition that was compiled before", judged, CONDITION_LIMIT, "µs"),
    ]
