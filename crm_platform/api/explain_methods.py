"""crm.explain.value: why a field of a document has its value."""

from __future__ import annotations

from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.origins import explain_value
from crm_platform.errors import DoesNotExistError


def value(ctx: Context, doctype: str, name: str, fieldname: str) -> dict[str, Any]:
    """The value of a field, how its definition fills it, and its changes: by whom, and by which rule or pack.

    A field that the caller may not read answers like one that is not there.
    """
    doc = ctx.store.get(doctype, name)
    field = doc.meta.field(fieldname)
    if field is None or not field.has_column or field.permlevel not in ctx.policy.levels(doc.meta, "read", doc) | {0}:
        raise DoesNotExistError("{doctype} has no field {field}.", doctype=doctype, field=fieldname)
    return explain_value(ctx, doc, field)


METHODS = (ApiMethod("crm.explain.value", value),)
