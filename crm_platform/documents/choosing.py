"""What may be chosen in a link by somebody who may not read it: he is told what it is called, and nothing else.

The right is Frappe's DocPerm.select. Conditions, too, ask for names and titles only: any other would tell what is in
the documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crm_platform.database.conditions import EVERYTHING, Compare, Condition, all_of
from crm_platform.documents import reading
from crm_platform.documents.filters import COMPARE, conditions_in
from crm_platform.documents.reading import ListRequest
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

IN_USE: Mapping[str, int] = {"disabled": 0, "enabled": 1}
"""Checks by which a record is taken out of use, with the value of those in use."""

COLLEAGUES: Mapping[str, Condition] = {"User": Compare(("user_type",), "=", "System User")}
"""Nobody chooses a customer's account: of users, those who work in the desk."""


def names_of(meta: DocType) -> list[str]:
    """The fields that a document is called by: its name, and its title where links show one."""
    title = meta.field(meta.title_in_links) if meta.title_in_links else None
    return ["name", *([title.fieldname] if title is not None and title.has_column and not title.permlevel else [])]


def is_wider_than_reading(ctx: Context, meta: DocType) -> bool:
    """Whether the caller may choose other documents than he may read."""
    if not ctx.policy.allows(meta, "select"):
        return False
    return not ctx.policy.allows(meta, "read") or ctx.policy.rows(meta, "read") != ctx.policy.rows(meta, "select")


def asks_by_name(meta: DocType, filters: Any) -> bool:
    """Whether conditions are about names, titles and use only. Raises DataError for those that are none."""
    known = {*names_of(meta), *IN_USE}
    return all(
        doctype in ("", meta.name) and fieldname in known and operator.lower().strip() in COMPARE
        for doctype, fieldname, operator, _ in conditions_in(filters)
    )


def choices(ctx: Context, meta: DocType, request: ListRequest) -> list[dict[str, Any]]:
    """Rows of the documents that the caller may choose. Raises PermissionError when he may choose none, or asks for
    more than what they are called."""
    asks_only = asks_by_name(meta, request.filters) and asks_by_name(meta, request.or_filters)
    if not (ctx.policy.allows(meta, "select") and asks_only and set(names_of(meta)).issuperset(request.fields)):
        raise reading.no_right(meta)
    rights = all_of(ctx.policy.rows(meta, "select"), COLLEAGUES.get(meta.name, EVERYTHING))
    return reading.rows(ctx, meta, request, rights)
