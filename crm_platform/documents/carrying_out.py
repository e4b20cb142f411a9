"""Before a draft is switched: whether it gives something up that nobody has accepted, and whether it takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_platform.database.interface import Database, Step
from crm_platform.errors import Text, ValidationError
from crm_platform.metadata.problems import Problem

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

Loss = tuple[Step, Sequence[str]]
"""A step that gives something up, and documents that would lose a value by it."""

NAMED = 5
"""Documents that a plan names of those which would lose a value."""
LOOKED = 25
"""Batches of rows that are looked at for them: a preview does not read a large table to its end."""
AT_ONCE = 2.0
"""Seconds of preparation, by estimate, that somebody who asks for a change waits for."""


def is_lossy(steps: Sequence[Step]) -> bool:
    """Whether any of the steps gives something up."""
    return any(planned.risk == "lossy" for planned in steps)


def refuse_loss(database: Database, steps: Sequence[Step]) -> None:
    """Raises ValidationError for a step that gives something up, with a document that would lose its value."""
    for planned in steps:
        if planned.risk != "lossy":
            continue
        lost = database.misfits(planned, 1)
        text = Text(planned.template, planned.params)
        if lost:
            raise ValidationError(
                "The plan gives something up: {step}. {doctype} {name} has a value that does not fit. Correct it, or "
                "accept that to apply the plan.",
                step=text,
                doctype=planned.table.removeprefix("tab"),
                name=lost[0],
            )
        raise ValidationError("The plan gives something up: {step}. Accept that to apply it.", step=text)


def losses(database: Database, steps: Sequence[Step]) -> Sequence[Loss]:
    """Which documents would lose a value by steps that give something up: some of them. Of a large table the first
    rows are looked at."""
    found = [
        (planned, database.misfits(planned, NAMED + 1, LOOKED))
        for planned in steps
        if planned.action == "convert column"
    ]
    return [(planned, names) for planned, names in found if names]


def loss_told(ctx: Context, loss: Loss) -> Problem:
    """The warning of a loss: it calls the documents by their titles, as far as the user may read them."""
    planned, names = loss
    titles = _titles(ctx, planned.table.removeprefix("tab"), names[:NAMED])
    named = [f"{titles[name]} ({name})" if titles.get(name, name) not in ("", name) else name for name in names[:NAMED]]
    return Problem(
        "D833",
        "{doctype}: values of {field} that do not fit would be lost, in {names}.",
        "Correct these documents first. Otherwise accept the loss: taking the plan back brings the old values back.",
        "warning",
        doctype=planned.table.removeprefix("tab"),
        fieldname=planned.column,
        params={
            "doctype": planned.table.removeprefix("tab"),
            "field": planned.column,
            "names": ", ".join([*named, *("…" for _ in names[NAMED:])]),
        },
    )


def _titles(ctx: Context, doctype: str, names: Sequence[str]) -> dict[str, str]:
    meta = ctx.definitions[doctype]
    field = meta.field(meta.title_field) if meta.title_field else None
    if field is None or meta.istable or field.permlevel not in ctx.policy.levels(meta, "read") | {0}:
        return {}
    rows = ctx.store.list(doctype, fields=("name", field.fieldname), filters=[["name", "in", list(names)]], limit=None)
    return {str(row["name"]): str(row[field.fieldname] or "") for row in rows}


def takes_long(database: Database, steps: Sequence[Step]) -> bool:
    """Whether preparing the steps takes longer than somebody waits."""
    costly = [planned for planned in steps if planned.risk != "safe"]
    return bool(costly) and sum(one.seconds for one in database.forecast(costly)) > AT_ONCE
