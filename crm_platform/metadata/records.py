"""Definition: one record of the metadata as read from a file or a site, before layers are merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MODEL_KINDS = frozenset({"DocType", "Custom Field", "Property Setter", "Custom DocPerm", "Workflow", "DocType Link"})
"""Kinds of definitions that shape the model; records of other kinds (Role, Print Format…) are documents."""


@dataclass(frozen=True)
class Definition:
    """One record: `kind` is its DocType ("DocType", "Custom Field", "Workflow"…), `body` its JSON, `source` where from.

    Two definitions are equal when kind, name and body are; where they came from does not matter.
    """

    kind: str
    name: str
    body: Mapping[str, Any]
    source: str = field(default="", compare=False)


def _text(body: Mapping[str, Any], *keys: str) -> str:
    parts = [str(body[key]) for key in keys if body.get(key) not in (None, "")]
    return "-".join(parts)


def _setter_name(body: Mapping[str, Any]) -> str:
    """Frappe names a setter of the DocType itself with "main" in the field's place."""
    if not body.get("doc_type"):
        return _text(body, "name")
    place = body.get("field_name") or body.get("row_name") or "main"
    return _text({**body, "place": place}, "doc_type", "place", "property")


def _custom_field_name(body: Mapping[str, Any]) -> str:
    return _text(body, "dt", "fieldname") or _text(body, "name")


def _permission_name(body: Mapping[str, Any]) -> str:
    place = "team" if body.get("if_team") in (1, "1", True) else ""
    return _text(body, "name") or _text({**body, "place": place}, "parent", "role", "permlevel", "if_owner", "place")


def _by_name_or(key: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda body: _text(body, "name") or _text(body, key)


_NAMES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "Custom Field": _custom_field_name,
    "Property Setter": _setter_name,
    "Custom DocPerm": _permission_name,
    "Workflow": _by_name_or("workflow_name"),
    "Workflow State": _by_name_or("workflow_state_name"),
    "Workflow Action Master": _by_name_or("workflow_action_name"),
    "Role": _by_name_or("role_name"),
    "Report": _by_name_or("report_name"),
    "Number Card": _by_name_or("label"),
    "Dashboard Chart": _by_name_or("chart_name"),
    "Dashboard": _by_name_or("dashboard_name"),
    "Workspace": _by_name_or("label"),
}


def name_of(kind: str, body: Mapping[str, Any]) -> str:
    """The name of a record of `kind`, derived as Frappe derives it; empty when the body does not tell."""
    return _NAMES.get(kind, _by_name_or("title"))(body)
