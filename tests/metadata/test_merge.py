"""Merging layers: Custom Fields, Property Setters, permissions, workflows, provenance, order and reuse."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from crm_platform.metadata.bodies import body_of
from crm_platform.metadata.layers import CORE, ENGINE, SITE, Layer
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import DocType
from crm_platform.metadata.setters import setters_of
from support.definitions import doctype, merged, record, row

CUSTOMER = doctype(
    "Customer",
    row("customer_name", reqd=1),
    row("level", "Select", options="\n高\n中\n低"),
    row("remarks", "Text"),
    permissions=[{"role": "Sales User", "read": 1}],
)


def custom_field(fieldname: str, insert_after: str = "", **properties: Any) -> Any:
    return record("Custom Field", dt="Customer", insert_after=insert_after, **row(fieldname, **properties))


def setter(field: str, name: str, value: Any, **more: Any) -> Any:
    kind = "DocField" if field else "DocType"
    return record(
        "Property Setter",
        doctype_or_field=kind,
        doc_type="Customer",
        field_name=field,
        property=name,
        value=value,
        **more,
    )


def names(found: DocType) -> list[str]:
    return [f.fieldname for f in found.fields]


def ids(problems: Any) -> list[str]:
    return [problem.id for problem in problems]


def test_custom_field_stands_after_the_field_it_names() -> None:
    result = merged(CUSTOMER, warranty=(custom_field("保修", "level"), custom_field("serial", "保修")))
    customer = result.definitions["Customer"]
    assert names(customer) == ["customer_name", "level", "保修", "serial", "remarks"]
    assert customer.layer_of("options", "level") == CORE
    assert customer.layer_of("label", "serial") == "warranty"
    assert not result.problems


@pytest.mark.parametrize(
    ("after", "expected"),
    [("", 0), ("append", 3), ("gone", 3), ("x", 3), ("customer_name", 1)],
    ids=["top", "end", "missing anchor", "itself", "first"],
)
def test_place_of_a_custom_field(after: str, expected: int) -> None:
    customer = merged(CUSTOMER, site=(custom_field("x", after),)).definitions["Customer"]
    assert names(customer).index("x") == expected


def test_custom_field_of_a_taken_name_is_refused_and_names_the_layer() -> None:
    result = merged(CUSTOMER, site=(custom_field("level"),))
    assert ids(result.problems) == ["D021"]
    assert result.problems[0].params["layer"] == CORE
    assert names(result.definitions["Customer"]) == ["customer_name", "level", "remarks"]


def test_two_packs_with_another_custom_field_of_one_name_get_one_and_a_fault() -> None:
    result = merged(CUSTOMER, alpha=(custom_field("tier"),), beta=(custom_field("tier", label="Other"),))
    assert ids(result.problems) == ["D021"]
    assert result.definitions["Customer"].by_name["tier"].layer == "alpha"


def test_two_packs_with_the_very_same_custom_field_share_it_and_the_site_does_not() -> None:
    shared = merged(CUSTOMER, alpha=(custom_field("tier"),), beta=(custom_field("tier"),))
    assert ids(shared.problems) == []
    assert shared.definitions["Customer"].by_name["tier"].layer == "alpha"
    own = merged(CUSTOMER, alpha=(custom_field("tier"),), site=(custom_field("tier"),))
    assert ids(own.problems) == ["D021"]


def test_custom_field_for_a_missing_doctype_is_a_warning() -> None:
    result = merged(CUSTOMER, site=(record("Custom Field", dt="Vehicle", **row("vin")),))
    assert [(p.id, p.level) for p in result.problems] == [("D011", "warning")]


@pytest.mark.parametrize(
    ("name", "value", "property_type", "attribute", "expected"),
    [
        ("reqd", "1", "Check", "reqd", True),
        ("permlevel", "2", "Int", "permlevel", 2),
        ("precision", "4", "Select", "precision", 4),
        ("options", "A\nB", "Text", "options", "A\nB"),
        ("label", "客户等级", "Data", "label", "客户等级"),
        ("default", 3, "Text", "default", "3"),
    ],
)
def test_property_setter_converts_to_the_type_of_the_property(
    name: str, value: Any, property_type: str, attribute: str, expected: Any
) -> None:
    customer = merged(CUSTOMER, site=(setter("level", name, value, property_type=property_type),)).definitions[
        "Customer"
    ]
    assert getattr(customer.by_name["level"], attribute) == expected
    assert customer.layer_of(name, "level") == SITE
    assert customer.layer_of("fieldtype", "level") == CORE


@pytest.mark.parametrize(
    ("field", "name", "value", "fault"),
    [
        ("level", "reqd", "maybe", "D022"),
        ("level", "permlevel", "two", "D022"),
        ("level", "fieldname", "other", "D022"),
        ("", "istable", "1", "D022"),
        ("level", "fieldtype", "Datta", "D020"),
        ("gone", "reqd", "1", "D023"),
    ],
)
def test_property_setter_that_cannot_apply_is_reported_and_changes_nothing(
    field: str, name: str, value: Any, fault: str
) -> None:
    result = merged(CUSTOMER, site=(setter(field, name, value),))
    assert ids(result.problems) == [fault]
    assert body_of(result.definitions["Customer"]) == body_of(merged(CUSTOMER).definitions["Customer"])


def test_property_setter_of_a_row_changes_that_row_only() -> None:
    links = [{"name": "l1", "group": "Sales"}, {"name": "l2", "group": "Sales"}]
    lead = doctype("Lead", row("a"), links=links)
    change = record(
        "Property Setter",
        doctype_or_field="DocType Link",
        doc_type="Lead",
        row_name="l2",
        property="group",
        value="服务",
    )
    assert merged(lead, site=(change,)).definitions["Lead"].properties["links"] == [
        links[0],
        {"name": "l2", "group": "服务"},
    ]


@pytest.mark.parametrize("target", ["name", "fields", "Customer"])
def test_property_setter_of_an_unknown_target_is_reported_and_changes_nothing(target: str) -> None:
    change = record("Property Setter", doctype_or_field=target, doc_type="Customer", property="label", value="x")
    result = merged(CUSTOMER, site=(change,))
    assert ids(result.problems) == ["D022"]
    assert target in result.problems[0].message()
    assert body_of(result.definitions["Customer"]) == body_of(merged(CUSTOMER).definitions["Customer"])


def test_B16_a_field_put_on_again_starts_with_its_own_rights() -> None:
    secret, grant = custom_field("secret", permlevel=2), setter("secret", "permlevel", "0")
    site = (secret, grant, setter("level", "permlevel", "1"), setter("", "title_field", "secret"))
    assert merged(CUSTOMER, site=site).definitions["Customer"].by_name["secret"].permlevel == 0
    gone = [secret, *setters_of(site, "Customer", "secret")]
    assert gone == [secret, grant]
    again = (*(definition for definition in site if definition not in gone), secret)
    assert merged(CUSTOMER, site=again).definitions["Customer"].by_name["secret"].permlevel == 2


def test_the_uppermost_layer_wins_a_property() -> None:
    result = merged(CUSTOMER, pack=(setter("", "title_field", "level"),), site=(setter("", "title_field", "remarks"),))
    customer = result.definitions["Customer"]
    assert (customer.title_field, customer.layer_of("title_field")) == ("remarks", SITE)


def test_field_order_of_the_site_moves_custom_fields_too() -> None:
    order = setter("", "field_order", '["tier", "remarks", "customer_name"]')
    customer = merged(CUSTOMER, site=(custom_field("tier", "level"), order)).definitions["Customer"]
    assert names(customer) == ["tier", "remarks", "customer_name", "level"]


def test_custom_permissions_replace_the_standard_rows_and_the_site_those_of_packs() -> None:
    def grant(role: str) -> Any:
        return record("Custom DocPerm", parent="Customer", role=role, read=1)

    packs = {"alpha": (grant("Auditor"),), "beta": (grant("Manager"),)}
    customer = merged(CUSTOMER, **packs).definitions["Customer"]
    assert [row.role for row in customer.permissions] == ["Auditor", "Manager"]
    customer = merged(CUSTOMER, **packs, site=(grant("销售"),)).definitions["Customer"]
    assert [(row.role, row.actions) for row in customer.permissions] == [("销售", {"read"})]
    assert customer.layer_of("permissions") == SITE


def test_a_submittable_tree_gets_the_fields_of_its_kind() -> None:
    found = merged(doctype("Sales Area", row("title"), is_submittable=1, is_tree=1)).definitions["Sales Area"]
    assert names(found)[1:] == ["amended_from", "lft", "rgt", "is_group", "old_parent", "parent_sales_area"]
    assert found.by_name["lft"].layer == ENGINE
    assert found.tree_parent == "parent_sales_area"


def test_fields_of_its_kind_that_a_definition_has_stay_as_they_are() -> None:
    own = row("amended_from", "Link", options="Deal", label="修订自")
    found = merged(doctype("Deal", own, is_submittable=1)).definitions["Deal"]
    assert [f.label for f in found.fields] == ["修订自"]


def workflow(name: str, active: int = 1, **more: Any) -> Any:
    return record(
        "Workflow",
        workflow_name=name,
        document_type="Customer",
        is_active=active,
        states=[{"state": "Draft", "doc_status": "0", "allow_edit": "Sales User"}],
        **more,
    )


def test_an_active_workflow_brings_its_state_field_hidden_and_read_only() -> None:
    result = merged(CUSTOMER, site=(workflow("审批"),))
    field = result.definitions["Customer"].by_name["workflow_state"]
    assert (field.hidden, field.read_only, field.options, field.layer) == (True, True, "Workflow State", ENGINE)
    assert result.definitions.workflows["Customer"].states[0].doc_status == 0


def test_one_workflow_per_doctype_the_uppermost_and_an_inactive_record_takes_it_back() -> None:
    pack = (workflow("Approval"), workflow("Other", active=0))
    assert merged(CUSTOMER, pack=pack).definitions.workflows["Customer"].name == "Approval"
    assert merged(CUSTOMER, pack=pack, site=(workflow("Ours"),)).definitions.workflows["Customer"].name == "Ours"
    switched_off = merged(CUSTOMER, pack=pack, site=(workflow("Approval", active=0),)).definitions
    assert not switched_off.workflows
    assert "workflow_state" not in switched_off["Customer"].by_name


def test_one_doctype_in_two_layers_is_refused_and_the_lower_stays() -> None:
    result = merged(CUSTOMER, site=(doctype("Customer", row("mine")),))
    assert ids(result.problems) == ["D010"]
    assert names(result.definitions["Customer"]) == ["customer_name", "level", "remarks"]


def test_packs_apply_in_the_same_order_however_they_are_given() -> None:
    layers = [
        Layer(CORE, (CUSTOMER,)),
        Layer("zeta", (setter("", "title_field", "zeta"),)),
        Layer("alpha", (setter("", "title_field", "alpha"),), requires=("zeta",)),
        Layer("beta", (custom_field("b"),)),
        Layer(SITE, (custom_field("s", "b"),)),
    ]
    found = {str(body_of(merge(given).definitions["Customer"])) for given in permutations(layers)}
    assert len(found) == 1
    assert "'title_field': 'alpha'" in found.pop()


def test_merging_again_takes_over_what_did_not_change() -> None:
    other = doctype("Contact", row("first_name"))
    before = merge([Layer(CORE, (CUSTOMER, other))])
    after = merge([Layer(CORE, (CUSTOMER, other)), Layer(SITE, (custom_field("tier"),))], before)
    assert after.definitions["Contact"] is before.definitions["Contact"]
    assert "tier" in after.definitions["Customer"].by_name
    assert "tier" not in before.definitions["Customer"].by_name


def test_links_of_a_customisation_are_added() -> None:
    link = record("DocType Link", parent="Customer", name="l1", link_doctype="Deal", link_fieldname="customer")
    customer = merged(CUSTOMER, site=(link,)).definitions["Customer"]
    assert [row["link_doctype"] for row in customer.properties["links"]] == ["Deal"]


def test_states_of_a_delivered_doctype_are_changed_as_a_whole() -> None:
    states = '[{"title": "进行中", "color": "Orange"}]'
    change = setter("", "states", states)
    assert merged(CUSTOMER, site=(change,)).definitions["Customer"].properties["states"] == [
        {"title": "进行中", "color": "Orange"}
    ]
    for broken in ("{}", "[1]", "nope"):
        assert ids(merged(CUSTOMER, site=(setter("", "states", broken),)).problems) == ["D022"]
