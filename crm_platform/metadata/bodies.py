"""Between a DocType and its JSON body (Frappe's DocType document); there and back again loses nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from crm_platform.metadata.model import (
    EMPTY,
    PERMISSION_ACTIONS,
    ApprovalTier,
    DocPerm,
    DocType,
    Field,
    Transition,
    Workflow,
    WorkflowState,
)
from crm_platform.metadata.properties import DOCTYPE, RECORD

_ON = frozenset({1, "1"})

_FIELD_CHECKS = frozenset(
    (
        "reqd",
        "unique",
        "set_only_once",
        "non_negative",
        "search_index",
        "no_copy",
        "allow_on_submit",
        "read_only",
        "hidden",
        "is_virtual",
        "fetch_if_empty",
        "in_list_view",
        "in_standard_filter",
        "in_global_search",
        "ignore_user_permissions",
        "ignore_xss_filter",
    )
)
_DOCTYPE_CHECKS = frozenset(
    (
        "issingle",
        "istable",
        "is_submittable",
        "is_tree",
        "is_virtual",
        "custom",
        "allow_rename",
        "track_changes",
        "allow_import",
    )
)
_ACTIONS = frozenset(PERMISSION_ACTIONS)
_DOCTYPE_TEXTS = ("module", "autoname", "naming_rule", "title_field", "image_field", "nsm_parent_field")


def is_on(value: Any) -> bool:
    """Whether a Check property is set (1, "1" or true)."""
    return value in _ON


def as_int(value: Any) -> int:
    """A whole-number property; an empty one is 0."""
    return int(value or 0)


def as_float(value: Any) -> float:
    """A number; 0 for everything that is none."""
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0


def as_text(value: Any) -> str:
    """A text property; an absent one is empty."""
    return "" if value is None else str(value)


def unnamed(fieldtype: str, position: int) -> str:
    """What a layout field without a fieldname is called; no definition can name such a field."""
    return f"_{fieldtype.lower().replace(' ', '_')}_{position}"


def _default(fieldtype: str, value: Any) -> str | None:
    """The default as text; of a Check "1" or "0", where Frappe reads every other text as 0."""
    if value is None or fieldtype != "Check":
        return None if value is None else str(value)
    return "1" if value is True or str(value).strip() == "1" else "0"


def field_from_body(body: Mapping[str, Any], layer: str = "", fieldname: str = "") -> Field:
    """Build a Field from a DocField row; `fieldname` serves when the row has none."""
    get = body.get
    fieldtype = as_text(get("fieldtype")) or "Data"
    precision = as_text(get("precision")).strip()
    checks = {name: True for name in _FIELD_CHECKS & body.keys() if body[name] in _ON}
    return Field(
        fieldname=as_text(get("fieldname")) or fieldname,
        fieldtype=fieldtype,
        label=as_text(get("label")),
        options=as_text(get("options")),
        permlevel=as_int(get("permlevel")),
        length=as_int(get("length")),
        precision=int(precision) if precision.isdecimal() else None,
        default=_default(fieldtype, get("default")),
        fetch_from=as_text(get("fetch_from")),
        layer=layer,
        properties=MappingProxyType(dict(body)),
        **checks,
    )


def permission_from_body(body: Mapping[str, Any]) -> DocPerm:
    """Build a permission row; an omitted flag is 0, also over REST (Frappe's REST makes it 1: a trap)."""
    return DocPerm(
        role=as_text(body.get("role")),
        permlevel=as_int(body.get("permlevel")),
        if_owner=is_on(body.get("if_owner")),
        if_team=is_on(body.get("if_team")),
        actions=frozenset(action for action in _ACTIONS & body.keys() if is_on(body[action])),
        properties=MappingProxyType(dict(body)),
    )


def doctype_from_body(
    body: Mapping[str, Any],
    fields: tuple[Field, ...],
    layer: str = "",
    provenance: Mapping[str, str] = EMPTY,
) -> DocType:
    """Build a DocType from its body and its effective fields; `body["fields"]` itself is not read."""
    get = body.get
    own = {key: value for key, value in body.items() if key not in ("fields", "permissions")}
    checks: dict[str, Any] = {name: True for name in _DOCTYPE_CHECKS & body.keys() if body[name] in _ON}
    texts: dict[str, Any] = {name: as_text(get(name)) for name in _DOCTYPE_TEXTS}
    return DocType(
        name=as_text(get("name")),
        fields=fields,
        permissions=tuple(permission_from_body(row) for row in get("permissions") or ()),
        search_fields=_listed(as_text(get("search_fields"))),
        indexes=tuple(filter(None, map(_listed, as_text(get("indexes")).splitlines()))),
        sort_field=as_text(get("sort_field")) or "modified",
        sort_order=as_text(get("sort_order")) or "DESC",
        max_attachments=as_int(get("max_attachments")),
        layer=layer,
        properties=MappingProxyType(own),
        unknown=MappingProxyType(
            {key: value for key, value in own.items() if key not in DOCTYPE and key not in RECORD}
        ),
        provenance=provenance,
        **texts,
        **checks,
    )


def _listed(text: str) -> tuple[str, ...]:
    """The names in a text, with commas between them."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_doctype(body: Mapping[str, Any], layer: str = "") -> DocType:
    """Build a DocType from its body alone, without any other layer."""
    fields = tuple(
        field_from_body(row, layer, unnamed(as_text(row.get("fieldtype")) or "Data", position))
        for position, row in enumerate(body.get("fields") or (), 1)
    )
    return doctype_from_body(body, fields, layer)


def body_of(doctype: DocType) -> dict[str, Any]:
    """The JSON body of a DocType with all its effective fields and permission rows."""
    return {
        **doctype.properties,
        "fields": [dict(field.properties) for field in doctype.fields],
        "permissions": [dict(row.properties) for row in doctype.permissions],
    }


def workflow_from_body(body: Mapping[str, Any], layer: str = "") -> Workflow:
    """Build a Workflow from its record (Frappe Workflow with its states and transitions)."""
    return Workflow(
        name=as_text(body.get("workflow_name")) or as_text(body.get("name")),
        document_type=as_text(body.get("document_type")),
        state_field=as_text(body.get("workflow_state_field")) or "workflow_state",
        states=tuple(_state_from_body(row) for row in body.get("states") or ()),
        transitions=tuple(_transition_from_body(row) for row in body.get("transitions") or ()),
        tiers=tuple(_tier_from_body(row) for row in body.get("approval_tiers") or ()),
        becomes=MappingProxyType(_mapping(body.get("state_mapping") or ())),
        layer=layer,
        properties=MappingProxyType(dict(body)),
    )


def _mapping(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {as_text(row.get("old_state")): as_text(row.get("new_state")) for row in rows}


def _state_from_body(row: Mapping[str, Any]) -> WorkflowState:
    return WorkflowState(
        state=as_text(row.get("state")),
        doc_status=as_int(row.get("doc_status")),
        allow_edit=as_text(row.get("allow_edit")),
        update_field=as_text(row.get("update_field")),
        update_value=as_text(row.get("update_value")),
        style=as_text(row.get("style")),
        properties=MappingProxyType(dict(row)),
    )


def _transition_from_body(row: Mapping[str, Any]) -> Transition:
    return Transition(
        state=as_text(row.get("state")),
        action=as_text(row.get("action")),
        next_state=as_text(row.get("next_state")),
        allowed=as_text(row.get("allowed")),
        allow_self_approval=row.get("allow_self_approval") is None or is_on(row["allow_self_approval"]),
        condition=as_text(row.get("condition")),
        approvals_required=as_int(row.get("approvals_required")) or 1,
        properties=MappingProxyType(dict(row)),
    )


def _tier_from_body(row: Mapping[str, Any]) -> ApprovalTier:
    return ApprovalTier(
        state=as_text(row.get("state")),
        action=as_text(row.get("action")),
        role=as_text(row.get("role")),
        approvals=as_int(row.get("approvals")) or 1,
        tier=as_int(row.get("tier")) or 1,
        condition=as_text(row.get("condition")),
        escalate_after=as_float(row.get("escalate_after")),
        escalate_to=as_text(row.get("escalate_to")),
    )
