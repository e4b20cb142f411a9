"""Who reaches which Saved View and Import Mapping: everybody the own ones and the public ones."""

from __future__ import annotations

from crm_platform.database.conditions import Compare, Condition, any_of
from crm_platform.documents.context import Context

SAVED_VIEW = "Saved View"
SAVED_MAPPING = "Import Mapping"


def reachable_views(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the signature of a row filter
    """Own and public ones; a System Manager may clear public ones away, but reads no private one of others."""
    return any_of(Compare(("owner",), "=", ctx.user), Compare(("is_public",), "=", 1))
