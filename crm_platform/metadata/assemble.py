"""Builds one effective DocType out of its definition and the records of other layers that change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from crm_platform.metadata.bodies import as_text, doctype_from_body, field_from_body, unnamed
from crm_platform.metadata.generated import generated_fields, workflow_field
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.metadata.layers import ENGINE, SITE, Placed
from crm_platform.metadata.model import DocType
from crm_platform.metadata.order import AT_END, listed_first, parse_order, place_custom_fields
from crm_platform.metadata.problems import Level, Problem
from crm_platform.metadata.rollups import generated_parts
from crm_platform.metadata.setters import Change, SetterError, read_setter
from crm_platform.metadata.sort_keys import sort_keys_of

Row = dict[str, Any]

_REPEATED: tuple[str, str, str, Level] = (
    "D024",
    "{doctype} has several fields with the name {field}; the first one counts.",
    "Delete the others.",
    "warning",
)


NO_CONTENT = frozenset({"insert_after", "idx", "module", "name", "owner", "creation", "modified", "modified_by"})
"""Keys of a Custom Field that say nothing about what it holds."""


@dataclass(frozen=True)
class Parts:
    """What one DocType is made of: its definition and, by kind, the records that change it."""

    base: Placed
    changes: Mapping[str, tuple[Placed, ...]] = field(default_factory=dict)
    keeps_order: bool = False
    """Whether the site keeps sort keys."""

    @property
    def workflow(self) -> Placed | None:
        """The active Workflow: of several the one in the uppermost layer, there the last by name."""
        active = self.changes.get("Workflow", ())
        uppermost = active[-1].layer if active else ""
        return max(
            (item for item in active if item.layer == uppermost), key=lambda item: item.definition.name, default=None
        )

    @property
    def source_of_workflow(self) -> str:
        """The file or record of the workflow; that of the DocType where it has none."""
        return self.workflow.definition.source if self.workflow is not None else self.source_of("")

    def source_of(self, fieldname: str) -> str:
        """The file or record to look at: that of the Custom Field `fieldname`, or of the DocType."""
        for item in self.changes.get("Custom Field", ()):
            if fieldname and item.definition.body.get("fieldname") == fieldname:
                return item.definition.source
        return self.base.definition.source


@dataclass
class _Slot:
    """One field while a DocType is put together: its body, its layer and, for a Custom Field, what it stands after."""

    name: str
    body: Row
    layer: str
    after: str | None = None


@dataclass
class _Draft:
    """A DocType while it is put together."""

    body: Row
    slots: list[_Slot]
    provenance: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return as_text(self.body.get("name"))

    def fault(self, item: Placed, id: str, template: str, remedy: str, level: Level = "error", **params: Any) -> None:
        source, fieldname = item.definition.source, as_text(params.get("field"))
        params = {"doctype": self.name, **params}
        self.problems.append(
            Problem(id, template, remedy, level, source, doctype=self.name, fieldname=fieldname, params=params)
        )


def assemble(parts: Parts) -> tuple[DocType, tuple[Problem, ...]]:
    """Build the effective DocType, and report the records among `parts` that could not be applied."""
    draft = _draft(parts.base)
    _add_custom_fields(draft, parts.changes.get("Custom Field", ()))
    _add_generated(draft, parts.workflow)
    _add_links(draft, parts.changes.get("DocType Link", ()))
    _apply_setters(draft, parts.changes.get("Property Setter", ()))
    _add_rollup_parts(draft)
    _replace_permissions(draft, parts.changes.get("Custom DocPerm", ()))
    fields = tuple(field_from_body(slot.body, slot.layer, slot.name) for slot in _in_order(draft))
    doctype = doctype_from_body(draft.body, fields, parts.base.layer, MappingProxyType(draft.provenance))
    if parts.keeps_order:
        doctype = replace(doctype, sort_keys=sort_keys_of(doctype))
    return doctype, tuple(draft.problems)


def _draft(base: Placed) -> _Draft:
    draft = _Draft({**base.definition.body, "name": base.definition.name}, [])
    types: dict[str, str] = {}
    for index, row in enumerate(base.definition.body.get("fields") or ()):
        name, fieldtype = as_text(row.get("fieldname")), as_text(row.get("fieldtype"))
        if name and types.get(name) == fieldtype:
            draft.fault(base, *_REPEATED, field=name)
        else:
            types.setdefault(name, fieldtype)
            _add(draft, base, row, f"fields[{index}]", None)
    return draft


def _add(draft: _Draft, item: Placed, row: Mapping[str, Any], key: str, after: str | None) -> None:
    """Take a field in unless its type is none of Frappe's: code that reads the model may rely on that."""
    fieldtype = as_text(row.get("fieldtype")) or "Data"
    name = as_text(row.get("fieldname"))
    if fieldtype in FIELD_KINDS:
        slot_name = name or unnamed(fieldtype, len(draft.slots) + 1)
        draft.slots.append(_Slot(slot_name, dict(row), item.layer, after))
        return
    draft.fault(
        item,
        "D020",
        "{doctype}: the field {field} has the unknown type {fieldtype}.",
        "Choose one of the field types of the reference.",
        field=name or key,
        fieldtype=fieldtype,
    )


