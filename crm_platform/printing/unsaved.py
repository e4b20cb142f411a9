"""A Print Format under work: as it stands in the editor, checked like a saved one, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from crm_platform.deferred import Deferred
from crm_platform.documents.context import Context
from crm_platform.documents.faults import Faults
from crm_platform.documents.prepare import coerce_values
from crm_platform.errors import PermissionError
from crm_platform.metadata.model import DocType
from crm_platform.printing.formats import Format
from crm_platform.printing.snapshot import Template

PRINT_FORMAT = "Print Format"
check_template: Callable[[str], None] = Deferred("crm_platform.printing.checks", "check_template")


def may_design(ctx: Context) -> bool:
    """Whether the caller may change print formats."""
    meta = ctx.definitions[PRINT_FORMAT]
    return any(ctx.policy.allows(meta, action) for action in ("write", "create"))


def unsaved_format(ctx: Context, meta: DocType, values: Mapping[str, Any]) -> Format:
    """The format that `values` (fields of Print Format) describe, for documents of `meta`.

    Raises PermissionError unless the caller may change print formats, ValidationError for a value that does not fit
    its field, PrintFormatError for a mistake in the template, with its line.
    """
    if not may_design(ctx):
        raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=PRINT_FORMAT, action="write")
    record = ctx.store.new(PRINT_FORMAT, {**values, "doc_type": meta.name})
    faults = Faults()
    coerce_values(ctx, record, faults)
    faults.raise_all()
    html = record["html"] or ""
    check_template(html)
    if not html:
        return Format(record, None)
    return Format(record, Template(str(values.get("name") or PRINT_FORMAT), html, record["css"] or ""))
