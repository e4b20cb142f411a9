"""Taking a merge back: the merged documents are there again with what was linked to them, but for later changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crm_platform.database.system import ORIGIN, SECRET
from crm_platform.documents import blind, upkeep
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.reading import definition, load, no_right, not_found
from crm_platform.documents.relinking import relinked
from crm_platform.documents.saving import deny
from crm_platform.errors import ValidationError
from crm_platform.metadata.computed import is_computed
from crm_platform.metadata.kinds import CHILD_COLUMNS
from crm_platform.metadata.model import DocType
from crm_platform.transfer.merging import journal as journals
from crm_platform.transfer.merging.journal import LOG, Journal, Moved, native, value_of


@dataclass
class Undone:
    """What came of it: documents that are there again, how many links lead to them again, and sentences about what was
    left as it is because somebody changed it since."""

    restored: list[str]
    links: int = 0
    left: list[str] = field(default_factory=list)


def undo(ctx: Context, log: str) -> Undone:
    """Take the merge of a Merge Log back.

    Raises DoesNotExistError, PermissionError without the right to write the kept document and to create others,
    ValidationError naming everything that prevents it.
    """
    journal = _journal(ctx, log)
    meta = definition(ctx, journal.doctype)
    _refuse(ctx, meta, journal)
    found = Undone(journal.merged)
    values = _former(ctx, meta, journal, found)
    _give_free(ctx, meta, journal, values)
    _restore_rows(ctx, journal)
    for moved in reversed(journal.moved):
        _move_back(ctx, moved, found)
    if values:
        ctx.as_system().store.update(meta.name, journal.kept, values)
    events = ctx.runtime.events(ctx)
    for name in (*journal.merged, journal.kept):
        relinked(ctx, meta, name)
    for name in journal.merged:
        doc = load(ctx, meta, name)
        if doc is not None:
            events.fire(ctx, _new(doc), "on_change")
            events.fire(ctx, doc.edit().freeze(), "after_rename")
    journals.close(ctx, log, found.left)
    return found


def _journal(ctx: Context, log: str) -> Journal:
    entry = ctx.as_system().store.get(LOG, log)
    meta = definition(ctx, str(entry["document_type"]))
    if not ctx.policy.allows(meta, "read"):
        raise no_right(meta)
    kept = load(ctx, meta, str(entry["kept"]))
    if kept is None and entry["owner"] == ctx.user:
        template = (
            "{doctype} {name}, into which the others were merged, is not there any more. If it was renamed, give it "
            "this name again first."
        )
        raise ValidationError(template, doctype=meta.name, name=entry["kept"])
    if kept is None or not ctx.policy.allows(meta, "read", kept):
        raise not_found(definition(ctx, LOG), log)
    if not ctx.policy.allows(meta, "write", kept):
        raise deny(meta, "write")
    if not ctx.policy.allows(meta, "create"):
        raise deny(meta, "create")
    found = journals.read(ctx, log)
    if found is None:
        raise ValidationError("The merge {log} was taken back already, or personal data in it was erased.", log=log)
    return found


def _refuse(ctx: Context, meta: DocType, journal: Journal) -> None:
    """Names that somebody else has taken since."""
    taken = sorted(ctx.connection.existing(meta, journal.merged))
    if taken:
        names = ", ".join(taken)
        template = "There are new documents with the names of the merged ones: {names}. Rename them first."
        raise ValidationError(template, names=names)


def _restore_rows(ctx: Context, journal: Journal) -> None:
    """Write the rows that went as they were, the documents before what belongs to them."""
    for removed in journal.removed:
        doctype = ctx.definitions.get(removed.doctype)
        if doctype is not None and not ctx.connection.existing(doctype, [removed.row["name"]]):
            ctx.connection.insert_rows(doctype, [native(doctype, removed.row)])
    for secret in journal.secrets:
        ctx.connection.put(SECRET, secret)
    for setters in journal.setters:
        ctx.connection.put(ORIGIN, setters)
    meta = ctx.definitions[journal.doctype]
    for name in journal.merged:
        doc = load(ctx, meta, name)
        if doc is not None:
            upkeep.inserted(ctx, [doc])
            blind.keep(ctx, _new(doc))


def _new(doc: Document) -> Document:
    """The stored document as one that was not there before."""
    made = doc.edit()
    made.before = None
    for _, row in made.children():
        row.before = None
    return made.freeze()


def _move_back(ctx: Context, moved: Moved, found: Undone) -> None:
    """Give a row the name that it had, if it still has what the merge gave it."""
    doctype = ctx.definitions.get(moved.doctype)
    if doctype is None or moved.column not in doctype.columns:
        return
    where = {moved.column: moved.new}
    if ctx.connection.update_row(doctype, moved.name, {moved.column: moved.old}, where=where):
        found.links += 1
    else:
        field = doctype.field(moved.column)
        label = (field.label if field else "") or moved.column
        params = {"doctype": ctx._(moved.doctype), "name": moved.name, "label": ctx._(label)}
        found.left.append(ctx._("{doctype} {name}: {label} was changed since.", **params))


def _former(ctx: Context, meta: DocType, journal: Journal, found: Undone) -> dict[str, Any]:
    """The former values of the kept document, field by field, where nobody changed them since."""
    kept = load(ctx, meta, journal.kept)
    if kept is None:
        return {}
    values = dict(_fields(ctx, kept, journal, found))
    for name, rows in journal.tables.items():
        table = meta.field(name)
        if table is None or not table.is_table:
            continue
        if [str(row["name"]) for row in kept[name]] == journal.after[name]:
            child = ctx.definitions[table.options]
            values[name] = [_row(child, row) for row in rows]
        else:
            found.left.append(_changed(ctx, kept, name))
    return values


def _give_free(ctx: Context, meta: DocType, journal: Journal, values: dict[str, Any]) -> None:
    """Unique values go back to the merged documents, so that the kept one lets go of them first."""
    unique = {name: values[name] for name in values if (field := meta.field(name)) is not None and field.unique}
    if unique:
        ctx.connection.update_row(meta, journal.kept, unique)


def _fields(ctx: Context, kept: Document, journal: Journal, found: Undone) -> Iterator[tuple[str, Any]]:
    for name, (before, after) in journal.fields.items():
        field = kept.meta.field(name)
        if field is None or not field.has_column or is_computed(field) or field.is_masked:
            continue
        if kept[name] == value_of(kept.meta, name, after):
            yield name, value_of(kept.meta, name, before)
        else:
            found.left.append(_changed(ctx, kept, name))


def _row(child: DocType, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in native(child, row).items() if name not in CHILD_COLUMNS}


def _changed(ctx: Context, kept: Document, name: str) -> str:
    label = kept.meta.by_name[name].label or name
    params = {"doctype": ctx._(kept.doctype), "name": kept["name"], "label": ctx._(label)}
    return ctx._("{doctype} {name}: {label} was changed since.", **params)
