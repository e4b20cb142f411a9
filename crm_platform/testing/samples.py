"""Sample documents: every field of a DocType with a value of its type, for what must work with any document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.faults import Faults
from crm_platform.documents.formulas import compute
from crm_platform.documents.saving import write_as_is
from crm_platform.metadata.kinds import Storage
from crm_platform.metadata.model import Field

VALUES: Mapping[Storage, Any] = {
    "text": "样本 Sample",
    "int": 1,
    "float": 1.5,
    "decimal": Decimal("1234.50"),
    "date": date(2026, 3, 1),
    "datetime": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    "time": time(9, 30),
}
EMPTY_TYPES = frozenset({"Link", "Dynamic Link", "Attach", "Attach Image", "Password", "Geolocation", "JSON"})
"""What a made-up text would be wrong in."""


def write_sample(ctx: Context, doctype: str, *, filled: bool) -> str:
    """Store a sample without hooks and checks, and return its name; with one row in every table when `filled`."""
    meta = ctx.definitions[doctype]
    name = "样本-1" if filled else "样本-0"
    if not ctx.connection.existing(meta, [name]):
        doc = Document(meta, ctx.definitions, {"name": name, "docstatus": 0})
        if filled:
            _fill(doc)
            _settle(ctx, doc)
        write_as_is(ctx, [doc])
    return name


def _fill(doc: Document) -> None:
    for field in doc.meta.fields:
        if field.holds_rows:
            _fill(doc.append(field.fieldname))
        elif field.has_column and field.fieldtype not in EMPTY_TYPES:
            doc[field.fieldname] = value_of(field)


def _settle(ctx: Context, doc: Document) -> None:
    """Give the document what the engine would have computed: its formulas and the first state of its workflow."""
    workflow = ctx.definitions.workflows.get(doc.doctype)
    if workflow is not None:
        doc[workflow.state_field] = workflow.states[0].state
    compute(ctx, doc, Faults())


def value_of(field: Field) -> Any:
    """A value that the field may have: of a Select its last choice."""
    return field.choices[-1] if field.fieldtype == "Select" else VALUES[field.storage]
