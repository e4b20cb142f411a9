"""crm.desk.meta: a definition as the interface draws it, with the caller's rights and compiled conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from crm_platform.api.definitions import definition
from crm_platform.desk.computing import computed
from crm_platform.desk.layouts import laid_out
from crm_platform.documents.context import Context
from crm_platform.documents.copies import is_kept
from crm_platform.errors import ExpressionError
from crm_platform.expressions import compile
from crm_platform.metadata.model import PERMISSION_ACTIONS, DocType, Workflow

CONDITIONS = ("depends_on", "mandatory_depends_on", "read_only_depends_on", "collapsible_depends_on")
TRANSLATED = ("label", "description", "placeholder")


def meta(ctx: Context, doctype: str) -> dict[str, Any]:
    """The effective definition, its child tables', rights, workflow and print formats (see the keys below)."""
    shown = _translate(ctx, definition(ctx, doctype))
    own = ctx.definitions[doctype]
    readable = ctx.policy.levels(own, "read") | {0}
    children = {table.options: ctx.definitions[table.options] for table in own.table_fields}
    workflow = ctx.definitions.workflows.get(doctype)
    conditions = list(_conditions(ctx, own, children, readable))
    body = _readable(shown, own, readable)
    return {
        "doctype": {**body, "fields": laid_out(ctx, doctype, body["fields"])},
        "children": {
            name: _readable(_translate(ctx, definition(ctx, name)), d, readable) for name, d in children.items()
        },
        "permissions": {action: int(ctx.policy.allows(own, action)) for action in PERMISSION_ACTIONS},
        "readable_levels": sorted(readable),
        "writable_levels": sorted(ctx.policy.levels(own, "write")),
        "expressions": {condition.key: condition.tree for condition in conditions if not condition.reason},
        "beyond": [{"key": c.key, "text": c.text, "reason": c.reason} for c in conditions if c.reason],
        "computed": computed(ctx, own, readable),
        "link_states": dict(_link_states(ctx, own, readable)),
        "workflow": None if workflow is None else _workflow(ctx, workflow),
        "title_field": own.title_field or None,
        "undeletes": is_kept(ctx, doctype),
        "print_formats": _print_formats(ctx, doctype),
    }


def _translate(ctx: Context, body: dict[str, Any]) -> dict[str, Any]:
    """Texts for people in the caller's language; values that are stored stay as they are."""
    for field in body["fields"]:
        for key in TRANSLATED:
            if isinstance(field.get(key), str):
                field[key] = ctx._(field[key])
    return {**body, "label": ctx._(body["name"])}


def _readable(body: dict[str, Any], doctype: DocType, levels: frozenset[int]) -> dict[str, Any]:
    """Without fields above the caller's levels: their names and options are not everybody's business either."""
    open_fields = {field.fieldname for field in doctype.fields if field.permlevel in levels}
    return {**body, "fields": [field for field in body["fields"] if field["fieldname"] in open_fields]}


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the form; one beyond our language has a `reason` in place of a tree.

    `key` is "fieldname.property", that of child rows "Child DocType:fieldname.property".
    """

    key: str
    text: str
    tree: Any = None
    reason: str = ""


def _conditions(
    ctx: Context, own: DocType, children: Mapping[str, DocType], levels: frozenset[int]
) -> Iterator[Condition]:
    """A condition beyond our language is kept, `check` reports it, and it has no effect on the form."""
    for prefix, doctype in (("", own), *((f"{name}:", child) for name, child in children.items())):
        for field, property_name in product(doctype.fields, CONDITIONS):
            text = field.properties.get(property_name)
            if field.permlevel in levels and isinstance(text, str) and text.strip():
                yield _compiled(ctx, f"{prefix}{field.fieldname}.{property_name}", text)


def _compiled(ctx: Context, key: str, text: str) -> Condition:
    try:
        return Condition(key, text, compile(text).tree)
    except ExpressionError as error:
        return Condition(key, text, reason=error.message(ctx._))


def _link_states(ctx: Context, own: DocType, levels: frozenset[int]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The coloured states of the DocTypes that links lead to, of those that the caller may choose from."""
    for target in dict.fromkeys(field.options for field in own.link_fields if field.permlevel in levels):
        linked = ctx.definitions.get(target)
        states = linked.properties.get("states") if linked is not None else None
        if linked is not None and states and ctx.policy.allows(linked, "select"):
            yield target, [{"title": str(state["title"]), "color": str(state.get("color") or "")} for state in states]


def _workflow(ctx: Context, workflow: Workflow) -> dict[str, Any]:
    """A state has the style of its row in the workflow, or else that of its Workflow State."""
    filters = [["name", "in", [row.state for row in workflow.states]]]
    found = ctx.as_system().store.list("Workflow State", fields=("name", "style"), filters=filters, limit=None)
    styles = {row["name"]: row["style"] or "" for row in found}
    return {
        "name": workflow.name,
        "state_field": workflow.state_field,
        "states": [
            {
                "state": row.state,
                "doc_status": row.doc_status,
                "style": row.style or styles.get(row.state, ""),
                "allow_edit": row.allow_edit,
            }
            for row in workflow.states
        ],
        "transitions": [
            {"state": row.state, "action": row.action, "next_state": row.next_state, "allowed": row.allowed}
            for row in workflow.transitions
        ],
    }


def _print_formats(ctx: Context, doctype: str) -> list[dict[str, str]]:
    """Name and label of the DocType's formats; offered to all who may print, whatever their rights on formats."""
    filters = {"doc_type": doctype, "disabled": 0}
    rows = ctx.as_system().store.list("Print Format", fields=("name",), filters=filters, order_by="name", limit=None)
    return [{"name": row["name"], "label": ctx._(row["name"])} for row in rows]
