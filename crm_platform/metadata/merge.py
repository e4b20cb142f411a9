"""Merges layers into the effective definitions of a site: who contributes what to which DocType."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from crm_platform.metadata.assemble import Parts, assemble
from crm_platform.metadata.bodies import as_text, is_on, workflow_from_body
from crm_platform.metadata.layers import Layer, Placed, in_order
from crm_platform.metadata.model import Definitions, DocType
from crm_platform.metadata.problems import Problem

_OWNER_KEYS = {
    "Custom Field": "dt",
    "Property Setter": "doc_type",
    "Custom DocPerm": "parent",
    "DocType Link": "parent",
    "Workflow": "document_type",
}
"""Kinds that change a DocType, and the key of their body that names it."""


@dataclass(frozen=True)
class Merged:
    """The effective model, the faults found on the way, and what each DocType was made of (to reuse it next time)."""

    definitions: Definitions
    problems: tuple[Problem, ...] = ()
    parts: Mapping[str, Parts] = field(default_factory=dict)
    faults: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    workflows: tuple[Placed, ...] = ()
    """All Workflow records, lower layers first: those that are switched off or shadowed, too."""


def merge(
    layers: Iterable[Layer], previous: Merged | None = None, version: int = 0, *, keeps_order: bool = False
) -> Merged:
    """Merge `layers`, given in any order, into effective definitions of that `version`.

    A DocType whose parts are the same as in `previous` is taken over as it is, so that a change of the site's layer
    costs only what it touches. `keeps_order`: the DocTypes have sort keys. Faults (a Custom Field for a missing
    DocType, one DocType in two layers…) are reported, and the rest is merged without the faulty record.
    """
    problems: list[Problem] = []
    by_kind = _by_kind(in_order(layers))
    doctypes = _doctypes(by_kind.get("DocType", []), problems)
    changes = _changes(by_kind, doctypes, problems)
    parts = {name: Parts(placed, changes.get(name, {}), keeps_order) for name, placed in doctypes.items()}
    merged: dict[str, DocType] = {}
    faults: dict[str, tuple[Problem, ...]] = {}
    for name, part in parts.items():
        if previous is not None and previous.parts.get(name) == part:
            merged[name], faults[name] = previous.definitions[name], previous.faults[name]
        else:
            merged[name], faults[name] = assemble(part)
        problems.extend(faults[name])
    merged = {name: _with_tables(doctype, merged.keys()) for name, doctype in merged.items()}
    workflows = {
        name: workflow_from_body(part.workflow.definition.body, part.workflow.layer)
        for name, part in parts.items()
        if part.workflow is not None
    }
    return Merged(
        Definitions(merged, workflows, version), tuple(problems), parts, faults, tuple(by_kind.get("Workflow", ()))
    )


def _with_tables(doctype: DocType, known: Container[str]) -> DocType:
    """The DocType with its tables marked by whether their own DocType is there; itself when that is so already."""
    if all(f.is_absent is (f.options not in known) for f in doctype.tables):
        return doctype
    marked = (replace(f, is_absent=f.options not in known) if f.is_table else f for f in doctype.fields)
    return replace(doctype, fields=tuple(marked))


def _by_kind(layers: Iterable[Layer]) -> dict[str, list[Placed]]:
    found: dict[str, list[Placed]] = {}
    for layer in layers:
        for definition in layer.definitions:
            found.setdefault(definition.kind, []).append(Placed(layer.name, definition))
    return found


def _doctypes(placed: Iterable[Placed], problems: list[Problem]) -> dict[str, Placed]:
    """DocTypes by name; one that is already there is a fault, since a layer changes another's by Custom Fields only."""
    found: dict[str, Placed] = {}
    for item in placed:
        first = found.setdefault(item.definition.name, item)
        if first is not item:
            problems.append(
                Problem(
                    "D010",
                    "The DocType {doctype} is already defined in {first} (layer {layer}).",
                    "Choose another name, or change it by Custom Fields and Property Setters.",
                    source=item.definition.source,
                    doctype=item.definition.name,
                    params={
                        "doctype": item.definition.name,
                        "first": first.definition.source or first.layer,
                        "layer": first.layer,
                    },
                )
            )
    return found


def _changes(
    by_kind: Mapping[str, list[Placed]], doctypes: Mapping[str, Placed], problems: list[Problem]
) -> dict[str, dict[str, tuple[Placed, ...]]]:
    """For each DocType the records that change it, by kind."""
    found: dict[str, dict[str, tuple[Placed, ...]]] = {}
    for kind, key in _OWNER_KEYS.items():
        for item in _uppermost(by_kind.get(kind, [])):
            owner = as_text(item.definition.body.get(key))
            if owner not in doctypes:
                problems.append(_without_doctype(item, owner))
            elif kind != "Workflow" or is_on(item.definition.body.get("is_active")):
                kinds = found.setdefault(owner, {})
                kinds[kind] = (*kinds.get(kind, ()), item)
    return found


def _uppermost(placed: Iterable[Placed]) -> Iterable[Placed]:
    """Of records with one name only the uppermost layer's. Custom Fields all: one field twice is a fault."""
    kept: dict[tuple[str, str], Placed] = {}
    for item in placed:
        kept[item.definition.name, item.layer if item.definition.kind == "Custom Field" else ""] = item
    return kept.values()


def _without_doctype(item: Placed, owner: str) -> Problem:
    return Problem(
        "D011",
        "{kind} {name} belongs to the DocType {doctype}, which is not there.",
        "Correct the name of the DocType, or enable the pack that brings it.",
        level="warning",
        source=item.definition.source,
        doctype=owner,
        params={"kind": item.definition.kind, "name": item.definition.name, "doctype": owner},
    )
