"""Frappe's REST v2 where it differs from v1: counts, definitions, and methods of documents in the address."""

from __future__ import annotations

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.client_methods import get_count
from crm_platform.api.definitions import definition
from crm_platform.api.document_methods import run_document_method
from crm_platform.api.replies import data_response


async def count(call: Call) -> Response:
    """GET /api/v2/doctype/<DocType>/count"""
    doctype, filters = call.path("doctype"), call.arguments.get("filters")
    return data_response(await call.read_briefly("count", doctype, lambda ctx: get_count(ctx, doctype, filters)))


async def meta(call: Call) -> Response:
    """GET /api/v2/doctype/<DocType>/meta"""
    doctype = call.path("doctype")
    return data_response(await call.read(lambda ctx: definition(ctx, doctype)))


async def document_method(call: Call) -> Response:
    """POST /api/v2/document/<DocType>/<name>/method/<method>"""
    return await run_document_method(call, call.path("doctype"), call.path("name"), call.path("method"))
