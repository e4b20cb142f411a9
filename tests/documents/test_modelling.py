"""Definitions as documents: live at once in every process, checked whole, taken back with the data they hid."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.database.portable import digest
from crm_platform.documents import modelling, recompute
from crm_platform.documents import rollback as rolling_back
from crm_platform.errors import (
    CRMError,
    DefinitionError,
    DuplicateEntryError,
    InvalidFieldNameError,
    NameError,
    ValidationError,
    WrongOptionsDoctypeLinkError,
)
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite
from support.sabotage import always, defended_by, nothing

TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}


@pytest.fixture
def gifts(site: TestSite) -> TestSite:
    site.doctype("Gift", TITLE, autoname="field:title")
    site.insert("Gift", title="茶")
    return site


def add_field(site: TestSite, **values: Any) -> str:
    body = {"dt": "Gift", "fieldname": "tier", "fieldtype": "Data", "label": "Tier", "insert_after": "title", **values}
    return str(site.insert("Custom Field", **body).name)


def apply(site: TestSite, kind: str, name: str, **body: Any) -> modelling.Planned:
    return site.system(lambda ctx: modelling.apply(ctx, {(kind, name): {"doctype": kind, **body}}, f"{kind} {name}"))


def rollback(site: TestSite) -> str:
    return site.system(rolling_back.rollback).plan.title


def test_another_process_sees_a_new_field_at_its_next_request(gifts: TestSite) -> None:
    other = TestSite(open_site(gifts.site.folder.path))
    assert other.get("Gift", "茶").meta.field("tier") is None
    add_field(gifts)
    assert other.update("Gift", "茶", tier="金").tier == "金"
    other.site.close()


def test_a_removed_field_is_hidden_and_its_values_wait(gifts: TestSite) -> None:
    name = add_field(gifts)
    gifts.update("Gift", "茶", tier="金")
    gifts.write(lambda ctx: ctx.store.delete("Custom Field", name))
    with pytest.raises(ValidationError, match="tier"):
        gifts.update("Gift", "茶", tier="银")
    add_field(gifts)
    assert gifts.get("Gift", "茶").tier == "金"


def test_rollback_takes_the_newest_plan_back_and_then_the_one_before(gifts: TestSite) -> None:
    add_field(gifts)
    gifts.update("Gift", "茶", tier="金")
    setter = {
        "doctype_or_field": "DocField",
        "doc_type": "Gift",
        "field_name": "tier",
        "property": "reqd",
        "value": "1",
    }
    gifts.insert("Property Setter", property_type="Check", **setter)
    with pytest.raises(ValidationError):
        gifts.update("Gift", "茶", tier="")
    assert rollback(gifts).startswith("Property Setter")
    assert gifts.read(lambda ctx: ctx.store.count("Property Setter")) == 0
    assert rollback(gifts) == "Custom Field Gift-tier"
    assert gifts.get("Gift", "茶").meta.field("tier") is None
    assert rollback(gifts) == "DocType Gift"
    with pytest.raises(CRMError, match="DocType Gift not found"):
        gifts.get("Gift", "茶")
    with pytest.raises(ValidationError, match="no applied plan"):
        rollback(gifts)


def test_a_changed_type_comes_back_exactly(gifts: TestSite) -> None:
    body = {
        "module": "CRM",
        "autoname": "field:title",
        "permissions": [{"role": "System Manager", "read": 1, "write": 1}],
    }
    rows = [TITLE, {"fieldname": "size", "fieldtype": "Data", "label": "Size"}]
    apply(gifts, "DocType", "Gift", fields=rows, **body)
    gifts.update("Gift", "茶", size="12 kg")
    planned = apply(gifts, "DocType", "Gift", fields=[TITLE, {**rows[1], "fieldtype": "Int"}], **body)
    assert [(step.action, step.risk) for step in planned.steps] == [("convert column", "lossy")]
    assert gifts.get("Gift", "茶").size in (0, None)
    rollback(gifts)
    assert gifts.get("Gift", "茶").size == "12 kg"


def test_computed_values_follow_a_formula_back(gifts: TestSite) -> None:
    body = {"dt": "Gift", "fieldname": "shown", "fieldtype": "Data", "label": "Shown"}
    for formula in ("doc.title + '一'", "doc.title + '二'"):
        apply(gifts, "Custom Field", "Gift-shown", formula=formula, **body)
    assert gifts.get("Gift", "茶").shown == "茶二"
    rollback(gifts)
    assert gifts.get("Gift", "茶").shown == "茶一"
    assert gifts.read(lambda ctx: list(recompute.differences(ctx))) == []


REFUSED: list[tuple[dict[str, Any], type[CRMError]]] = [
    ({"name": "Bad; drop"}, NameError),
    ({"name": "Gift"}, DuplicateEntryError),
    ({"name": "X", "fields": [{"fieldname": "name", "fieldtype": "Data", "label": "N"}]}, InvalidFieldNameError),
    ({"name": "X", "fields": [{"fieldname": "a", "fieldtype": "Nope", "label": "A"}]}, ValidationError),
    ({"name": "X", "fields": [{"fieldname": "a", "fieldtype": "Link", "options": "Y"}]}, WrongOptionsDoctypeLinkError),
    ({"name": "X", "fields": [{"fieldname": "a", "fieldtype": "Table", "options": "User"}]}, DefinitionError),
    ({"name": "X", "autoname": "field:nope"}, DefinitionError),
    ({"name": "X", "is_submittable": 1, "issingle": 1, "istable": 1}, DefinitionError),
]


@defended_by("crm_platform.documents.modelling:refuse_record", replace_with=nothing)
@pytest.mark.parametrize(("body", "error"), REFUSED, ids=lambda value: str(value)[:40])
def test_A09_a_faulty_definition_is_refused_and_leaves_nothing(
    gifts: TestSite, body: dict[str, Any], error: type[CRMError]
) -> None:
    before = gifts.site.runtime.database.read(digest)
    with pytest.raises(error):
        gifts.insert("DocType", module="CRM", custom=1, **body)
    assert gifts.site.runtime.database.read(digest) == before


def test_a_field_is_added_once(gifts: TestSite) -> None:
    add_field(gifts)
    with pytest.raises(ValidationError, match="A field with the name tier already exists in Gift"):
        add_field(gifts)


def test_what_the_product_delivers_is_not_edited_in_place(gifts: TestSite) -> None:
    with pytest.raises(DefinitionError, match="Custom Field or a Property Setter"):
        gifts.update("DocType", "Customer", title_field="")
    with pytest.raises(DefinitionError):
        gifts.write(lambda ctx: ctx.store.delete("DocType", "Customer"))


def test_unknown_keys_of_a_definition_are_kept(gifts: TestSite) -> None:
    gifts.doctype("Odd", {**TITLE, "my_flag": 7}, made_by="甲")
    meta = gifts.read(lambda ctx: ctx.definitions["Odd"])
    assert meta.properties["made_by"] == "甲"
    assert meta.by_name["title"].properties["my_flag"] == 7


@defended_by("crm_platform.documents.modelling:setters_of", replace_with=always([]))
def test_B16_a_field_made_again_does_not_inherit(gifts: TestSite) -> None:
    name = add_field(gifts)
    setter = {
        "doctype_or_field": "DocField",
        "doc_type": "Gift",
        "field_name": "tier",
        "property": "permlevel",
        "value": "2",
    }
    gifts.insert("Property Setter", property_type="Int", **setter)
    gifts.write(lambda ctx: ctx.store.delete("Custom Field", name))
    add_field(gifts)
    assert gifts.get("Gift", "茶").meta.by_name["tier"].permlevel == 0
    assert gifts.read(lambda ctx: ctx.store.count("Property Setter")) == 0


def test_custom_permissions_replace_the_standard_rows(gifts: TestSite) -> None:
    gifts.role("Clerk")
    clerk = gifts.user("clerk@example.com", "Clerk")
    with pytest.raises(CRMError, match="No permission"):
        gifts.get("Gift", "茶", clerk)
    gifts.insert("Custom DocPerm", parent="Gift", role="Clerk", read=1)
    assert gifts.get("Gift", "茶", clerk).title == "茶"


def test_existing_documents_get_the_first_state_of_a_new_workflow(gifts: TestSite) -> None:
    for state in ("Draft Gift", "Given"):
        gifts.insert("Workflow State", workflow_state_name=state)
    gifts.insert("Workflow Action Master", workflow_action_name="Give")
    manager = "System Manager"
    gifts.insert(
        "Workflow",
        workflow_name="Gift Flow",
        document_type="Gift",
        is_active=1,
        states=[{"state": s, "doc_status": "0", "allow_edit": manager} for s in ("Draft Gift", "Given")],
        transitions=[{"state": "Draft Gift", "action": "Give", "next_state": "Given", "allowed": manager}],
    )
    assert gifts.get("Gift", "茶").workflow_state == "Draft Gift"
    assert gifts.insert("Gift", title="二").workflow_state == "Draft Gift"


def test_a_setter_of_the_doctype_itself_is_named_as_in_frappe(gifts: TestSite) -> None:
    setter = {"doctype_or_field": "DocType", "doc_type": "Gift", "property": "title_field", "value": "title"}
    made = gifts.insert("Property Setter", property_type="Data", **setter)
    assert made.name == "Gift-main-title_field"
    assert gifts.get("Gift", "茶").meta.title_field == "title"
