"""Checks of the properties of a DocType that name its fields, and of kinds that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, doctype_where, fault
from crm_platform.metadata.checks.fields import may_be_indexed
from crm_platform.metadata.model import DocType

_NAMES_FIELD = (
    "timeline_field",
    "is_published_field",
    "subject_field",
    "sender_field",
    "sender_name_field",
    "recipient_account_field",
    "website_search_field",
)
_PATTERN = re.compile(r"\{(\w+)\}")


def _known(doctype: DocType, fieldname: str) -> bool:
    return fieldname in doctype.columns or doctype.field(fieldname) is not None


def _missing_title(doctype: DocType) -> bool:
    title = doctype.title_field.strip()
    return bool(title) and not _known(doctype, title) and not _PATTERN.search(title)


def _missing_search_fields(doctype: DocType, _: World) -> Iterator[Fault]:
    return (fault(name) for name in doctype.search_fields if not _known(doctype, name))


def _missing_sort_fields(doctype: DocType, _: World) -> Iterator[Fault]:
    """Frappe takes one field or an ORDER BY list such as "priority desc, modified"."""
    for part in doctype.sort_field.split(","):
        words = part.replace("`", "").split() or [""]
        if words[0] and not _known(doctype, words[0].rpartition(".")[2]):
            yield fault(words[0])


def _badly_indexed(doctype: DocType, _: World) -> Iterator[Fault]:
    """What stands in an index is stored, no long text, and there once."""
    for columns in doctype.indexes:
        for number, name in enumerate(columns):
            field = doctype.field(name)
            fits = may_be_indexed(field) if field is not None else name in doctype.columns
            if not fits or name in columns[:number]:
                yield fault(name)


def _indexed_alone(doctype: DocType, _: World) -> Iterator[Fault]:
    return (fault(columns[0]) for columns in doctype.indexes if len(columns) == 1)


def _bad_image(doctype: DocType) -> bool:
    field = doctype.field(doctype.image_field)
    return bool(doctype.image_field) and (field is None or not field.has_column)


def _bad_tree_parent(doctype: DocType) -> bool:
    field = doctype.field(doctype.tree_parent)
    return doctype.is_tree and (field is None or field.fieldtype != "Link" or field.options != doctype.name)


def _missing_named_fields(doctype: DocType, _: World) -> Iterator[Fault]:
    for name in _NAMES_FIELD:
        value = doctype.properties.get(name)
        first = value.split(".")[0].strip() if isinstance(value, str) else ""
        if first and not _known(doctype, first):
            yield fault(first, property=name)


CHECKS = (
    Check(
        "D601",
        doctype_where(_missing_title),
        "{doctype}: title_field names a field that is not there.",
        "Choose a field of {doctype}.",
    ),
    Check(
        "D602",
        _missing_search_fields,
        "{doctype}: search_fields names {field}, which is not there.",
        "Name fields of {doctype}, with commas between them.",
    ),
    Check(
        "D603",
        _missing_sort_fields,
        "{doctype}: sort_field names {field}, which is not there.",
        "Choose a field of {doctype}, or modified.",
    ),
    Check(
        "D604",
        doctype_where(_bad_image),
        "{doctype}: image_field names a field that is not there or holds no picture.",
        "Choose a field of type Attach Image.",
    ),
    Check(
        "D605",
        doctype_where(_bad_tree_parent),
        "{doctype} is a tree, but its parent field is no Link to {doctype}.",
        "Name in nsm_parent_field a Link field to {doctype}, or clear it.",
    ),
    Check(
        "D606",
        _missing_named_fields,
        "{doctype}: {property} names {field}, which is not there.",
        "Choose a field of {doctype}.",
        "warning",
    ),
    Check(
        "D607",
        doctype_where(lambda doctype: doctype.issingle and doctype.istable),
        "{doctype} cannot be a Single and a child table.",
        "Clear issingle or istable.",
    ),
    Check(
        "D608",
        doctype_where(lambda doctype: doctype.is_tree and (doctype.issingle or doctype.istable)),
        "{doctype} cannot be a tree and a Single or child table.",
        "Clear is_tree.",
    ),
    Check(
        "D609",
        doctype_where(lambda doctype: doctype.is_submittable and doctype.issingle),
        "{doctype} is a Single and cannot be submitted.",
        "Clear is_submittable.",
        "warning",
    ),
    Check(
        "D610",
        doctype_where(lambda doctype: doctype.sort_order.strip().upper() not in ("ASC", "DESC", "")),
        "{doctype}: sort_order is neither ASC nor DESC.",
        "Choose ASC or DESC.",
        "warning",
    ),
    Check(
        "D611",
        _badly_indexed,
        "{doctype}: indexes names {field}, which is not stored, is a long text or stands there twice.",
        "Name stored fields of {doctype}: a line for each index, with commas between its fields.",
    ),
    Check(
        "D612",
        _indexed_alone,
        "{doctype}: indexes has a line with {field} alone.",
        "Mark the field for an index (search_index), or name the fields that are indexed together with it.",
    ),
)
