"""crm.versions.*: what a document held before a change, and bringing that back."""

from __future__ import annotations

from typing import Any

from crm_platform.api.methods import ApiMethod
from crm_platform.documents.context import Context
from crm_platform.documents.restoring import before, restore
from crm_platform.documents.wire import to_wire


def preview(ctx: Context, doctype: str, name: str, version: str) -> dict[str, Any]:
    """What restoring would change (`values` by fieldname) and which fields would stay as they are (`left`)."""
    found = before(ctx, ctx.store.get(doctype, name), version)
    return {"values": found.values, "left": found.left}


def restore_version(ctx: Context, doctype: str, name: str, version: str, modified: str = "") -> dict[str, Any]:
    """Save the document as it was before the change that `version` tells of; `modified` guards against a lost update.

    Answers the saved document and the labels of fields that stay as they are.
    """
    doc, left = restore(ctx, doctype, name, version, modified)
    return {"doc": to_wire(ctx, doc), "left": left}


METHODS = (
    ApiMethod("crm.versions.preview", preview),
    ApiMethod("crm.versions.restore", restore_version, writes=True),
)
