"""Before a draft is switched: whether it gives something up that nobody has accepted, and whether it takes long."""

from __future__ import annotations

from collections.abc import Sequence

from crm_platform.database.interface import Database, Step
from crm_platform.errors import Text, ValidationError

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
        lost = database.misfit(planned)
        text = Text(planned.template, planned.params)
        if lost:
            raise ValidationError(
                "The plan gives something up: {step}. {doctype} {name} has a value that does not fit. Correct it, or "
                "accept that to apply the plan.",
                step=text,
                doctype=planned.table.removeprefix("tab"),
                name=lost,
            )
        raise ValidationError("The plan gives something up: {step}. Accept that to apply it.", step=text)


def takes_long(database: Database, steps: Sequence[Step]) -> bool:
    """Whether preparing the steps takes longer than somebody waits."""
    costly = [planned for planned in steps if planned.risk != "safe"]
    return bool(costly) and sum(one.seconds for one in database.forecast(costly)) > AT_ONCE
