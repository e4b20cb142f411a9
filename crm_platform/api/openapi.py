"""/api/openapi.json: the site as it is for the caller, kept per version of the definitions and set of rights."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from starlette.responses import Response

from crm_platform import __version__
from crm_platform.api.call import Call
from crm_platform.api.kept import Kept
from crm_platform.api.methods import Method, Methods
from crm_platform.api.openapi_paths import LIST_PARAMETERS, component, method_paths, operations
from crm_platform.api.openapi_schemas import Schema, document_schema, input_schema
from crm_platform.documents.context import Context
from crm_platform.metadata.model import DocType

ACTIONS = ("read", "create", "write", "delete")

Rights = tuple[tuple[str, frozenset[str], frozenset[int], frozenset[int]], ...]
"""For each readable DocType: its name, the allowed actions, the readable and the writable field levels."""


async def document(call: Call) -> Response:
    """OpenAPI 3.1 of every route and of every DocType that the caller may read."""
    text = await call.read(partial(_document, call.site.openapi, call.site.methods))
    return Response(text, media_type="application/json")


def _document(kept: Kept, methods: Methods, ctx: Context) -> bytes:
    rights = _rights(ctx)
    key = (ctx.definitions.version, id(ctx.definitions), rights)
    found = kept.get(key)
    if found is None:
        found = orjson.dumps(_build(ctx, rights, methods.every()))
        kept.put(key, found)
    return found


def _rights(ctx: Context) -> Rights:
    policy = ctx.policy
    return tuple(
        (
            doctype.name,
            frozenset(action for action in ACTIONS if policy.allows(doctype, action)),
            policy.levels(doctype, "read") | {0},
            policy.levels(doctype, "write") | {0},
        )
        for doctype in sorted(ctx.definitions.values(), key=lambda d: d.name)
        if _has_documents(doctype) and policy.allows(doctype, "read")
    )


def _has_documents(doctype: DocType) -> bool:
    return not (doctype.istable or doctype.issingle or doctype.is_virtual)


def _build(ctx: Context, rights: Rights, methods: list[Method]) -> dict[str, Any]:
    paths: dict[str, Any] = method_paths(methods)
    schemas: dict[str, Schema] = {}
    for name, actions, readable, writable in rights:
        schemas[component(name)] = document_schema(ctx.definitions[name], readable)
        schemas[f"{component(name)}.input"] = input_schema(ctx.definitions[name], writable, ctx.definitions)
        paths.update(operations("v1", name, actions))
        paths.update(operations("v2", name, actions))
    return {
        "openapi": "3.1.0",
        "info": {"title": ctx.runtime.name, "version": __version__},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": _parameters(),
            "responses": {"ErrorV1": _error(V1_ERROR), "ErrorV2": _error(V2_ERROR)},
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization"},
                "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
            },
        },
        "security": [{"key": []}, {"session": []}],
    }


def _parameters() -> dict[str, Any]:
    listed = {
        name: {"name": name, "in": "query", "explode": False, "description": description, "schema": schema}
        for name, schema, description in LIST_PARAMETERS
    }
    document_name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {**listed, "name": document_name}


def _error(schema: Schema) -> dict[str, Any]:
    return {"description": "Refused", "content": {"application/json": {"schema": schema}}}


FAULT: Schema = {
    "type": "object",
    "properties": {
        "field": {"type": "string"},
        "table": {"type": ["string", "null"]},
        "row": {"type": ["integer", "null"]},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
V1_ERROR: Schema = {
    "type": "object",
    "properties": {
        "exc_type": {"type": "string"},
        "exception": {"type": "string"},
        "exc": {"type": "string"},
        "_server_messages": {"type": "string"},
        "errors": {"type": "array", "items": FAULT},
    },
    "required": ["exc_type", "errors"],
}
V2_ERROR: Schema = {
    "type": "object",
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {**FAULT, "required": ["type", "message"]},
        }
    },
    "required": ["errors"],
}
