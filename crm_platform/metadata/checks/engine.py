"""Checks of the DocTypes that the engine itself works with: what it relies on is not customised away."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.layers import CORE
from crm_platform.metadata.model import DocType

ENGINE_MODULES = frozenset({"Core", "Custom", "Workflow", "Desk", "Printing", "Automation", "Email", "Integrations"})
"""Modules of the core whose DocTypes code reads: users, roles, files, definitions and the like."""

# fmt: off
FIXED_OF_FIELD = (
    "fieldtype", "permlevel", "read_only", "is_virtual", "unique", "fetch_from", "formula", "rollup",
    "sensitivity", "mask",
)
# fmt: on
FIXED_OF_DOCTYPE = ("autoname", "is_submittable", "is_tree", "is_virtual")
"""Properties by which a Property Setter would lock everybody out, or open what is protected."""

FREE_OPTIONS = frozenset({"Select", "Autocomplete"})
"""Field types whose options are a list of words, which may be changed."""


def is_of_engine(doctype: DocType) -> bool:
    """Whether it is one that the engine itself works with."""
    return doctype.layer == CORE and doctype.module in ENGINE_MODULES


def _customised(doctype: DocType, _: World) -> Iterator[Fault]:
    if not is_of_engine(doctype):
        return
    for name in FIXED_OF_DOCTYPE:
        if doctype.layer_of(name) != CORE:
            yield fault(property=name)
    for field in doctype.fields:
        fixed = FIXED_OF_FIELD if field.fieldtype in FREE_OPTIONS else (*FIXED_OF_FIELD, "options")
        if field.layer == CORE:
            yield from (
                fault(field.fieldname, property=f"{name} of {field.fieldname}")
                for name in fixed
                if doctype.layer_of(name, field.fieldname) != CORE
            )


CHECKS = (
    Check(
        "D901",
        _customised,
        "{doctype}: the {property} belongs to the engine and cannot be changed by a Property Setter.",
        "Delete the Property Setter, or add a Custom Field of your own.",
    ),
)
