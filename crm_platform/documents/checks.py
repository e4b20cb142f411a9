"""Validation of a document: required, constant, linked and unique values; what may change after submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crm_platform import expressions
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.documents import blind
from crm_platform.documents.companions import COMPANIONS
from crm_platform.documents.document import Document, parts_of
from crm_platform.documents.faults import Faults
from crm_platform.documents.scope import expression_scope
from crm_platform.errors import DuplicateEntryError, ExpressionError
from crm_platform.metadata.masking import plain_of
from crm_platform.metadata.model import DocType, Field

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

EMPTY_VALUES: tuple[Any, ...] = (None, "", [], ())
CANCELLED = 2


def _is_empty(value: Any, field: Field) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value in EMPTY_VALUES and field.fieldtype != "Check"


@lru_cache(maxsize=4096)
def _required(meta: DocType) -> tuple[Field, ...]:
    return tuple(f for f in meta.fields if f.reqd and (f.has_column or f.holds_rows))


@lru_cache(maxsize=4096)
def _required_when(meta: DocType) -> tuple[tuple[Field, expressions.Expression], ...]:
    """Fields with a `mandatory_depends_on` that our language understands; others are shown read-only, not enforced."""
    found = []
    for field in meta.fields:
        text = field.properties.get("mandatory_depends_on")
        if text and (field.has_column or field.holds_rows):
            try:
                found.append((field, expressions.compile(str(text))))
            except ExpressionError:
                continue
    return tuple(found)


@lru_cache(maxsize=4096)
def _constant(meta: DocType) -> tuple[Field, ...]:
    return tuple(f for f in meta.data_fields if f.set_only_once)


def check_required(ctx: Context, doc: Document, faults: Faults) -> None:
    """Frappe DocField.reqd and mandatory_depends_on."""
    for part, table, row in parts_of(doc):
        wanted = list(_required(part.meta))
        conditional = _required_when(part.meta)
        if conditional:
            scope = expression_scope(ctx, part, parent=doc if part is not doc else None)
            wanted += [field for field, condition in conditional if field not in wanted and condition.holds(scope)]
        for field in wanted:
            if not _is_empty(part[field.fieldname], field):
                continue
            if table is None:
                faults.add(field, "Error: Value missing for {doctype}: {label}", "MandatoryError", doctype=part.doctype)
            else:
                faults.add(
                    field,
                    "Error: {doctype} Row #{row_number}: Value missing for: {label}",
                    "MandatoryError",
                    table=table,
                    row=row,
                    doctype=part.doctype,
                    row_number=row,
                )


def check_constants(doc: Document, faults: Faults) -> None:
    """Frappe DocField.set_only_once."""
    for part, table, row in parts_of(doc):
        if part.before is None:
            continue
        for field in _constant(part.meta):
            if part.before[field.fieldname] not in EMPTY_VALUES and part.has_changed(field.fieldname):
                faults.add(
                    field,
                    "{label} can be set only once.",
                    "CannotChangeConstantError",
                    table=table,
                    row=row,
                )


def check_after_submit(doc: Document, faults: Faults) -> None:
    """Frappe DocField.allow_on_submit: what a submitted document may still change."""
    message = "Not allowed to change {label} after submission from {old} to {new}"
    for part, table, row in parts_of(doc):
        if part.before is None:
            continue
        for field in part.meta.data_fields:
            if not field.allow_on_submit and part.has_changed(field.fieldname):
                old, new = str(part.before[field.fieldname]), str(part[field.fieldname])
                faults.add(field, message, "UpdateAfterSubmitError", table=table, row=row, old=old, new=new)
    for table_field in doc.meta.table_fields:
        before = [r.get("name") for r in doc.before[table_field.fieldname]] if doc.before else []
        now = [r.get("name") for r in doc[table_field.fieldname]]
        if before != now and not table_field.allow_on_submit:
            faults.add(table_field, message, "UpdateAfterSubmitError", old=str(len(before)), new=str(len(now)))


Place = tuple[Faults, Document, Field, str | None, int | None]


def _links(doc: Document, faults: Faults) -> Iterator[tuple[str, str, Place]]:
    """(target DocType, name, place) of every link that is new or changed."""
    for part, table, row in parts_of(doc):
        for field in part.meta.link_fields:
            value = part[field.fieldname]
            if value and part.has_changed(field.fieldname):
                yield field.options, str(value), (faults, part, field, table, row)
        for field in part.meta.dynamic_link_fields:
            value = part[field.fieldname]
            target = part.get(field.options) or (doc.get(field.options) if part is not doc else None)
            if value and (part.has_changed(field.fieldname) or part.has_changed(field.options)):
                if not target:
                    faults.add(field, "{label}: choose the DocType first.", "LinkValidationError", table=table, row=row)
                else:
                    yield str(target), str(value), (faults, part, field, table, row)


def check_links(ctx: Context, docs: Sequence[tuple[Document, Faults]]) -> None:
    """Every link points to a document that is there and not cancelled; one statement per target DocType."""
    by_target: dict[str, list[tuple[str, Place]]] = {}
    for doc, faults in docs:
        for target, name, place in _links(doc, faults):
            by_target.setdefault(target, []).append((name, place))
    for target, wanted in by_target.items():
        meta = ctx.definitions.get(target)
        existing = {} if meta is None else ctx.connection.existing(meta, {name for name, _ in wanted})
        for name, (faults, part, field, table, row) in wanted:
            sentence, code = "", "LinkValidationError"
            if meta is None:
                sentence = "{label}: the DocType {target} is not installed."
            elif name not in existing and not (meta.issingle and name == target):
                sentence = "Could not find {label}: {value}"
            elif existing.get(name) == CANCELLED and not _may_be_cancelled(part, field):
                sentence, code = _of_cancelled(ctx, target, name)
            if sentence:
                faults.add(field, sentence, code, table=table, row=row, value=name, target=target)


def _of_cancelled(ctx: Context, target: str, name: str) -> tuple[str, str]:
    """Who may not read a document learns nothing of its status."""
    if ctx.policy.allows(ctx.definitions[target], "read") and ctx.store.exists(target, name):
        return "{label}: {value} is cancelled, choose another.", "CancelledLinkError"
    return "Could not find {label}: {value}", "LinkValidationError"


def _may_be_cancelled(part: Document, field: Field) -> bool:
    """An amendment names what it amends, a cancelled document what it had; notes and files are added at any time."""
    return field.fieldname == "amended_from" or part.get("docstatus") == CANCELLED or part.doctype in COMPANIONS


def check_unique(ctx: Context, docs: Sequence[tuple[Document, Faults]]) -> None:
    """Frappe DocField.unique, against the table and within the batch; the database's index is the last word."""
    seen: dict[tuple[str, Any], int] = {}
    free = _free_fields(ctx, [doc for doc, _ in docs])
    for index, (doc, faults) in enumerate(docs):
        for field in doc.meta.unique_fields:
            value = doc[field.fieldname]
            if value in EMPTY_VALUES or not doc.has_changed(field.fieldname):
                continue
            taken = field not in free and _is_taken(ctx, doc, field)
            if taken and doc.is_new and doc.meta.autoname == f"field:{field.fieldname}":
                sentence = "{doctype} {name} exists already. Choose another name."
                raise DuplicateEntryError(sentence, doctype=doc.doctype, name=value)
            if taken or seen.setdefault((field.fieldname, value), index) != index:
                faults.add(field, "{label} must be unique", "UniqueValidationError", value=str(value))


