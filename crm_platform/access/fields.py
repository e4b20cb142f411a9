"""Why somebody may see or set a field, beyond the rights on its document: its level, and how it gets its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_platform.access.policy import Policy
from crm_platform.access.reason import Reason
from crm_platform.documents.document import Document
from crm_platform.metadata.model import DocType, Field

WRITING = frozenset({"write", "create"})


def field_reasons(
    policy: Policy, meta: DocType, field: Field, action: str, document: Document | None
) -> Iterator[Reason]:
    """The field's level; for writing also what keeps everybody from setting it, each with the layer that says so."""
    label = field.label or field.fieldname
    yield Reason(
        "field level",
        "{label} is at level {level}.",
        {"label": label, "level": field.permlevel, "action": action},
        meta.layer_of("permlevel", field.fieldname),
        field.permlevel in policy.levels(meta, action, document),
    )
    if action in WRITING:
        readable = field.permlevel in policy.levels(meta, "read", document)
        for name, template, params in _hindrances(meta, field, document, readable=readable):
            layer = meta.layer_of(name, field.fieldname)
            yield Reason("field", template, {"label": label, **params}, layer, verdict=False)


def _hindrances(
    meta: DocType, field: Field, document: Document | None, *, readable: bool
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(property, sentence, parameters) of what keeps clients from writing the field; not whether one that the person
    may not read has a value."""
    formula = field.properties.get("formula")
    if formula:
        yield "formula", "{label} is computed: {formula}", {"formula": formula}
    elif field.properties.get("rollup"):
        yield "rollup", "{label} is a roll-up of other documents.", {}
    elif field.read_only:
        yield "read_only", "{label} is read-only.", {}
    if document is None:
        return
    if field.set_only_once and not readable:
        yield "set_only_once", "{label} may be set once.", {}
    elif field.set_only_once and document.get(field.fieldname) not in (None, ""):
        yield "set_only_once", "{label} is set once and has its value.", {}
    if meta.is_submittable and document["docstatus"] and not field.allow_on_submit:
        yield "allow_on_submit", "The document is submitted, and {label} does not change after that.", {}
