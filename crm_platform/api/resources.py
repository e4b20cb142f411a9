"""Frappe's REST v1 on documents: /api/resource/<DocType>[/<name>]. The shapes of v2 differ only in the address."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from crm_platform.api.body import Arguments, document_of
from crm_platform.api.call import Call
from crm_platform.api.document_methods import run_document_method
from crm_platform.api.parameters import list_kind, list_query, page_query
from crm_platform.api.replies import data_response, json_response
from crm_platform.documents.context import Context
from crm_platform.documents.wire import to_wire
from crm_platform.errors import FieldError, ValidationError
from crm_platform.metadata.kinds import STANDARD_COLUMNS

SINGLE = (str, int, float, type(None))
"""Types of a standard column in a body."""

TRANSPORT = ("cmd", "run_method")
"""Keys of a body that are about the request, not of the document."""


def sent_document(call: Call) -> Arguments:
    """The document in the body, whole or as the form field `data`.

    Raises ValidationError when it says that it is of another DocType than the addressed one, or is malformed.
    """
    document = document_of(call.body, call.content_type)
    doctype = call.path("doctype")
    if document.get("doctype", doctype) != doctype:
        raise _malformed("doctype", "The body is of another DocType than {doctype}, which the address names.", doctype)
    for column in STANDARD_COLUMNS:
        if not isinstance(document.get(column), SINGLE) or isinstance(document.get(column), bool):
            raise _malformed(column, "{field} of a {doctype} must be text or a number.", doctype)
    return {key: value for key, value in document.items() if key not in TRANSPORT}


def _malformed(field: str, template: str, doctype: str) -> ValidationError:
    fault = FieldError(field, template, params={"field": field, "doctype": doctype})
    return ValidationError(template, errors=[fault], field=field, doctype=doctype)


async def list_documents(call: Call) -> Response:
    """A page by number; with `cursor` one after the other, `next_cursor` leading on."""
    doctype, sent = call.path("doctype"), call.arguments
    if "cursor" in sent:
        asked = page_query(sent)
        rows, following = await call.read_briefly("page", doctype, lambda ctx: asked.page(ctx, doctype))
        return json_response({"data": rows, "next_cursor": following})
    rows = await call.read_briefly(list_kind(sent), doctype, lambda ctx: list_query(sent).run(ctx, doctype))
    return data_response(rows)


def create(ctx: Context, doctype: str, values: Arguments) -> dict[str, Any]:
    """Insert a document; in this answer only its rows carry Frappe's `__unsaved` mark."""
    doc = ctx.store.insert(ctx.store.new(doctype, values))
    return to_wire(ctx, doc, unsaved=[row for _, row in doc.children()])


async def create_document(call: Call) -> Response:
    doctype, values = call.path("doctype"), sent_document(call)
    return data_response(await call.write(lambda ctx: create(ctx, doctype, values)))


async def read_document(call: Call) -> Response:
    doctype, name = call.path("doctype"), call.path("name")
    values = await call.read_briefly("get", doctype, lambda ctx: to_wire(ctx, ctx.store.get(doctype, name)))
    return data_response(values)


async def update_document(call: Call) -> Response:
    """Merge the sent fields into the stored document."""
    doctype, name, values = call.path("doctype"), call.path("name"), sent_document(call)
    return data_response(await call.write(lambda ctx: to_wire(ctx, ctx.store.update(doctype, name, values))))


async def delete_document(call: Call) -> Response:
    doctype, name = call.path("doctype"), call.path("name")
    await call.write(lambda ctx: ctx.store.delete(doctype, name))
    return data_response("ok", 202)


async def run_method(call: Call) -> Response:
    """POST on a document with `run_method` in the address or the body: submit, cancel and the like."""
    method = call.arguments.get("run_method")
    if not isinstance(method, str) or not method:
        raise ValidationError("Say which method to run: run_method=submit, for example.")
    return await run_document_method(call, call.path("doctype"), call.path("name"), method)
