"""Merging documents into one of them: checked first, done in one transaction, written down for taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_platform.database.system import ORIGIN, SECRET
from crm_platform.documents.context import Context
from crm_platform.documents.deleting import remove
from crm_platform.documents.document import Document
from crm_platform.documents.reading import load, not_found
from crm_platform.documents.relinking import relinked
from crm_platform.documents.saving import SUBMITTED, deny
from crm_platform.errors import ValidationError
from crm_platform.metadata.checks.engine import is_of_engine
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType
from crm_platform.transfer.merging import journal as journals
from crm_platform.transfer.merging.filling import check_choices, values_for
from crm_platform.transfer.merging.journal import Journal, Removed, portable
from crm_platform.transfer.merging.places import Mover

MOST = 20
"""Documents that are merged into another at once."""


def merge(ctx: Context, doctype: str, keep: str, others: Sequence[str], choices: Mapping[str, str]) -> str:
    """Merge `others` into `keep` and return the name of the Merge Log.

    Links, rows, comments, files, tags, shares and assignments of the others belong to the kept document then. `choices`
    are as in filling.values_for. Raises DoesNotExistError, PermissionError without the right to write the kept document
    or to delete one of the others, ValidationError for documents that cannot be merged.
    """
    names = list(dict.fromkeys(others))
    kept, gone = _documents(ctx, doctype, keep, names)
    meta = kept.meta
    check_choices(kept, names, choices)
    journal = Journal(doctype, keep, names)
    _write_down(ctx, journal, gone)
    mover = Mover(ctx, meta, journal)
    events = ctx.runtime.events(ctx)
    for doc in gone:
        events.fire(ctx, doc.edit().freeze(), "before_rename")
        mover.move(str(doc["name"]))
    values = values_for(ctx, _held(ctx, meta, keep), gone, choices)
    for doc in gone:
        events.fire(ctx, doc.edit().freeze(), "on_trash")
        remove(ctx, meta, str(doc["name"]))
        events.fire(ctx, doc.edit().freeze(), "after_delete")
    if values:
        ctx.store.update(doctype, keep, values)
    relinked(ctx, meta, keep)
    merged = _held(ctx, meta, keep)
    _write_down_kept(journal, kept, merged)
    events.fire(ctx, merged.edit().freeze(), "after_rename")
    return journals.write(ctx, journal)


def _held(ctx: Context, meta: DocType, keep: str) -> Document:
    """The kept document as it is now: its row is held, so it is there."""
    found = load(ctx, meta, keep)
    if found is None:
        raise not_found(meta, keep)
    return found


def _documents(ctx: Context, doctype: str, keep: str, names: Sequence[str]) -> tuple[Document, list[Document]]:
    """The documents, held until the end of the transaction, after every reason to refuse."""
    if not names or len(names) > MOST or keep in names:
        raise ValidationError("Name the document to keep and 1 to {limit} others.", limit=MOST)
    stored = {name: ctx.store.get(doctype, name, for_update=True) for name in sorted({keep, *names})}
    kept, gone = stored[keep], [stored[name] for name in names]
    _refuse_kind(kept.meta)
    if not ctx.policy.allows(kept.meta, "write", kept):
        raise deny(kept.meta, "write")
    for doc in gone:
        if not ctx.policy.allows(doc.meta, "delete", doc):
            raise deny(doc.meta, "delete")
        if doc["docstatus"] == SUBMITTED:
            template = "Submitted {doctype} {name} cannot be merged into another. Cancel it first."
            raise ValidationError(template, doctype=doctype, name=doc["name"])
        if kept.meta.is_tree and keep in ctx.connection.subtree(kept.meta, str(doc["name"])):
            raise ValidationError("{name} is below {other}. Move it elsewhere first.", name=keep, other=doc["name"])
    before = (doc.before for doc in (kept, *gone))
    kept, *gone = [doc for doc in before if doc is not None]
    return kept, gone


def _refuse_kind(meta: DocType) -> None:
    if is_of_engine(meta) or meta.issingle or meta.istable:
        raise ValidationError("{doctype} documents cannot be merged.", doctype=meta.name)


def _write_down(ctx: Context, journal: Journal, gone: Sequence[Document]) -> None:
    """The documents that go, with their rows, secrets, and what is noted of who set their fields."""
    for doc in gone:
        for part in (doc, *(row for _, row in doc.children())):
            columns = {column: part[column] for column in part.meta.columns}
            journal.removed.append(Removed(part.doctype, portable(columns)))
        where = {"doctype": doc.doctype, "name": doc["name"]}
        journal.secrets += ctx.connection.fetch(SECRET, where)
        journal.setters += ctx.connection.fetch(ORIGIN, where)


def _write_down_kept(journal: Journal, kept: Document, now: Document) -> None:
    """What the merge made of the kept document."""
    before = portable({f.fieldname: kept[f.fieldname] for f in kept.meta.data_fields})
    after = portable({f.fieldname: now[f.fieldname] for f in kept.meta.data_fields})
    changed = {name for name in before if before[name] != after[name]}
    journal.fields = {name: (before[name], after[name]) for name in sorted(changed)}
    for table in kept.meta.table_fields:
        names = [str(row["name"]) for row in now[table.fieldname]]
        if names != [str(row["name"]) for row in kept[table.fieldname]]:
            rows = kept[table.fieldname]
            journal.tables[table.fieldname] = [portable(_content(row)) for row in rows]
            journal.after[table.fieldname] = names


def _content(row: Document) -> dict[str, object]:
    own = (column for column in row.meta.columns if column == "name" or column not in STANDARD_COLUMNS)
    return {column: row[column] for column in own}
