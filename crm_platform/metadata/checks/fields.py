"""Checks of single fields: options, defaults, and properties that the field type cannot have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault, fields_where
from crm_platform.metadata.kinds import NUMBER_TYPES, TABLE_TYPES
from crm_platform.metadata.model import DocType, Field

NEED_OPTIONS = TABLE_TYPES | {"Link", "Dynamic Link"}
FORMATS = frozenset({"Email", "Name", "Phone", "URL", "Barcode", "IBAN"})
"""What DocField.options of a Data field may name."""
_PATTERN_DEFAULT = re.compile(r"[{:]|^\s*$")


def _missing_options(field: Field) -> bool:
    return field.fieldtype in NEED_OPTIONS and not field.options.strip()


def _select_without_values(field: Field) -> bool:
    return field.fieldtype == "Select" and not field.options.strip() and not field.read_only


def _unlisted_default(field: Field) -> bool:
    default = field.default or ""
    return (
        field.fieldtype == "Select"
        and bool(field.options.strip())
        and not _PATTERN_DEFAULT.search(default)
        and default.strip() not in field.choices
    )


def _check_default(field: Field) -> bool:
    text = str(field.properties.get("default") or 0).strip()
    return field.fieldtype == "Check" and text not in ("0", "1", "True", "")


def _number_default(field: Field) -> bool:
    default = (field.default or "").strip()
    if field.fieldtype not in NUMBER_TYPES - {"Check"} or not default or default.startswith(":"):
        return False
    return not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", default)


def _hidden_mandatory(doctype: DocType, _: World) -> Iterator[Fault]:
    for f in doctype.fields:
        filled = f.default or f.fetch_from or f.fieldname == "naming_series"
        if f.hidden and f.reqd and not filled and not f.is_table:
            yield fault(f.fieldname)


def _mandatory_layout(field: Field) -> bool:
    return field.reqd and field.kind.layout


def _cannot_be_unique(field: Field) -> bool:
    long_text = field.kind.storage == "text" and field.kind.length is None
    return field.unique and (long_text or not field.kind.has_column or field.fieldtype == "Check")


def may_be_indexed(field: Field) -> bool:
    """Whether an index may hold the field: it is stored and no long text."""
    long_text = field.kind.storage == "text" and field.kind.length is None
    return field.kind.has_column and not long_text


def _cannot_be_indexed(field: Field) -> bool:
    return field.search_index and not may_be_indexed(field)


def _bad_precision(field: Field) -> bool:
    text = str(field.properties.get("precision") or "").strip()
    return bool(text) and not (text.isascii() and text.isdecimal() and int(text) <= 9)


def _unknown_format(field: Field) -> bool:
    return field.fieldtype == "Data" and bool(field.options.strip()) and field.options.strip() not in FORMATS


def _misplaced_folds(doctype: DocType, _: World) -> Iterator[Fault]:
    """A Fold stands once, before a section, and not last (Frappe's rule)."""
    fields = doctype.fields
    folds = [index for index, f in enumerate(fields) if f.fieldtype == "Fold"]
    for number, index in enumerate(folds):
        followed = index + 1 < len(fields) and fields[index + 1].fieldtype in ("Section Break", "Tab Break")
        if number or not followed:
            yield fault(fields[index].fieldname)


CHECKS = (
    Check(
        "D201",
        fields_where(_missing_options),
        "{doctype}: the {fieldtype} field {field} has no options.",
        "Name in its options the DocType (Link, Table) or the field that holds the DocType (Dynamic Link).",
    ),
    Check(
        "D202",
        fields_where(_select_without_values),
        "{doctype}: the Select field {field} has no values.",
        "List its values in its options, one per line.",
        "warning",
    ),
    Check(
        "D203",
        fields_where(_unlisted_default),
        "{doctype}: the default of {field} is not among its values.",
        "Add the value to the options or correct the default.",
    ),
    Check(
        "D204",
        fields_where(_check_default),
        "{doctype}: the default of the Check field {field} is neither 0 nor 1 and counts as 0.",
        "Set the default to 0 or 1.",
        "warning",
    ),
    Check(
        "D205",
        fields_where(_number_default),
        "{doctype}: the default of the {fieldtype} field {field} is no number.",
        "Set the default to a number.",
    ),
    Check(
        "D206",
        _hidden_mandatory,
        "{doctype}: the field {field} is hidden and mandatory but has no default, so nobody can fill it.",
        "Give it a default, show it, or make it optional.",
    ),
    Check(
        "D207",
        fields_where(_mandatory_layout),
        "{doctype}: {field} of type {fieldtype} holds no value and cannot be mandatory.",
        "Clear its mandatory mark.",
    ),
    Check(
        "D208",
        fields_where(_cannot_be_unique),
        "{doctype}: the {fieldtype} field {field} cannot be unique.",
        "Clear its unique mark or choose a short type such as Data.",
    ),
    Check(
        "D209",
        fields_where(_cannot_be_indexed),
        "{doctype}: the {fieldtype} field {field} cannot have an index.",
        "Clear its index mark or choose a short type such as Data.",
        "warning",
    ),
    Check(
        "D210",
        fields_where(_bad_precision),
        "{doctype}: the precision of {field} is no number from 0 to 9.",
        "Correct or clear the precision.",
    ),
    Check(
        "D211",
        fields_where(lambda field: field.length < 0 or field.permlevel < 0 or field.permlevel > 9),
        "{doctype}: length or permission level of {field} is out of range.",
        "Lengths are 0 or more, permission levels 0 to 9.",
    ),
    Check(
        "D212",
        fields_where(_unknown_format),
        "{doctype}: the options of the Data field {field} name no known format.",
        "Choose Email, Name, Phone, URL, Barcode or IBAN, or clear the options.",
        "warning",
    ),
    Check(
        "D213",
        _misplaced_folds,
        "{doctype}: the Fold {field} must be the only one and stand before a section.",
        "Move or delete it.",
        "warning",
    ),
)
