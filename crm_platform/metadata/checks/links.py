"""Checks of what fields point to: Link and Table targets, Dynamic Link partners, child tables."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.errors import WrongOptionsDoctypeLinkError
from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.model import DocType, Field

_ATTACHMENTS = frozenset({"Attach", "Attach Image", "Signature"})


def _missing_targets(doctype: DocType, world: World) -> Iterator[Fault]:
    for f in doctype.fields:
        if _points_to_doctype(f) and f.options not in world.definitions:
            yield fault(f.fieldname, target=f.options, fieldtype=f.fieldtype)


def _points_to_doctype(field: Field) -> bool:
    return (field.fieldtype == "Link" or field.is_table) and bool(field.options.strip())


def _tables_of_no_children(doctype: DocType, world: World) -> Iterator[Fault]:
    for f in doctype.fields:
        target = world.definitions.get(f.options)
        if f.is_table and target is not None and not target.istable:
            yield fault(f.fieldname, target=f.options)


def _links_to_children(doctype: DocType, world: World) -> Iterator[Fault]:
    for f in doctype.fields:
        target = world.definitions.get(f.options)
        if f.fieldtype == "Link" and target is not None and target.istable:
            yield fault(f.fieldname, target=f.options)


def _tables_in_children(doctype: DocType, _: World) -> Iterator[Fault]:
    return (fault(f.fieldname) for f in doctype.fields if doctype.istable and f.is_table and not f.is_virtual)


def _dynamic_links_without_partner(doctype: DocType, _: World) -> Iterator[Fault]:
    for f in doctype.fields:
        if f.fieldtype == "Dynamic Link" and f.options and not _names_doctypes(doctype.field(f.options)):
            yield fault(f.fieldname, partner=f.options)


def _names_doctypes(partner: Field | None) -> bool:
    if partner is None:
        return False
    return partner.fieldtype in ("Select", "Data", "Read Only", "Autocomplete") or (
        partner.fieldtype == "Link" and partner.options == "DocType"
    )


def _pills_without_link(doctype: DocType, world: World) -> Iterator[Fault]:
    for f in doctype.fields:
        target = world.definitions.get(f.options)
        if f.fieldtype == "Table MultiSelect" and target is not None and not target.link_fields:
            yield fault(f.fieldname, target=f.options)


def _pictures_without_attachment(doctype: DocType, _: World) -> Iterator[Fault]:
    for f in doctype.fields:
        source = doctype.field(f.options)
        if f.fieldtype == "Image" and (source is None or source.fieldtype not in _ATTACHMENTS):
            yield fault(f.fieldname)


CHECKS = (
    Check(
        "D301",
        _missing_targets,
        "{doctype}: the {fieldtype} field {field} points to the DocType {target}, which is not there.",
        "Correct its options, or add the DocType.",
        "warning",
        WrongOptionsDoctypeLinkError,
    ),
    Check(
        "D302",
        _tables_of_no_children,
        "{doctype}: the table {field} holds rows of {target}, which is no child table.",
        'Choose a DocType that is marked "Is Child Table".',
    ),
    Check(
        "D303",
        _links_to_children,
        "{doctype}: the Link field {field} points to the child table {target}, whose rows have no page.",
        "Point it to the DocType that holds the rows.",
        "warning",
    ),
    Check(
        "D304",
        _tables_in_children,
        "The child table {doctype} holds the table {field}; tables do not nest.",
        "Move the table to the parent, or use a Link.",
    ),
    Check(
        "D305",
        _dynamic_links_without_partner,
        "{doctype}: the Dynamic Link {field} takes its DocType from {partner}, which is no field for one.",
        "Name in its options a Link field to DocType, or a Select field.",
    ),
    Check(
        "D306",
        _pills_without_link,
        "{doctype}: the rows {target} of the Table MultiSelect {field} have no Link field.",
        "Add a Link field to {target}, or use a Table.",
    ),
    Check(
        "D307",
        _pictures_without_attachment,
        "{doctype}: the Image {field} shows no attachment field.",
        "Name in its options a field of type Attach Image.",
        "warning",
    ),
)
