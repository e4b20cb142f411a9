"""What a change of the model takes away from under others: it is refused, naming the definitions and records that read
what goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crm_platform.errors import DefinitionError, FieldError, Text
from crm_platform.metadata.checks import deprived_by
from crm_platform.metadata.diff import Change

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

KIND = ("fieldtype", "options")
"""Properties of a field that its readers depend on."""

ADVICE = "Change that first, or make both changes in one plan."


def refuse_deprived(ctx: Context, after: Context, changes: Iterable[Change]) -> None:
    """Raises DefinitionError naming every definition and record that worked with the model of `ctx` and does not with
    that of `after`, which `changes` have made of it."""
    if not any(map(_takes_away, changes)):
        return
    found = [
        FieldError(problem.fieldname or problem.doctype, "{fault}", "DefinitionError", params=problem.texts)
        for problem in deprived_by(ctx.definitions, after.definitions)
    ]
    found += _records(ctx, after)
    if found:
        fault = Text(found[0].template, found[0].params)
        raise DefinitionError("{fault} {advice}", errors=found, fault=fault, advice=Text(ADVICE))


def _takes_away(change: Change) -> bool:
    gone = change.action == "removed" and change.part in ("DocType", "field")
    return gone or (change.part == "property" and bool(change.fieldname) and change.property in KIND)


def _records(ctx: Context, after: Context) -> Iterable[FieldError]:
    """Records that are broken now; those that were before are left as they are."""
    now = dict(ctx.runtime.broken_records(after.as_system()))
    before = dict(ctx.runtime.broken_records(ctx.as_system())) if now else {}
    for label, error in now.items():
        if label not in before:
            yield FieldError(label, "{record}: {reason}", "DefinitionError", params={"record": label, "reason": error})
