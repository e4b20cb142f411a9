"""The shipped definitions: no check objects, nothing is open by default, records hold all of Frappe's properties."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from crm_platform.metadata.checks import check
from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.loader import Loaded, load
from crm_platform.metadata.merge import Merged, merge
from crm_platform.metadata.model import DocType
from crm_platform.metadata.properties import CUSTOM_FIELD, DOCFIELD, DOCPERM, DOCTYPE, PROPERTY_SETTER, WORKFLOW
from crm_platform.metadata.records import Definition

ROOT = Path(__file__).resolve().parents[2]
CORE_FOLDERS = ("crm_platform/doctypes", "crm_platform/roles", "crm_platform/fixtures", "workflows", "print_formats")
DEFINITION_KINDS = (
    "DocType",
    "Custom Field",
    "Property Setter",
    "Custom DocPerm",
    "Workflow",
    "Print Format",
    "Report",
    "Number Card",
    "Dashboard Chart",
    "Dashboard",
    "Workspace",
    "Role",
    "Validation Rule",
)
LEGACY = frozenset(
    [
        "_last_update",
        "allow_bulk_edit",
        "name_case",
        "read_only_onload",
        "apply_user_permissions",
        "conditions",
        "default_print_hide",
        "default_value",
        "documentation_url",
        "field_order",
        "grid_page_length_fixed",
        "hide_heading",
        "image_view",
        "match",
        "menu_index",
        "oldfieldname",
        "oldfieldtype",
        "parent_node",
        "print_outline",
        "priority",
        "recipient_account_field_enabled",
        "select_doctype",
        "set_user_permissions",
        "show_days",
        "show_seconds",
        "smallicon",
        "sms_settings",
        "trigger",
        "user_permission_doctypes",
        "version",
    ]
)
"""Keys of old or very new Frappe files that are kept when a file is read and have no field on a form."""


@pytest.fixture(scope="module")
def loaded() -> Mapping[str, Loaded]:
    return {folder: load(ROOT / folder) for folder in (*CORE_FOLDERS, "plugins/warranty")}


@pytest.fixture(scope="module")
def records(loaded: Mapping[str, Loaded]) -> list[Definition]:
    return [definition for part in loaded.values() for definition in part.definitions]


@pytest.fixture(scope="module")
def model(loaded: Mapping[str, Loaded]) -> Merged:
    core = tuple(definition for folder in CORE_FOLDERS for definition in loaded[folder].definitions)
    return merge([Layer(CORE, core), Layer("warranty", loaded["plugins/warranty"].definitions)])


def test_nothing_is_wrong_but_fieldnames_that_are_frappes(
    loaded: Mapping[str, Loaded], records: list[Definition], model: Merged
) -> None:
    roles = [record.name for record in records if record.kind == "Role"]
    problems = [*(p for part in loaded.values() for p in part.problems), *check(model, roles)]
    assert [(p.id, p.doctype, p.fieldname) for p in problems] == [
        ("D117", "Custom DocPerm", "import"),
        ("D117", "Custom Field", "columns"),
        ("D117", "DocField", "columns"),
        ("D117", "DocPerm", "import"),
        ("D117", "Report", "columns"),
        ("D117", "Call Log", "from"),
    ]


@pytest.mark.parametrize(
    ("doctype", "properties"),
    [
        ("DocType", DOCTYPE),
        ("DocField", DOCFIELD),
        ("DocPerm", DOCPERM),
        ("Custom Field", CUSTOM_FIELD),
        ("Custom DocPerm", DOCPERM),
        ("Property Setter", PROPERTY_SETTER),
        ("Workflow", WORKFLOW),
    ],
)
def test_a_definition_record_holds_every_property(model: Merged, doctype: str, properties: Mapping[str, str]) -> None:
    assert properties.keys() - LEGACY <= model.definitions[doctype].by_name.keys()


def granted(doctype: DocType) -> dict[str, frozenset[str]]:
    return {row.role: row.actions for row in doctype.permissions}


@pytest.mark.parametrize("kind", DEFINITION_KINDS)
def test_only_the_system_manager_touches_definitions(model: Merged, kind: str) -> None:
    assert granted(model.definitions[kind]).keys() == {"System Manager"}


def test_a_guest_gets_nothing_and_everybody_only_reads(model: Merged) -> None:
    rows = [row for doctype in model.definitions.values() for row in doctype.permissions]
    assert not [row for row in rows if row.role == "Guest"]
    assert {action for row in rows if row.role == "All" for action in row.actions} == {"select", "read"}


def test_staff_change_shared_records_only_where_they_own_them(model: Merged) -> None:
    open_to_staff = {
        doctype.name
        for doctype in model.definitions.values()
        for row in doctype.permissions
        if row.role == "Desk User" and not row.if_owner and row.actions & {"write", "delete", "share"}
    }
    assert open_to_staff == set()


def test_sales_staff_may_not_delete_or_export_customers(model: Merged) -> None:
    for name in ("Customer", "Contact", "Address", "Opportunity", "Lead"):
        rights = granted(model.definitions[name])
        assert not rights["Sales User"] & {"delete", "export", "import"}
        assert rights["Sales Manager"] >= {"delete", "export", "import"}


def test_every_standard_record_fits_its_doctype(records: list[Definition], model: Merged) -> None:
    names = {(record.kind, record.name) for record in records}
    for record in records:
        doctype = model.definitions[record.kind]
        for key, value in record.body.items():
            field = doctype.field(key)
            assert field or key in ("doctype", "name"), f"{record.source}: {key}"
            if field and field.fieldtype == "Select":
                assert value in field.choices, f"{record.source}: {key} {value}"
            if field and field.fieldtype == "Link" and value:
                assert (field.options, value) in names, f"{record.source}: {key} {value}"


def test_the_pack_reaches_a_doctype_it_does_not_own_and_leaves_no_trace(
    loaded: Mapping[str, Loaded], model: Merged
) -> None:
    field = model.definitions["Customer"].field("service_level")
    assert field and field.layer == "warranty"
    core = tuple(definition for folder in CORE_FOLDERS for definition in loaded[folder].definitions)
    alone = merge([Layer(CORE, core)]).definitions
    assert "Warranty Claim" not in alone
    assert alone["Customer"].field("service_level") is None
    assert not alone["Customer"].by_name["mobile_no"].in_list_view
