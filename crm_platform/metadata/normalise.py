"""Completes a definition that a client posts: fieldnames from labels, order numbers, module, permission flags."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from crm_platform.metadata.bodies import as_text, unnamed
from crm_platform.metadata.generated import scrub
from crm_platform.metadata.kinds import CHILD_COLUMNS, FIELD_KINDS, STANDARD_COLUMNS
from crm_platform.metadata.model import PERMISSION_ACTIONS
from crm_platform.metadata.records import name_of

Body = dict[str, Any]

DEFAULT_MODULE = "Custom"
_NOT_IN_NAME = re.compile(r"\W+")
_TAKEN = frozenset({*STANDARD_COLUMNS, *CHILD_COLUMNS, "doctype"})


def fieldname_of(label: str) -> str:
    """The fieldname that Frappe derives from a label: lower case, underscores, letters of any script kept."""
    name = _NOT_IN_NAME.sub("", scrub(label.strip())).strip("_")
    return f"{name}1" if name in _TAKEN else name


def _unused(name: str, used: set[str]) -> str:
    candidate, number = name, 1
    while candidate in used:
        number += 1
        candidate = f"{name}_{number}"
    used.add(candidate)
    return candidate


def _fields(rows: Any) -> Any:
    """Field rows with fieldname, type and number; what is no row is left for the check of shapes to report."""
    if not isinstance(rows, list):
        return rows
    used = {as_text(row.get("fieldname")) for row in rows if isinstance(row, Mapping)}
    return [_field(row, number, used) if isinstance(row, Mapping) else row for number, row in enumerate(rows, 1)]


def _field(row: Mapping[str, Any], number: int, used: set[str]) -> Body:
    fieldtype = as_text(row.get("fieldtype")) or "Data"
    name = as_text(row.get("fieldname")).strip()
    if not name:
        kind = FIELD_KINDS.get(fieldtype)
        derived = fieldname_of(as_text(row.get("label")))
        if not derived and kind is not None and kind.layout:
            derived = unnamed(fieldtype, number).strip("_")
        name = _unused(derived, used) if derived else ""
    return {**row, "fieldname": name, "fieldtype": fieldtype, "idx": number}


def _permissions(rows: Any) -> Any:
    """Permission rows with every flag: an omitted one is 0 (Frappe's REST makes it 1: a trap)."""
    if not isinstance(rows, list):
        return rows
    absent = {"permlevel": 0, "if_owner": 0, "if_team": 0, **dict.fromkeys(PERMISSION_ACTIONS, 0)}
    return [{**absent, **row, "idx": number} if isinstance(row, Mapping) else row for number, row in enumerate(rows, 1)]


def _doctype(body: Mapping[str, Any]) -> Body:
    name = body.get("name")
    return {
        **body,
        "name": name.strip() if isinstance(name, str) else name,
        "module": body.get("module") or DEFAULT_MODULE,
        "fields": _fields(body.get("fields") or []),
        "permissions": _permissions(body.get("permissions") or []),
    }


def _custom_field(body: Mapping[str, Any]) -> Body:
    fieldname = as_text(body.get("fieldname")).strip() or fieldname_of(as_text(body.get("label")))
    return {
        **body,
        "fieldname": fieldname,
        "fieldtype": body.get("fieldtype") or "Data",
        "name": f"{as_text(body.get('dt'))}-{fieldname}",
    }


def _property_setter(body: Mapping[str, Any]) -> Body:
    return {**body, "name": name_of("Property Setter", body)}


def _custom_docperm(body: Mapping[str, Any]) -> Body:
    return {**dict.fromkeys(PERMISSION_ACTIONS, 0), "permlevel": 0, "if_owner": 0, "if_team": 0, **body}


_NORMALISE: Mapping[str, Callable[[Mapping[str, Any]], Body]] = {
    "DocType": _doctype,
    "Custom Field": _custom_field,
    "Custom DocPerm": _custom_docperm,
    "Property Setter": _property_setter,
}


def normalise(kind: str, body: Mapping[str, Any]) -> Body:
    """The complete body of a definition of `kind` as `POST /api/resource/<kind>` stores it. Checks nothing."""
    return _NORMALISE.get(kind, dict)(body)
