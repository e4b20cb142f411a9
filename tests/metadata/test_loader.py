"""Reading folders of definitions in Frappe's and in our layout; what cannot be read is named and stops nothing."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from crm_platform.metadata.loader import load
from support.sabotage import defended_by, nothing

LEAD = {"doctype": "DocType", "name": "Lead", "fields": [{"fieldname": "title", "fieldtype": "Data"}]}


def write(root: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    return root


def found(root: Any) -> set[tuple[str, str]]:
    loaded = load(root)
    assert not [p for p in loaded.problems if p.is_error]
    return {(d.kind, d.name) for d in loaded.definitions}


FLAT = {
    "doctypes/sales/lead.json": {"name": "Lead"},
    "custom_fields/客户.json": [{"dt": "Customer", "fieldname": "tier", "fieldtype": "Data"}],
    "property_setters/customer.json": [
        {"doc_type": "Customer", "field_name": "tier", "property": "reqd", "value": "1"}
    ],
    "custom_permissions/customer.json": [{"parent": "Customer", "role": "Sales User", "read": 1}],
    "workflows/approval.json": {"workflow_name": "Approval", "document_type": "Lead"},
    "roles/clerk.json": {"role_name": "Clerk"},
    "rules/reach.json": {"name": "Reachable"},
    "reports/open.json": {"report_name": "Open Leads"},
    "fixtures/any.json": [{"doctype": "Territory", "name": "华东"}],
}
FRAPPE = {
    "app/sales/doctype/lead/lead.json": LEAD,
    "app/sales/doctype/lead/test_records.json": [{"doctype": "Lead", "title": "x"}],
    "app/sales/doctype/lead/fixtures/web_hook.json": {"id": 1},
    "app/sales/workflow/approval/approval.json": {"doctype": "Workflow", "name": "Approval"},
    "app/sales/workspace/sales/sales.json": {"doctype": "Workspace", "name": "Sales"},
    "app/sales/custom/customer.json": {
        "doctype": "Customer",
        "custom_fields": [{"fieldname": "tier", "fieldtype": "Data"}],
        "property_setters": [{"name": "Customer-main-title_field", "property": "title_field", "value": "tier"}],
        "custom_perms": [{"role": "Sales User", "read": 1}],
        "links": [{"name": "l1", "link_doctype": "Lead"}],
    },
    "app/fixtures/role.json": [{"doctype": "Role", "name": "Clerk"}],
    "package.json": {"name": "app"},
    "tsconfig.json": "{ // no JSON\n}",
    "node_modules/x/doctype/y/y.json": "{",
    ".git/doctype/y/y.json": "{",
}


def test_our_flat_layout_needs_no_doctype_key(tmp_path: Path) -> None:
    assert found(write(tmp_path, FLAT)) == {
        ("DocType", "Lead"),
        ("Custom Field", "Customer-tier"),
        ("Property Setter", "Customer-tier-reqd"),
        ("Custom DocPerm", "Customer-Sales User"),
        ("Workflow", "Approval"),
        ("Role", "Clerk"),
        ("Validation Rule", "Reachable"),
        ("Report", "Open Leads"),
        ("Territory", "华东"),
    }


def test_frappes_app_layout_with_what_else_an_app_holds(tmp_path: Path) -> None:
    assert found(write(tmp_path, FRAPPE)) == {
        ("DocType", "Lead"),
        ("Workflow", "Approval"),
        ("Custom Field", "Customer-tier"),
        ("Property Setter", "Customer-main-title_field"),
        ("Custom DocPerm", "Customer-Sales User"),
        ("DocType Link", "l1"),
        ("Role", "Clerk"),
        ("Workspace", "Sales"),
    }


def test_a_folder_of_one_kind_may_be_given_itself(tmp_path: Path) -> None:
    assert found(write(tmp_path, {"doctypes/lead.json": {"name": "Lead"}}) / "doctypes") == {("DocType", "Lead")}


def test_a_single_file_anywhere_counts_when_it_is_named(tmp_path: Path) -> None:
    assert found(write(tmp_path, {"my lead.json": LEAD}) / "my lead.json") == {("DocType", "Lead")}


def test_loose_files_of_a_folder_count_when_they_say_what_they_are(tmp_path: Path) -> None:
    other = {"doctype": "Sales Invoice", "name": "INV-1"}
    assert found(write(tmp_path, {"lead.json": LEAD, "data.json": other, "list.json": [1]})) == {("DocType", "Lead")}


def test_half_a_file_in_a_folder_is_told_and_stops_nothing(tmp_path: Path) -> None:
    half = json.dumps(LEAD)[len('{"doctype": "DocType", ') : 60]
    loaded = load(write(tmp_path, {"lead.json": LEAD, "half.json": half}))
    assert [d.name for d in loaded.definitions] == ["Lead"]
    assert [(p.id, p.level, Path(p.source).name) for p in loaded.problems] == [("D001", "warning", "half.json")]


def test_definitions_are_read_out_of_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as archive:
        archive.writestr("pack/doctypes/lead.json", json.dumps(LEAD))
    assert found(zipfile.Path(tmp_path / "pack.zip", "pack/")) == {("DocType", "Lead")}


def test_html_and_css_beside_a_print_format_are_its_own(tmp_path: Path) -> None:
    write(tmp_path, {"print_formats/slip.json": {"name": "Slip"}, "print_formats/slip.html": "<p>保修单</p>"})
    write(tmp_path, {"print_formats/slip.css": "p { color: red }"})
    (definition,) = load(tmp_path).definitions
    assert (definition.body["html"], definition.body["css"]) == ("<p>保修单</p>", "p { color: red }")


def test_html_that_is_no_text_is_a_fault_of_that_print_format_alone(tmp_path: Path) -> None:
    write(tmp_path, {"print_formats/slip.json": {"name": "Slip"}, "doctypes/lead.json": LEAD})
    (tmp_path / "print_formats/slip.html").write_bytes(b"\xff\xfe")
    loaded = load(tmp_path)
    assert {d.name for d in loaded.definitions} == {"Slip", "Lead"}
    assert [p.id for p in loaded.problems] == ["D001"]


@defended_by("crm_platform.metadata.loader:_File.fault", replace_with=nothing)
@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{\n "name": "Lead",\n "fields": [', 3),
        ("[1,\n 2]", 1),
        ('{"fields": []}', 1),
        ("null", 1),
        ('[\n{"name": "A"},\n"B"]', 3),
    ],
    ids=["truncated", "numbers", "no name", "null", "text in a list"],
)
def test_X21_a_broken_file_is_named_with_its_line_and_stops_no_other(tmp_path: Path, content: str, line: int) -> None:
    write(tmp_path, {"doctypes/bad.json": content, "doctypes/lead.json": LEAD})
    loaded = load(tmp_path, "defs")
    assert "Lead" in {d.name for d in loaded.definitions}
    problem = loaded.problems[0]
    assert (problem.id, problem.source, problem.line) == ("D001", "defs/doctypes/bad.json", line)


@defended_by("crm_platform.metadata.loader:check_shape", replace_with=lambda definition: (definition, []))
def test_X21_a_wrong_type_is_named_with_line_and_key_and_left_out(tmp_path: Path) -> None:
    fields = [{"fieldname": "a", "fieldtype": "Data"}, {"fieldname": "b", "fieldtype": "Data", "reqd": "maybe"}, 7]
    write(tmp_path, {"doctypes/lead.json": {**LEAD, "fields": fields, "istable": [1]}})
    loaded = load(tmp_path, "defs")
    text = (tmp_path / "doctypes/lead.json").read_text().split("\n")
    places = {p.key: text[p.line - 1].strip() for p in loaded.problems if p.id == "D002"}
    assert places == {"fields[1].reqd": '"reqd": "maybe"', "fields[2]": "7", "istable": '"istable": ['}
    body = loaded.definitions[0].body
    assert "reqd" not in body["fields"][1]
    assert len(body["fields"]) == 2
    assert "istable" not in body


def test_unknown_keys_are_kept_and_listed(tmp_path: Path) -> None:
    write(tmp_path, {"doctypes/lead.json": {**LEAD, "colour": "red"}})
    loaded = load(tmp_path)
    assert loaded.definitions[0].body["colour"] == "red"
    assert [(p.id, p.level, p.key) for p in loaded.problems] == [("D003", "warning", "colour")]


def test_a_customisation_with_wrong_lists_names_them(tmp_path: Path) -> None:
    write(tmp_path, {"a/custom/x.json": {"custom_fields": {}, "property_setters": ["no"]}, "a/custom/y.json": []})
    keys = [p.params.get("key") for p in load(tmp_path).problems]
    assert keys == ["custom_fields", "property_setters[0]", None]


def test_a_path_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    assert [p.id for p in load(tmp_path / "gone").problems] == ["D001"]


def test_a_link_that_leads_back_up_ends(tmp_path: Path) -> None:
    write(tmp_path, {"doctypes/lead.json": LEAD})
    (tmp_path / "doctypes/again").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path) == {("DocType", "Lead")}
