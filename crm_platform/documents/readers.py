"""What a change of the model takes away from under others: definitions and records that read what goes are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crm_platform.errors import DefinitionError, FieldError, Text
from crm_platform.metadata.checks import deprived_by
from crm_platform.metadata.checks.readers import REMEDY
from crm_platform.metadata.diff import Change
from crm_platform.metadata.model import Definitions
from crm_platform.metadata.problems import Problem

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

KIND = ("fieldtype", "options")
"""Properties of a field that its readers depend on."""


def deprived_definitions(old: Definitions, new: Definitions, changes: Iterable[Change]) -> list[Problem]:
    """The faults that `changes` bring to definitions which they do not touch; without a loss nothing is looked at."""
    return deprived_by(old, new) if any(map(_takes_away, changes)) else []


def refuse_deprived(ctx: Context, after: Context, changes: Iterable[Change], definitions: Iterable[Problem]) -> None:
    """Raises DefinitionError naming the `definitions` that lose what they read, and every record (report, rule…) that
    worked with the model of `ctx` and does not with that of `after`, whose tables are there."""
    found = [
        FieldError(one.fieldname or one.doctype, "{fault}", "DefinitionError", params=one.texts) for one in definitions
    ]
    found += _broken(ctx, after) if any(map(_takes_away, changes)) else ()
    if found:
        fault = Text(found[0].template, found[0].params)
        raise DefinitionError("{fault} {remedy}", errors=found, fault=fault, remedy=Text(REMEDY))


def _takes_away(change: Change) -> bool:
    gone = change.action == "removed" and change.part in ("DocType", "field")
    return gone or (change.part == "property" and bool(change.fieldname) and change.property in KIND)


def _broken(ctx: Context, after: Context) -> Iterator[FieldError]:
    """Those that were broken before are left as they are."""
    now = dict(ctx.runtime.broken_records(after.as_system()))
    before = dict(ctx.runtime.broken_records(ctx.as_system())) if now else {}
    for label, error in now.items():
        if label not in before:
            yield FieldError(label, "{record}: {reason}", "DefinitionError", params={"record": label, "reason": error})