def _add_custom_fields(draft: _Draft, placed: Sequence[Placed]) -> None:
    present = {slot.name: slot.layer for slot in draft.slots}
    brought: dict[str, Placed] = {}
    for item in placed:
        body = item.definition.body
        name = as_text(body.get("fieldname"))
        if name in brought and _is_shared(brought[name], item):
            continue
        if name in present:
            draft.fault(
                item,
                "D021",
                "A field with the name {field} already exists in {doctype} (layer {layer}).",
                "Choose another fieldname.",
                field=name,
                layer=present[name],
            )
            continue
        present[name] = item.layer
        brought[name] = item
        _add(draft, item, body, "fieldname", as_text(body.get("insert_after")))


def _is_shared(first: Placed, second: Placed) -> bool:
    """Whether two packs bring the very same field; where it stands is no difference."""
    content = [
        {key: value for key, value in item.definition.body.items() if key not in NO_CONTENT} for item in (first, second)
    ]
    return SITE not in (first.layer, second.layer) and content[0] == content[1]


def _add_generated(draft: _Draft, workflow: Placed | None) -> None:
    present = {slot.name for slot in draft.slots}
    rows = list(generated_fields(draft.body))
    if workflow is not None:
        rows.append(workflow_field(as_text(workflow.definition.body.get("workflow_state_field")) or "workflow_state"))
    for row in rows:
        if row["fieldname"] not in present:
            draft.slots.append(_Slot(row["fieldname"], row, ENGINE, AT_END))


def _add_rollup_parts(draft: _Draft) -> None:
    """The hidden fields in which some roll-ups keep their exact parts; after the setters, which may make a roll-up."""
    present = {slot.name for slot in draft.slots}
    rows = [row for slot in draft.slots for row in generated_parts(slot.body)]
    draft.slots += [_Slot(row["fieldname"], row, ENGINE, AT_END) for row in rows if row["fieldname"] not in present]


def _add_links(draft: _Draft, placed: Sequence[Placed]) -> None:
    if placed:
        draft.body["links"] = [*(draft.body.get("links") or ()), *(dict(item.definition.body) for item in placed)]
        draft.provenance["links"] = placed[-1].layer


def _apply_setters(draft: _Draft, placed: Sequence[Placed]) -> None:
    slots = {slot.name: slot for slot in draft.slots}
    for item in placed:
        try:
            change = read_setter(item.definition.body)
        except SetterError as error:
            body = item.definition.body
            draft.fault(
                item,
                "D022",
                str(error),
                "Correct or delete the Property Setter.",
                property=as_text(body.get("property")),
                target=as_text(body.get("doctype_or_field")),
                value=as_text(body.get("value")),
            )
            continue
        _apply(draft, slots, item, change)


def _apply(draft: _Draft, slots: Mapping[str, _Slot], item: Placed, change: Change) -> None:
    if change.target == "DocType":
        draft.body[change.property] = change.value
        draft.provenance[change.property] = item.layer
    elif change.target == "DocField" and change.row in slots:
        _set_field_property(draft, slots[change.row], item, change)
    elif change.target != "DocField":
        rows = [dict(row) for row in draft.body.get(change.target) or ()]
        draft.body[change.target] = [
            {**row, change.property: change.value} if row.get("name") == change.row else row for row in rows
        ]
        draft.provenance[change.target] = item.layer
    else:
        draft.fault(
            item,
            "D023",
            "A Property Setter changes the field {field} of {doctype}, which is not there.",
            "Delete the Property Setter or correct its field.",
            level="warning",
            field=change.row,
        )


def _set_field_property(draft: _Draft, slot: _Slot, item: Placed, change: Change) -> None:
    if change.property == "fieldtype" and change.value not in FIELD_KINDS:
        draft.fault(
            item,
            "D020",
            "{doctype}: the field {field} has the unknown type {fieldtype}.",
            "Choose one of the field types of the reference.",
            field=slot.name,
            fieldtype=change.value,
        )
        return
    slot.body[change.property] = change.value
    draft.provenance[f"{slot.name}.{change.property}"] = item.layer


def _replace_permissions(draft: _Draft, placed: Sequence[Placed]) -> None:
    """Custom DocPerm rows replace the standard rows as a whole; those of the site replace those of packs."""
    rows = [item for item in placed if item.layer == SITE] or placed
    if rows:
        draft.body["permissions"] = [dict(item.definition.body) for item in rows]
        draft.provenance["permissions"] = rows[-1].layer


def _in_order(draft: _Draft) -> list[_Slot]:
    """Slots in form order. Of two with one name both stay, so that the check for twins sees them."""
    by_name: dict[str, list[_Slot]] = {}
    for slot in draft.slots:
        by_name.setdefault(slot.name, []).append(slot)
    standard = list(dict.fromkeys(slot.name for slot in draft.slots if slot.after is None))
    custom = {slot.name: slot.after for slot in draft.slots if slot.after is not None}
    set_later = "field_order" in draft.provenance
    order = parse_order(draft.body.get("field_order"))
    if not set_later:
        standard = listed_first(standard, order)
    names = place_custom_fields(standard, custom)
    if set_later:
        names = listed_first(names, order)
    return [slot for name in names for slot in by_name[name]]
