"""frappe.client.*: methods that change documents. Answers keep nulls."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.methods import WRITING, ApiMethod, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import to_wire
from crm_platform.errors import CRMError, FieldError, TimestampMismatchError, ValidationError
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.transfer.merging.merging import merge as merge_documents

MAX_DOCUMENTS = 200

Values = dict[str, Any]


def doctype_in(doc: Values) -> str:
    """The DocType that a sent document says it is of."""
    doctype = doc.get("doctype")
    if not isinstance(doctype, str) or not doctype:
        fault = FieldError("doctype", "A document must say its doctype.", "MandatoryError")
        raise ValidationError("A document must say its doctype.", errors=[fault])
    return doctype


def name_in(doc: Values) -> str:
    """The name of a sent document that is stored already; empty for a new one."""
    return "" if doc.get("__islocal") or doc.get("name") is None else str(doc["name"])


def set_value(ctx: Context, doctype: str, name: str, fieldname: dict[str, Any] | str, value: Any = None) -> Values:
    """Set one value, or several when `fieldname` is an object."""
    values = fieldname if isinstance(fieldname, dict) else {fieldname: value}
    for field in values:
        if field in STANDARD_COLUMNS or field in CHILD_COLUMNS:
            fault = FieldError(field, "Cannot edit standard fields.")
            raise ValidationError("Cannot edit standard fields.", errors=[fault])
    return to_wire(ctx, ctx.store.update(doctype, name, values), nulls=True)


def insert_document(ctx: Context, doc: dict[str, Any]) -> Values:
    """Insert a document, or append a row to its parent when it names one; answers the document that was written."""
    doctype = doctype_in(doc)
    if all(doc.get(column) for column in CHILD_COLUMNS):
        return to_wire(ctx, append_row(ctx, doctype, doc), nulls=True)
    return to_wire(ctx, ctx.store.insert(ctx.store.new(doctype, doc)), nulls=True)


def append_row(ctx: Context, doctype: str, row: Values) -> Document:
    """Save a parent document with one more row; the parent's rights decide."""
    parent = ctx.store.get(str(row["parenttype"]), str(row["parent"]))
    table = parent.meta.field(str(row["parentfield"]))
    if table is None or not table.is_table or table.options != doctype:
        raise ValidationError(
            "{parent} has no table {field} of {doctype}.",
            parent=parent.doctype,
            field=row["parentfield"],
            doctype=doctype,
        )
    rows = [*parent[table.fieldname], row]
    return ctx.store.update(parent.doctype, str(parent["name"]), {table.fieldname: rows})


def insert_many(ctx: Context, docs: list[Any]) -> list[str]:
    """Insert up to 200 documents, all or none; answers their names."""
    if len(docs) > MAX_DOCUMENTS:
        raise ValidationError("Only {limit} inserts allowed in one request", limit=MAX_DOCUMENTS)
    return [insert_document(ctx, _object(doc))["name"] for doc in docs]


def save(ctx: Context, doc: dict[str, Any]) -> Values:
    """Save a changed document, which must carry the `modified` that it was read with; without a name it is new."""
    if not name_in(doc):
        return insert_document(ctx, doc)
    if not doc.get("modified"):
        raise TimestampMismatchError("Send the field modified as you read it, so that no other change is overwritten.")
    return to_wire(ctx, ctx.store.update(doctype_in(doc), name_in(doc), doc), nulls=True)


def submit(ctx: Context, doc: dict[str, Any]) -> Values:
    """Save a document and submit it."""
    submitted = {**doc, "docstatus": 1}
    if not name_in(doc):
        return insert_document(ctx, submitted)
    return to_wire(ctx, ctx.store.update(doctype_in(doc), name_in(doc), submitted), nulls=True)


def cancel(ctx: Context, doctype: str, name: str) -> Values:
    """Cancel a submitted document; answers it as it is then."""
    return to_wire(ctx, ctx.store.cancel(doctype, name), nulls=True)


def delete(ctx: Context, doctype: str, name: str) -> None:
    """Delete a document that nothing links to."""
    ctx.store.delete(doctype, name)


def rename_doc(ctx: Context, doctype: str, old_name: str, new_name: str, merge: bool = False) -> str:
    """Give a document another name, and all links to it with it; `merge` makes it part of the document that has the
    name. Answers the new name."""
    if merge:
        merge_documents(ctx, doctype, new_name, [old_name], {})
        return new_name
    return ctx.store.rename(doctype, old_name, new_name)


async def bulk_update(call: Call, docs: list[Any]) -> Response:
    """Save many documents, each in its own transaction; the answer lists those that were refused and why."""
    if len(docs) > MAX_DOCUMENTS:
        raise ValidationError("Only {limit} documents allowed in one request", limit=MAX_DOCUMENTS)
    failed = []
    for doc in docs:
        values = dict(_object(doc))
        try:
            await call.scope.write(partial(_update_one, values))
        except CRMError as error:
            failed.append({"doc": doc, "exc": f"{error.code}: {error}"})
    return method_response({"failed_docs": failed}, call.style)


def _update_one(values: Values, ctx: Context) -> None:
    name = values.pop("docname", None) or values.get("name")
    if not isinstance(name, str) or not name:
        raise ValidationError("Each document must say its doctype and docname.")
    ctx.store.update(doctype_in(values), name, values)


def _object(doc: Any) -> Values:
    if not isinstance(doc, dict):
        raise ValidationError("docs must be a JSON list of objects.")
    return doc


METHODS = (
    ApiMethod("frappe.client.set_value", set_value, writes=True),
    ApiMethod("frappe.client.insert", insert_document, writes=True),
    ApiMethod("frappe.client.insert_many", insert_many, writes=True),
    ApiMethod("frappe.client.save", save, writes=True),
    ApiMethod("frappe.client.submit", submit, writes=True),
    ApiMethod("frappe.client.cancel", cancel, writes=True),
    ApiMethod("frappe.client.delete", delete, writes=True),
    ApiMethod("frappe.client.rename_doc", rename_doc, writes=True),
    ShellMethod("frappe.client.bulk_update", bulk_update, writes=True, verbs=WRITING),
)
