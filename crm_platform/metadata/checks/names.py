"""Checks of the names of DocTypes and fields: safe for a table, a path and an expression, and never two alike."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator

from crm_platform.errors import InvalidFieldNameError, NameError
from crm_platform.metadata.checks.check import Check, Fault, World, doctype_where, fault, fields_where
from crm_platform.metadata.checks.lookalikes import mixes_scripts, twin_key
from crm_platform.metadata.kinds import CHILD_COLUMNS, STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field

MAX_NAME = 61
_DOCTYPE_NAME = re.compile(r"[^\W\d_][\w -]*")
_FIELDNAME = re.compile(r"\w+")
_USUAL_FIELDNAME = re.compile(r"[a-z][a-z0-9_]*")

RESERVED = frozenset({*STANDARD_COLUMNS, "doctype"})
"""Fieldnames that Frappe's standard columns and the REST body take."""

SHOWN = frozenset({"owner", "idx"})
"""Standard columns that a field of the same type may show on the form, as Frappe allows."""

SHADOWED = frozenset(
    {
        "append",
        "as_dict",
        "before",
        "carried",
        "changed_since",
        "children",
        "edit",
        "extra",
        "freeze",
        "get",
        "given",
        "has_changed",
    }
    | {"columns", "is_new", "meta", "of_row", "set", "snapshot"}
)
"""Fieldnames that code reaches as an item only, since a Document has an attribute of that name."""


def _own_name(field: Field) -> str:
    """The name that the definition gives; the engine's names of unnamed layout fields are not judged."""
    return str(field.properties.get("fieldname") or "")


def _unsafe_doctype(doctype: DocType) -> bool:
    return not _DOCTYPE_NAME.fullmatch(doctype.name) or doctype.name != doctype.name.strip()


def _twin_doctypes(doctype: DocType, world: World) -> Iterator[Fault]:
    for other in world.twins.get(twin_key(doctype.name), ()):
        if other != doctype.name:
            yield fault(other=other)


def _same_fieldnames(doctype: DocType, _: World) -> Iterator[Fault]:
    counts = Counter(f.fieldname for f in doctype.fields)
    return (fault(name) for name, count in counts.items() if count > 1)


def _twin_fieldnames(doctype: DocType, _: World) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for f in doctype.fields:
        other = first.setdefault(twin_key(f.fieldname), f.fieldname)
        if other != f.fieldname:
            yield fault(f.fieldname, other=other)


def _reserved_fieldnames(doctype: DocType, _: World) -> Iterator[Fault]:
    taken = RESERVED | CHILD_COLUMNS.keys() if doctype.istable else RESERVED
    for f in doctype.fields:
        shown = f.fieldname in SHOWN and f.storage == STANDARD_COLUMNS[f.fieldname]
        if (_own_name(f) in taken and not shown) or _own_name(f).startswith("__"):
            yield fault(f.fieldname)


def _unsafe_fieldname(field: Field) -> bool:
    name = _own_name(field)
    return bool(name) and (not _FIELDNAME.fullmatch(name) or mixes_scripts(name))


def _unusual_fieldname(field: Field) -> bool:
    name = _own_name(field)
    return bool(_FIELDNAME.fullmatch(name)) and not _USUAL_FIELDNAME.fullmatch(name)


def _shadowed_fieldname(field: Field) -> bool:
    return keyword.iskeyword(field.fieldname) or field.fieldname in SHADOWED


CHECKS = (
    Check(
        "D101",
        doctype_where(_unsafe_doctype),
        "{doctype!r} cannot be the name of a DocType.",
        "Begin with a letter and use letters, digits, blanks, hyphens and underscores only.",
        error=NameError,
    ),
    Check(
        "D102",
        doctype_where(lambda doctype: len(doctype.name) > MAX_NAME),
        "The name of the DocType {doctype} is longer than 61 characters.",
        "Choose a shorter name.",
        error=NameError,
    ),
    Check(
        "D103",
        doctype_where(lambda doctype: doctype.name.lower().startswith("new ")),
        'The name of the DocType {doctype} begins with "New".',
        "Choose a name that does not begin with the name of an unsaved document.",
        "warning",
        NameError,
    ),
    Check(
        "D104",
        _twin_doctypes,
        "The names of the DocTypes {doctype} and {other} differ in case or width of letters only.",
        "Choose a name that people and databases can tell apart.",
        error=NameError,
    ),
    Check(
        "D105",
        doctype_where(lambda doctype: mixes_scripts(doctype.name)),
        "The name of the DocType {doctype} mixes letters of scripts that look alike.",
        "Write the whole name in one script.",
        error=NameError,
    ),
    Check(
        "D111",
        _same_fieldnames,
        "{doctype} has several fields with the name {field}.",
        "Give each field a name of its own.",
    ),
    Check(
        "D112",
        _twin_fieldnames,
        "The fieldnames {field} and {other} of {doctype} differ in case or width of letters only.",
        "Give each field a name of its own.",
        error=InvalidFieldNameError,
    ),
    Check(
        "D113",
        _reserved_fieldnames,
        "{doctype}: the fieldname {field} is reserved.",
        "Choose another fieldname; every document already has this column.",
        error=InvalidFieldNameError,
    ),
    Check(
        "D114",
        fields_where(_unsafe_fieldname),
        "{doctype}: {field!r} cannot be a fieldname.",
        "Use small letters, digits and underscores only.",
        error=InvalidFieldNameError,
    ),
    Check(
        "D115",
        fields_where(lambda field: len(field.fieldname) > MAX_NAME),
        "{doctype}: the fieldname {field} is longer than 61 characters.",
        "Choose a shorter fieldname.",
        error=InvalidFieldNameError,
    ),
    Check(
        "D116",
        fields_where(_unusual_fieldname),
        "{doctype}: the fieldname {field} is unusual.",
        "Prefer small letters, digits and underscores, with a letter first.",
        "warning",
    ),
    Check(
        "D117",
        fields_where(_shadowed_fieldname),
        "{doctype}: code cannot read the field {field} as an attribute.",
        'Read it as an item, doc["{field}"], or choose another fieldname.',
        "warning",
    ),
    Check(
        "D118",
        fields_where(lambda field: not _own_name(field) and not field.kind.layout),
        "{doctype}: a field of type {fieldtype} has no fieldname.",
        "Give the field a name.",
        error=InvalidFieldNameError,
    ),
)
