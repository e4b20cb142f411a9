"""Checks of sensitive fields: they can be masked or encrypted, and nothing gives their values away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault, fields_where
from crm_platform.metadata.computed import inputs, is_computed
from crm_platform.metadata.masking import MASKS
from crm_platform.metadata.model import CONFIDENTIAL, SECRET, SENSITIVITIES, DocType, Field

NEVER_MASKED = frozenset({"Link", "Dynamic Link", "Check", "Password", "Attach", "Attach Image", "Rating"})
"""Types whose values the engine itself must read, or that are shut in another way."""

_NAMED_BY = re.compile(r"^\s*field:\s*(\S+)\s*$|\{(\w+)\}")


def _shut(field: Field) -> bool:
    return field.sensitivity in (CONFIDENTIAL, SECRET)


def _unknown_words(doctype: DocType, _: World) -> Iterator[Fault]:
    for f in doctype.fields:
        if f.sensitivity not in SENSITIVITIES:
            yield fault(f.fieldname, word=f.sensitivity)
        elif f.properties.get("mask_format") and f.mask_format not in MASKS:
            yield fault(f.fieldname, word=f.mask_format)


def _not_maskable(field: Field) -> bool:
    return _shut(field) and (not field.kind.has_column or field.fieldtype in NEVER_MASKED)


def _not_encryptable(field: Field) -> bool:
    return field.sensitivity == SECRET and field.kind.has_column and field.kind.storage != "text"


def _unsearchable(field: Field) -> bool:
    return field.is_encrypted and field.unique and not field.exact_search


def _idle_search(field: Field) -> bool:
    return field.properties.get("exact_search") in (1, "1", True) and not field.is_encrypted


def _names_documents(doctype: DocType, _: World) -> Iterator[Fault]:
    named_by = {one or other for one, other in _NAMED_BY.findall(doctype.autoname)}
    return (fault(f.fieldname) for f in doctype.masked_fields if f.fieldname in named_by)


def _shown_elsewhere(doctype: DocType, world: World) -> Iterator[Fault]:
    """Fields that are not masked and take their value from one that is."""
    for f in doctype.data_fields:
        for read in _READERS:
            source = read(doctype, f, world) if not f.is_masked else ""
            if source:
                yield fault(f.fieldname, source=source)


def _fetched(doctype: DocType, field: Field, world: World) -> str:
    link, _, name = field.fetch_from.partition(".")
    through = doctype.field(link)
    target = world.definitions.get(through.options) if through is not None else None
    return _masked_one(target, name)


def _computed(doctype: DocType, field: Field, world: World) -> str:
    if not is_computed(field):
        return ""
    read = inputs(world.definitions, (doctype.name, field.fieldname))
    return next((name for owner, name in sorted(read) if _masked_one(world.definitions.get(owner), name)), "")


def _masked_one(doctype: DocType | None, fieldname: str) -> str:
    field = doctype.field(fieldname) if doctype is not None else None
    return fieldname if field is not None and field.is_masked else ""


_READERS: tuple[Callable[[DocType, Field, World], str], ...] = (_fetched, _computed)


CHECKS = (
    Check(
        "D951",
        _unknown_words,
        "{doctype}: {field} has the sensitivity or mask format {word}, which there is not.",
        "Sensitivities are Personal, Confidential and Secret; mask formats All, Email, ID Number, Name and Phone.",
    ),
    Check(
        "D952",
        fields_where(_not_maskable),
        "{doctype}: the {fieldtype} field {field} cannot be masked.",
        "Give it a permission level instead of the sensitivity.",
    ),
    Check(
        "D953",
        fields_where(_not_encryptable),
        "{doctype}: the {fieldtype} field {field} cannot be encrypted: only texts can.",
        "Make it Confidential, or choose a text type.",
    ),
    Check(
        "D954",
        fields_where(_unsearchable),
        "{doctype}: {field} is encrypted and unique, but cannot be searched for.",
        "Turn on Exact Search, or clear its unique mark.",
    ),
    Check(
        "D955",
        fields_where(_idle_search),
        "{doctype}: Exact Search of {field} has no effect, as the field is not encrypted.",
        "Clear it, or make the field Secret.",
        "warning",
    ),
    Check(
        "D956",
        _names_documents,
        "{doctype}: documents cannot be named by the masked field {field}, as names are shown everywhere.",
        "Name them by a series or by another field.",
    ),
    Check(
        "D957",
        _shown_elsewhere,
        "{doctype}: {field} would show the masked field {source}.",
        "Give {field} the same sensitivity, or take its value from another field.",
    ),
)
