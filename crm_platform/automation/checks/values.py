"""Checks of the table of an action: field names with values that fit them, or expressions."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.automation.checks.faults import at, condition_faults, value_faults
from crm_platform.automation.checks.targets import settable_faults
from crm_platform.automation.rule import Action
from crm_platform.automation.run import expression_of, translated_of
from crm_platform.documents.context import Context
from crm_platform.errors import FieldError, ValidationError
from crm_platform.expressions import Subject
from crm_platform.metadata.model import DocType


def values_faults(
    ctx: Context, meta: DocType, target: DocType, action: Action, place: FieldError, about: Subject = "document"
) -> Iterator[FieldError]:
    """The table of an action names fields of `target`, with values that fit or expressions over `meta`."""
    try:
        table = action.table("field_values")
    except ValidationError as error:
        yield at(place, error.template, **error.params)
        return
    if not table:
        yield at(place, "Name at least one field and its value.")
    for name, given in table.items():
        expression = expression_of(given)
        found = list(settable_faults(ctx, target, name, place))
        yield from found
        if expression is not None:
            yield from condition_faults(meta, expression, place, about)
        elif not found:
            text = translated_of(given)
            yield from value_faults(ctx, target.by_name[name], given if text is None else text, place)
