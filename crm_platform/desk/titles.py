"""crm.desk.titles: how linked documents are shown to the caller, by their title or in the caller's language."""

from __future__ import annotations

from typing import Any

from crm_platform.desk.people import full_names
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.metadata.model import DocType

MOST = 500
"""Names per request: a page of a list has fewer."""


def has_titles(doctype: DocType) -> bool:
    """Whether links to it may show something else than the name."""
    return bool(doctype.title_in_links) or doctype.is_translated


def titles(ctx: Context, wanted: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """`wanted` is {DocType: [name]}; the answer {DocType: {name: title}} has those that the caller may read.

    Raises ValidationError for more than MOST names and for another shape.
    """
    if not all(isinstance(names, list) for names in wanted.values()):
        raise ValidationError("wanted takes a list of names for each DocType.")
    if sum(len(names) for names in wanted.values()) > MOST:
        raise ValidationError("Titles are given for {most} documents at a time. Ask for fewer.", most=MOST)
    return {doctype: _titles_of(ctx, doctype, [str(name) for name in names]) for doctype, names in wanted.items()}


def _titles_of(ctx: Context, name: str, names: list[str]) -> dict[str, str]:
    """Colleagues have names for everybody who works in the desk, whatever else may be read of them."""
    readable = _readable_titles(ctx, name, names)
    return {**full_names(ctx, names), **readable} if name == "User" else readable


def _readable_titles(ctx: Context, name: str, names: list[str]) -> dict[str, str]:
    doctype = ctx.definitions.get(name)
    if doctype is None or not names or not has_titles(doctype) or not ctx.policy.allows(doctype, "read"):
        return {}
    shown = doctype.title_in_links or "name"
    field = doctype.field(shown)
    if field is not None and field.permlevel not in ctx.policy.levels(doctype, "read") | {0}:
        return {}
    rows = ctx.store.list(name, fields=("name", shown), filters=[["name", "in", names]], limit=None)
    return {str(row["name"]): _text(ctx, doctype, row[shown]) for row in rows if row[shown]}


def _text(ctx: Context, doctype: DocType, value: Any) -> str:
    return ctx._(str(value)) if doctype.is_translated else str(value)
