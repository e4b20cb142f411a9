"""The operations of the API in OpenAPI's words: one set per DocType that the caller may read, one entry per method."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from crm_platform.api.arguments import Parameter
from crm_platform.api.document_methods import DOCUMENT_METHODS
from crm_platform.api.methods import Method, ShellMethod
from crm_platform.api.openapi_schemas import Schema, argument_schema

REFUSALS = ("400", "401", "403", "404", "409", "410", "413", "417", "429", "503", "507")

LIST_PARAMETERS: tuple[tuple[str, Schema, str], ...] = (
    ("fields", {"type": "string", "contentMediaType": "application/json"}, "JSON list of field names"),
    ("filters", {"type": "string", "contentMediaType": "application/json"}, "JSON list or object of conditions"),
    ("or_filters", {"type": "string", "contentMediaType": "application/json"}, "conditions of which one is enough"),
    ("order_by", {"type": "string"}, "field and direction, as in: modified desc"),
    ("group_by", {"type": "string"}, "field to group by"),
    ("cursor", {"type": "string"}, "a page by keyset: * for the first, then next_cursor of the answer"),
    ("limit_start", {"type": "integer", "minimum": 0, "maximum": 999999999}, "rows to leave out"),
    ("limit_page_length", {"type": "integer", "minimum": 0, "maximum": 999999999}, "rows to answer; 0: all"),
)


def operations(style: str, doctype: str, actions: frozenset[str]) -> dict[str, Any]:
    """The paths of one DocType in v1 or v2, as far as the caller's rights on it go."""
    base = f"/api/{'resource' if style == 'v1' else 'v2/document'}/{quote(doctype, safe='')}"
    document = _data({"$ref": _ref(doctype)})
    name = [{"$ref": "#/components/parameters/name"}]
    collection: dict[str, Any] = {"get": _list(style, doctype)}
    item: dict[str, Any] = {"parameters": name, "get": _operation(style, f"Read one {doctype}", {"200": document})}
    if "create" in actions:
        collection["post"] = _operation(style, f"Create a {doctype}", {"200": document}, _body(doctype))
    if style == "v1":
        item["post"] = _document_method(doctype)
    if "write" in actions:
        for verb in ("put",) if style == "v1" else ("put", "patch"):
            summary = f"Change a {doctype}: only the sent fields"
            item[verb] = _operation(style, summary, {"200": document}, _body(doctype))
    if "delete" in actions:
        deleted = _data({"const": "ok"})
        item["delete"] = _operation(style, f"Delete a {doctype}", {"202": deleted})
    return {base: collection, f"{base}/{{name}}": item}


def _document_method(doctype: str) -> dict[str, Any]:
    """POST on a document runs one of its methods."""
    operation = _operation("v1", f"Run a method of a {doctype}", {"200": _data({})})
    names = {"type": "string", "enum": sorted(DOCUMENT_METHODS)}
    operation["parameters"] = [{"name": "run_method", "in": "query", "required": True, "schema": names}]
    return operation


def _list(style: str, doctype: str) -> dict[str, Any]:
    rows = _data({"type": "array", "items": {"type": ["object", "array"]}})
    operation = _operation(style, f"List {doctype}", {"200": rows})
    operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name, _, _ in LIST_PARAMETERS]
    return operation


def _operation(style: str, summary: str, answers: dict[str, Any], body: Any = None) -> dict[str, Any]:
    error = {"$ref": f"#/components/responses/Error{style.upper()}"}
    responses = {status: _json_response(schema) for status, schema in answers.items()}
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {**responses, **dict.fromkeys(REFUSALS, error)},
    }
    if body is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return operation


def _json_response(schema: Schema) -> dict[str, Any]:
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _data(schema: Schema) -> Schema:
    return {"type": "object", "properties": {"data": schema}, "required": ["data"]}


def _ref(doctype: str) -> str:
    return f"#/components/schemas/{component(doctype)}"


def component(doctype: str) -> str:
    """A DocType's name as OpenAPI lets components be called."""
    return "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in doctype)


def _body(doctype: str) -> Schema:
    return {"$ref": f"{_ref(doctype)}.input"}


def method_paths(methods: list[Method]) -> dict[str, Any]:
    """Every API method, with the verbs and arguments that it declares."""
    return {f"/api/method/{method.name}": _method(method) for method in methods}


def _method(method: Method) -> dict[str, Any]:
    return {verb.lower(): _method_operation(method, verb) for verb in method.verbs}


def _method_operation(method: Method, verb: str) -> dict[str, Any]:
    produces = method.produces if isinstance(method, ShellMethod) else "application/json"
    operation = _operation("v1", method.name, {"200": {"type": "object"}})
    if produces != "application/json":
        operation["responses"]["200"] = {"description": "A file", "content": {produces: {}}}
    if method.guest:
        operation["security"] = []
    if verb == "GET":
        operation["parameters"] = [_query_parameter(parameter) for parameter in method.parameters]
    else:
        consumes = method.consumes if isinstance(method, ShellMethod) else "application/json"
        operation["requestBody"] = {"content": {consumes: {"schema": _arguments(method.parameters)}}}
    return operation


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "explode": False,
        "required": not parameter.optional,
        "schema": {"type": "string"},
    }


def _arguments(parameters: tuple[Parameter, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {parameter.name: _argument(parameter) for parameter in parameters},
        "required": [parameter.name for parameter in parameters if not parameter.optional],
    }


def _argument(parameter: Parameter) -> Schema:
    """null stands for the default of an argument that may be left out."""
    schema = argument_schema(parameter.annotation)
    return {"anyOf": [schema, {"type": "null"}]} if parameter.optional else schema
