"""JSON schemas (OpenAPI 3.1) of documents: what answers hold, and what may be sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS, Storage
from crm_platform.metadata.model import DocType, Field

Schema = dict[str, Any]

MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}$"

SHOWN: Mapping[Storage, Schema] = {
    "text": {"type": ["string", "null"]},
    "int": {"type": ["integer", "null"]},
    "float": {"type": ["number", "null"]},
    "decimal": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "datetime": {"type": ["string", "null"], "pattern": MOMENT},
    "time": {"type": ["string", "null"]},
}
"""A value in an answer, by the column's storage."""

SENT: Mapping[Storage, Schema] = {
    "text": {"type": ["string", "number", "boolean", "null"]},
    "int": {"type": ["integer", "number", "string", "boolean", "null"]},
    "float": {"type": ["number", "string", "boolean", "null"]},
    "decimal": {"type": ["number", "string", "boolean", "null"]},
    "date": {"type": ["string", "null"]},
    "datetime": {"type": ["string", "null"]},
    "time": {"type": ["string", "null"]},
}
"""A value that may be sent: clients send numbers as text too, and what the text must say is checked on saving."""

EMAIL: Schema = {"anyOf": [{"type": "null"}, {"const": ""}, {"type": "string", "format": "email"}]}
"""An e-mail address that may be sent; several are separated by commas, which a format cannot say."""

PASSED_OVER: Schema = {}
"""Anything: what is sent for a value that is computed over other documents counts for nothing."""

ARGUMENTS: dict[Any, Schema] = {
    str: {"type": ["string", "number"]},
    int: {"type": ["integer", "string"]},
    float: {"type": ["number", "string"]},
    bool: {"enum": [True, False, 0, 1, "0", "1", "true", "false"]},
    dict: {"type": ["object", "string"]},
    list: {"type": ["array", "string"]},
    Any: {},
}
"""An argument of an API method in a JSON body, by its annotation."""


def document_schema(doctype: DocType, levels: frozenset[int]) -> Schema:
    """A document as an answer shows it to a reader of these field levels."""
    properties: Schema = {name: _shown(doctype, name, storage) for name, storage in _columns(doctype, levels).items()}
    properties["doctype"] = {"const": doctype.name}
    for table in doctype.table_fields:
        if table.permlevel in levels:
            properties[table.fieldname] = {"type": "array", "items": {"type": "object"}}
    return {"type": "object", "properties": properties, "required": ["name", "doctype"]}


def _shown(doctype: DocType, name: str, storage: Storage) -> Schema:
    if name == "name":
        return {"type": "integer"} if doctype.autoname == "autoincrement" else {"type": "string"}
    field = doctype.field(name)
    return SHOWN["text" if field is not None and field.is_masked else storage]


def _columns(doctype: DocType, levels: frozenset[int]) -> dict[str, Storage]:
    return {name: storage for name, storage in doctype.columns.items() if _level(doctype, name) in levels}


def _level(doctype: DocType, column: str) -> int:
    field = doctype.field(column)
    return field.permlevel if field is not None else 0


def input_schema(doctype: DocType, levels: frozenset[int], children: Mapping[str, DocType]) -> Schema:
    """A document as it may be sent by a writer of these field levels; any other key is refused."""
    properties: Schema = {name: _standard_sent(name) for name in STANDARD_COLUMNS}
    properties["doctype"] = {"const": doctype.name}
    for field in doctype.fields:
        if field.permlevel in levels and (field.has_column or field.is_table):
            properties[field.fieldname] = _sent(field, children)
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def _standard_sent(name: str) -> Schema:
    return {"enum": [0, 1, 2, "0", "1", "2", None]} if name == "docstatus" else {"type": ["string", "number", "null"]}


def _sent(field: Field, children: Mapping[str, DocType]) -> Schema:
    if field.fieldtype == "Data" and field.options == "Email":
        return EMAIL
    if not field.is_table:
        return _value_sent(field)
    child = children.get(field.options)
    if child is None:
        return {"type": "array", "maxItems": 0}
    columns = {f.fieldname: _value_sent(f) for f in child.fields if f.has_column}
    kept = (*STANDARD_COLUMNS, *CHILD_COLUMNS, "doctype")
    standard: Schema = dict.fromkeys(kept, {})
    row = {
        "type": "object",
        "properties": {**standard, **columns},
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }
    return {"type": ["array", "null"], "items": row}


def _value_sent(field: Field) -> Schema:
    return PASSED_OVER if field.properties.get("rollup") else SENT[field.storage]


def argument_schema(annotation: Any) -> Schema:
    """The schema of an argument with this annotation (see api.arguments)."""
    origin = get_origin(annotation)
    if origin not in (Union, UnionType):
        return ARGUMENTS[origin or annotation]
    members = [argument_schema(member) for member in get_args(annotation) if member is not NoneType]
    nullable = [{"type": "null"}] if NoneType in get_args(annotation) else []
    return {"anyOf": [*members, *nullable]}
