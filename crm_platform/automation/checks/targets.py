"""What actions may write to: no system fields, no documents that decide about rights or run later themselves."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.automation.checks.faults import CLOSED, at
from crm_platform.documents.context import Context
from crm_platform.documents.guards import DEFINITION_KINDS
from crm_platform.errors import FieldError
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType

RIGHTS = frozenset({"User", "Role", "Role Profile", "User Permission", "DocShare", "System Settings"})
RUNS_LATER = frozenset(
    {
        *("Automation Rule", "Validation Rule", "Notification", "Assignment Rule", "Service Level Agreement"),
        *("Print Format", "Report", "Webhook", "Email Account", "Email Template", "Email Queue", "Data Import"),
    }
)
NO_TARGETS = CLOSED | DEFINITION_KINDS | RIGHTS | RUNS_LATER
COMPUTED = ("formula", "rollup")


def settable_faults(ctx: Context, meta: DocType, name: str, place: FieldError) -> Iterator[FieldError]:
    """A field that a rule may set: one with a value of its own."""
    field = meta.field(name)
    if name in STANDARD_COLUMNS:
        yield at(place, "{field} cannot be set, it is kept by the system.", field=name)
    elif field is None:
        yield at(place, "{doctype} has no field {field}.", doctype=meta.name, field=name)
    elif not field.has_column or field.fieldtype == "Password":
        yield at(place, "{field} of {doctype} cannot be set by a rule.", field=name, doctype=meta.name)
    elif any(field.properties.get(key) for key in COMPUTED) or (field.fetch_from and not field.fetch_if_empty):
        yield at(place, "{field} of {doctype} is computed: a rule cannot set it.", field=name, doctype=meta.name)
    elif (workflow := ctx.definitions.workflows.get(meta.name)) is not None and workflow.state_field == name:
        yield at(place, "{field} is changed by the actions of the workflow only.", field=name)


def create_faults(target: DocType, place: FieldError) -> Iterator[FieldError]:
    """A DocType of which a rule may make documents."""
    if target.istable or target.issingle or target.is_virtual or target.name in NO_TARGETS:
        yield at(place, "A rule cannot create a {doctype}. Choose a DocType of your records.", doctype=target.name)
