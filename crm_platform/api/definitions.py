"""A DocType as JSON for those who may use it: what v2's meta, getdoctype and the interface show."""

from __future__ import annotations

from typing import Any

from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PermissionError
from crm_platform.metadata.bodies import body_of
from crm_platform.metadata.model import DocType

FIELD_FLAGS = ("reqd", "hidden", "read_only", "unique", "in_list_view", "in_standard_filter")
DOCTYPE_FLAGS = ("issingle", "istable", "is_submittable", "is_tree", "custom", "allow_rename", "track_changes")
USES = ("read", "select", "create", "write", "report")


def usable(ctx: Context, doctype: DocType) -> bool:
    """Whether the caller has any right that needs the definition.

    A child table is known through its parents; one that has none yet, to who makes DocTypes that may use it.
    """
    if doctype.istable:
        parents = ctx.definitions.parents_of.get(doctype.name, ())
        return any(usable(ctx, parent) for parent, _ in parents) if parents else _may_shape(ctx)
    return any(ctx.policy.allows(doctype, action) for action in USES)


def _may_shape(ctx: Context) -> bool:
    return ctx.policy.allows(ctx.definitions["DocType"], "create")


def definition(ctx: Context, name: str) -> dict[str, Any]:
    """The effective definition. Raises DoesNotExistError, or PermissionError when the caller may not use it at all."""
    doctype = doctype_of(ctx, name)
    if not usable(ctx, doctype):
        raise PermissionError("No permission for {doctype}", doctype=name)
    return shown(doctype)


def doctype_of(ctx: Context, name: str) -> DocType:
    """The DocType called `name`. Raises DoesNotExistError."""
    doctype = ctx.definitions.get(name)
    if doctype is None:
        raise DoesNotExistError("DocType {doctype} not found", doctype=name)
    return doctype


def shown(doctype: DocType) -> dict[str, Any]:
    """A definition as Frappe's JSON says it, its fields as rows."""
    name = doctype.name
    body = {"actions": [], "links": [], "states": [], **body_of(doctype), "doctype": "DocType", "name": name}
    body.update({flag: int(getattr(doctype, flag)) for flag in DOCTYPE_FLAGS})
    body["fields"] = [
        {
            **field.properties,
            **{flag: int(getattr(field, flag)) for flag in FIELD_FLAGS},
            "fieldname": field.fieldname,
            "fieldtype": field.fieldtype,
            "label": field.label,
            "permlevel": field.permlevel,
            "doctype": "DocField",
            "parent": name,
            "parenttype": "DocType",
            "parentfield": "fields",
            "idx": index,
        }
        for index, field in enumerate(doctype.fields, start=1)
    ]
    return body
