"""Delete a document: refused while others link to it; takes its rows, comments, versions and shares along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm_platform.database.conditions import Compare, Condition, all_of
from crm_platform.database.query import Column, Query
from crm_platform.database.system import SECRET
from crm_platform.documents import blind, copies, setters, upkeep
from crm_platform.documents.companions import COMPANIONS, WITHOUT_COMPANIONS
from crm_platform.documents.document import Document
from crm_platform.documents.reading import definition, load, no_right, not_found
from crm_platform.documents.saving import SUBMITTED, deny
from crm_platform.errors import FieldError, LinkExistsError, ValidationError
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

SHOWN_LINKS = 10


def delete(ctx: Context, doctype: str, name: str) -> None:
    """Delete one document.

    Raises DoesNotExistError, PermissionError, ValidationError for a submitted one, LinkExistsError listing who links.
    """
    meta = definition(ctx, doctype)
    if not ctx.policy.allows(meta, "delete") and not ctx.policy.allows(meta, "read"):
        raise no_right(meta, "delete")
    stored = load(ctx, meta, name, for_update=True)
    if stored is None or not (ctx.policy.allows(meta, "read", stored) or ctx.policy.allows(meta, "delete", stored)):
        raise not_found(meta, name)
    if not ctx.policy.allows(meta, "delete", stored):
        raise deny(meta, "delete")
    kept = kept_by_status(stored)
    if kept is not None:
        raise kept
    events = ctx.runtime.events(ctx)
    doc = stored.edit().freeze()
    events.fire(ctx, doc, "on_trash")
    refuse_if_linked(ctx, meta, name)
    if copies.is_kept(ctx, doctype):
        copies.keep(ctx, stored)
    remove(ctx, meta, name)
    events.fire(ctx, doc, "after_delete")


def kept_by_status(stored: Document) -> ValidationError | None:
    """What a deletion is refused with for the document's status."""
    if stored["docstatus"] != SUBMITTED:
        return None
    template = "Submitted {doctype} {name} cannot be deleted. Cancel it first."
    return ValidationError(template, doctype=stored.doctype, name=stored["name"])


def remove(ctx: Context, meta: DocType, name: str) -> None:
    """Delete the rows of a document and everything that belongs to it, without checks."""
    gone = upkeep.rows_to_go(ctx, meta, name)
    for child in {table.options for table in meta.table_fields}:
        _forget_rows(ctx, ctx.definitions[child], meta, name)
        ctx.connection.delete_rows(ctx.definitions[child], {"parent": name, "parenttype": meta.name})
    for doctype, (doctype_field, name_field) in COMPANIONS.items():
        annotation = ctx.definitions.get(doctype)
        if annotation is not None and doctype != meta.name:
            if doctype not in WITHOUT_COMPANIONS:
                place = all_of(Compare((doctype_field,), "=", meta.name), Compare((name_field,), "=", name))
                _remove_files(ctx, annotation, place)
            ctx.connection.delete_rows(annotation, {doctype_field: meta.name, name_field: name})
    ctx.connection.remove(SECRET, {"doctype": meta.name, "name": name})
    setters.forget(ctx, meta.name, name)
    ctx.connection.delete_rows(meta, {"name": name})
    upkeep.keep_up(ctx, gone)
    blind.forget(ctx, meta, [name])


def _remove_files(ctx: Context, annotation: DocType, where: Condition) -> None:
    """The files that are attached to annotations which go."""
    file, (doctype_field, name_field) = ctx.definitions.get("File"), COMPANIONS["File"]
    names = tuple(row["name"] for row in ctx.connection.select(Query(annotation, (Column(("name",), "name"),), where)))
    if file is not None and names:
        ctx.connection.delete_rows(file, {doctype_field: annotation.name, name_field: names})


def _forget_rows(ctx: Context, child: DocType, meta: DocType, name: str) -> None:
    if child.blind_fields:
        blind.forget(ctx, child, [row["name"] for row in ctx.connection.get_children(child, meta.name, [name])])


def refuse_if_linked(ctx: Context, meta: DocType, name: str) -> None:
    """Raise LinkExistsError naming the documents that link here, as far as the caller may read them."""
    found: list[tuple[str, str]] = []
    for doctype, field in ctx.definitions.links_to.get(meta.name, ()):
        found += _linking(ctx, meta, name, doctype, field, ())
    for doctype, field in ctx.definitions.dynamic_links:
        if field.options in doctype.columns:
            found += _linking(ctx, meta, name, doctype, field, (Compare((field.options,), "=", meta.name),))
    if not found:
        return
    visible = [f"{ctx._(doctype)} {linked}" for doctype, linked in found if _may_see(ctx, doctype, linked)]
    shown = ", ".join(visible[:SHOWN_LINKS]) or ctx._("other documents")
    raise LinkExistsError(
        "Cannot delete {doctype} {name}: it is linked with {links}. Remove these links first.",
        doctype=meta.name,
        name=name,
        links=shown,
        errors=[
            FieldError("name", "Linked with {link}.", "LinkExistsError", params={"link": link})
            for link in visible[:SHOWN_LINKS]
        ],
    )


def _linking(
    ctx: Context, meta: DocType, name: str, doctype: DocType, field: Field, extra: tuple[Compare, ...]
) -> list[tuple[str, str]]:
    if doctype.name in copies.NOT_HINDERING or doctype.is_virtual:
        return []
    columns: tuple[Column, ...] = (Column(("name",), "name"),)
    if doctype.istable:
        columns = (Column(("parenttype",), "doctype"), Column(("parent",), "name"))
    where = all_of(Compare((field.fieldname,), "=", name), *extra)
    rows = ctx.connection.select(Query(doctype, columns, where, limit=SHOWN_LINKS + 1))
    pairs = [(str(row.get("doctype", doctype.name)), str(row["name"])) for row in rows]
    return [pair for pair in pairs if pair != (meta.name, name)]


def _may_see(ctx: Context, doctype: str, name: str) -> bool:
    meta = ctx.definitions.get(doctype)
    row = ctx.connection.get_row(meta, name) if meta is not None else None
    return bool(meta and row and ctx.policy.allows(meta, "read", Document(meta, ctx.definitions, row)))
