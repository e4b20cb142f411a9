"""DocType Layout: which fields a form shows to people of a role, and in which order. Rights never depend on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.modelling import bump
from crm_platform.errors import FieldError, ValidationError

LAYOUT = "DocType Layout"


def laid_out(ctx: Context, doctype: str, fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields (DocFields) of a form as the caller's layout has them; as they are without one.

    What the layout leaves out comes last and hidden: its values are there as before. A mandatory field without a
    default is shown all the same, since nobody could save without it.
    """
    layout = _layout_of(ctx, doctype)
    rows = [dict(field) for field in fields]
    if layout is None:
        return rows
    labels = {str(row["fieldname"]): str(row["label"] or "") for row in layout["fields"]}
    known = {str(row["fieldname"]): row for row in rows}
    shown = [
        known[name] | ({"label": ctx._(label)} if label else {}) for name, label in labels.items() if name in known
    ]
    rest = [row if _needed(row) else row | {"hidden": 1} for name, row in known.items() if name not in labels]
    return shown + rest


def _layout_of(ctx: Context, doctype: str) -> Document | None:
    """Of the layouts for the caller's roles the one with the highest priority."""
    system = ctx.as_system().store
    asked = {"document_type": doctype, "disabled": 0}
    rows = system.list(LAYOUT, fields=("name", "role"), filters=asked, order_by="priority desc, name asc", limit=None)
    name = next((row["name"] for row in rows if row["role"] in ctx.roles), None)
    return None if name is None else system.get(LAYOUT, name)


def _needed(field: Mapping[str, Any]) -> bool:
    return bool(field.get("reqd")) and not field.get("default") and not field.get("read_only")


def check(ctx: Context, doc: Document) -> None:
    """A layout names fields of its DocType, each once. Raises ValidationError."""
    meta = ctx.definitions.get(str(doc["document_type"]))
    seen: set[str] = set()
    for number, row in enumerate(doc["fields"], start=1):
        name = str(row["fieldname"])
        if meta is not None and meta.field(name) is None:
            _refuse(number, "{doctype} has no field {field}.", doctype=meta.name, field=name)
        if name in seen:
            _refuse(number, "The field {field} stands twice in the layout.", field=name)
        seen.add(name)


def _refuse(number: int, template: str, **params: object) -> None:
    fault = FieldError("fieldname", template, table="fields", row=number, params=params)
    error = ValidationError(template, errors=[fault])
    error.params.update(params)
    raise error


def changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Forms that are open learn of it as of any other change of the definition."""
    bump(ctx)


LISTENERS = (
    Listener("core", LAYOUT, "validate", check),
    *(Listener("core", LAYOUT, event, changed) for event in ("on_update", "after_delete", "after_rename")),
)