def _free_fields(ctx: Context, docs: Sequence[Document]) -> Sequence[Field]:
    """Unique fields of a batch of new documents of which no value is taken: one statement instead of one for each."""
    if len(docs) < 2 or not all(doc.is_new for doc in docs):
        return ()
    return [field for field in docs[0].meta.unique_fields if _is_free(ctx, docs, field)]


def _is_free(ctx: Context, docs: Sequence[Document], field: Field) -> bool:
    values = {doc[field.fieldname] for doc in docs if doc[field.fieldname] not in EMPTY_VALUES}
    if field.is_encrypted or not values:
        return False
    where = Compare((field.fieldname,), "in", tuple(values))
    return not ctx.connection.count(Query(docs[0].meta, where=where), cap=1)


def _is_taken(ctx: Context, doc: Document, field: Field) -> bool:
    """Whether another document has the value of a unique field; an encrypted one is found by its digest."""
    name, value = doc.get("name") or "", doc[field.fieldname]
    if field.is_encrypted:
        _take_turns(ctx, doc.doctype, field)
        return any(other != name for other in blind.find(ctx, doc.doctype, field, [str(plain_of(value))]))
    where = all_of(Compare((field.fieldname,), "=", value), Compare(("name",), "!=", name))
    return bool(ctx.connection.count(Query(doc.meta, where=where), cap=1))


def _take_turns(ctx: Context, doctype: str, field: Field) -> None:
    """No index of the database stands behind the digests of encrypted values, since some are of older keys: who writes
    such a field waits here for whoever did before, until the end of that transaction."""
    ctx.connection.next_numbers(f"_unique {doctype} {field.fieldname}")


def check_tree(ctx: Context, doc: Document, faults: Faults) -> None:
    """A node of a tree DocType cannot lie below itself."""
    field = doc.meta.field(doc.meta.tree_parent) if doc.meta.is_tree else None
    parent = doc[field.fieldname] if field else None
    if field and parent and not doc.is_new and parent in ctx.connection.subtree(doc.meta, str(doc["name"])):
        faults.add(field, "{label}: {value} lies below {name} itself.", value=str(parent), name=str(doc["name"]))
