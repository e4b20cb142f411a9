"""crm.privacy.*: seeing masked values, reports about a person, erasure. Ours: Frappe has nothing like it."""

from __future__ import annotations

from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.privacy import unmasking


def unmask(ctx: Context, doctype: str, name: str, fields: list[Any] | str, reason: str) -> dict[str, Any]:
    """What masked fields of a document hold; the audit log tells who saw it and why."""
    names = [fields] if isinstance(fields, str) else [str(field) for field in fields]
    return unmasking.unmask(ctx, doctype, name, names, reason)


METHODS = (ApiMethod("crm.privacy.unmask", unmask, writes=True),)
