"""Rename a document and every link, dynamic link, row and annotation that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_platform.database.system import SECRET, STATE_MOVE
from crm_platform.documents import blind, setters
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.guards import DEFINITION_KINDS
from crm_platform.documents.naming import check_name, is_ahead
from crm_platform.documents.reading import definition, load, no_right, not_found
from crm_platform.documents.relinking import relinked
from crm_platform.documents.saving import deny
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.model import DocType

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


def rename(ctx: Context, doctype: str, old: str, new: str) -> str:
    """Rename `old` to `new` and return the new name.

    Raises ValidationError when the DocType forbids renaming or the name is taken, PermissionError without write right.
    """
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    stored = load(ctx, meta, old, for_update=True)
    if stored is None or not ctx.policy.allows(meta, "read", stored):
        raise not_found(meta, old)
    if not ctx.policy.allows(meta, "write", stored):
        raise deny(meta, "write")
    if not meta.allow_rename or meta.issingle or doctype in DEFINITION_KINDS:
        raise ValidationError("{doctype} documents cannot be renamed: the DocType does not allow it.", doctype=doctype)
    new = check_name(doctype, new)
    if new == old:
        return old
    if ctx.connection.existing(meta, [new]):
        raise ValidationError(
            "{doctype} {name} already exists, choose another name.",
            doctype=doctype,
            name=new,
            errors=[FieldError("new_name", "Already taken.")],
        )
    if is_ahead(ctx, meta, new):
        raise ValidationError(
            "{name} is a number that the series has not come to yet. Choose another name.",
            name=new,
            errors=[FieldError("new_name", "The series has not come to this number.")],
        )
    events = ctx.runtime.events(ctx)
    events.fire(ctx, stored.edit().freeze(), "before_rename")
    move(ctx, meta, old, new)
    renamed = load(ctx, meta, new)
    if renamed is not None:
        events.fire(ctx, renamed.edit().freeze(), "after_rename")
    return new


def move(ctx: Context, meta: DocType, old: str, new: str) -> None:
    """Change the name everywhere, without checks."""
    values: dict[str, object] = {"name": new, "modified": ctx.now(), "modified_by": ctx.user}
    if meta.autoname.startswith("field:") and (field := meta.field(meta.autoname[6:])) is not None:
        values[field.fieldname] = new
    ctx.connection.update_row(meta, old, values)
    for child in {table.options for table in meta.table_fields}:
        ctx.connection.update_rows(ctx.definitions[child], {"parent": new}, {"parent": old, "parenttype": meta.name})
    for doctype, field in ctx.definitions.links_to.get(meta.name, ()):
        ctx.connection.update_rows(doctype, {field.fieldname: new}, {field.fieldname: old})
    for doctype, field in ctx.definitions.dynamic_links:
        if field.options in doctype.columns:
            ctx.connection.update_rows(
                doctype, {field.fieldname: new}, {field.fieldname: old, field.options: meta.name}
            )
    for doctype_name, (doctype_field, name_field) in COMPANIONS.items():
        annotation = ctx.definitions.get(doctype_name)
        if annotation is not None:
            ctx.connection.update_rows(annotation, {name_field: new}, {doctype_field: meta.name, name_field: old})
    ctx.connection.remove(STATE_MOVE, {"table_name": meta.table, "name": new})
    ctx.connection.change(STATE_MOVE, {"name": new}, {"table_name": meta.table, "name": old})
    ctx.connection.change(SECRET, {"name": new}, {"doctype": meta.name, "name": old})
    blind.move(ctx, meta, old, new)
    setters.move(ctx, meta.name, old, new)
    relinked(ctx, meta, new)
