"""Saved Views and Import Mappings: everybody reaches the own ones and the public ones; none keeps a masked value."""

from __future__ import annotations

from typing import Any

import orjson

from crm_platform.database.conditions import Compare, Condition, any_of
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.filters import refuse_kept_values
from crm_platform.documents.paths import Paths

SAVED_VIEW = "Saved View"
SAVED_MAPPING = "Import Mapping"


def reachable_views(ctx: Context, action: str) -> Condition:  # noqa: ARG001 the signature of a row filter
    """Own and public ones; a System Manager may clear public ones away, but reads no private one of others."""
    return any_of(Compare(("owner",), "=", ctx.user), Compare(("is_public",), "=", 1))


def check_filters(ctx: Context, doc: Document) -> None:
    """Raises DataError for a filter by a masked value."""
    meta = ctx.definitions.get(doc["reference_doctype"] or "")
    if meta is not None and doc.has_changed("query"):
        refuse_kept_values(Paths(ctx.as_system(), meta), _filters(doc["query"] or "{}"))


def _filters(query: str) -> list[Any]:
    """As they stand in the address of the list: a text of JSON. What has another form is no filter there."""
    known = orjson.loads(query)
    try:
        found = orjson.loads(known["filters"])
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return []
    return found if isinstance(found, list) else []


LISTENERS = (Listener("core", SAVED_VIEW, "validate", check_filters),)
