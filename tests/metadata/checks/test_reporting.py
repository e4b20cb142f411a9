"""What comes of faulty definitions: all faults at once, each with its place, and Frappe's error for a single record."""

from __future__ import annotations

import pytest

from crm_platform.errors import DefinitionError, InvalidFieldNameError, NameError, WrongOptionsDoctypeLinkError
from crm_platform.metadata.checks import check
from crm_platform.metadata.problems import refuse, refuse_record
from crm_platform.metadata.records import Definition
from support.definitions import doctype, merged, record, row

SUM = {"function": "sum", "field": "amount", "from": "Sale", "link": "order"}


def test_all_faults_are_reported_at_once_with_file_and_field() -> None:
    bad = doctype("Order", row("name"), row("a", "Link"), row("b", "Text", unique=1), title_field="gone")
    found = {(p.id, p.fieldname, p.source) for p in check(merged(bad))}
    file = "DocType.json"
    assert found == {("D113", "name", file), ("D201", "a", file), ("D208", "b", file), ("D601", "", file)}


def test_a_fault_of_a_custom_field_names_its_own_record() -> None:
    custom = record("Custom Field", dt="Order", **row("a", "Link"))
    assert [p.source for p in check(merged(doctype("Order", row("x")), site=(custom,)))] == ["Custom Field.json"]


def test_only_the_asked_doctypes_are_checked() -> None:
    found = check(merged(doctype("Order", row("name")), doctype("Lead", row("name"))), only=["Lead"])
    assert [p.doctype for p in found] == ["Lead"]


def test_unknown_roles_are_no_matter_where_roles_are_not_known() -> None:
    definition = doctype("Order", row("a"), permissions=[{"role": "Nobody"}])
    assert not check(merged(definition))


@pytest.mark.parametrize(
    ("definition", "error"),
    [
        (doctype("Bad; drop", row("a")), NameError),
        (doctype("Order", row("name")), InvalidFieldNameError),
        (doctype("Order", row("a", "Datta")), DefinitionError),
        (doctype("Order", row("a", "Link", options="Gone")), WrongOptionsDoctypeLinkError),
    ],
)
def test_a_single_record_is_refused_with_frappes_error_class(definition: Definition, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        refuse_record(check(merged(definition)))
    assert type(caught.value) is error


def test_a_missing_link_target_is_a_warning_in_a_folder_and_faults_come_together() -> None:
    refuse(check(merged(doctype("Order", row("a", "Link", options="Gone")))))
    with pytest.raises(DefinitionError) as caught:
        refuse(check(merged(doctype("Order", row("name"), row("a", "Link"), row("b", "Datta")))))
    assert [fault.field for fault in caught.value.errors] == ["b", "name", "a"]


def test_a_change_of_a_source_is_checked_against_what_is_gathered_from_it() -> None:
    order = doctype("Order", row("total", "Currency", rollup=SUM))
    broken = check(merged(order, doctype("Sale", row("order", "Link", options="Order"))), only=["Sale"])
    assert [(p.id, p.doctype) for p in broken] == [("D715", "Order")]
