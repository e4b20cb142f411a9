"""A Frappe app written from definitions: Frappe's layout, and read back nothing but our listed properties is extra."""

from __future__ import annotations

import ast
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import DefinitionError
from crm_platform.metadata.frappe_app import FrappeApp, write_frappe_app
from crm_platform.metadata.layers import Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.properties import OUR_PROPERTIES, PROPERTIES, ROW_PROPERTIES
from crm_platform.metadata.records import Definition
from support.definitions import doctype, record, row

APP = FrappeApp("fleet", 'Fleet "车队"', publisher="Example")
DEFINITIONS = (
    doctype(
        "Service Job",
        row("vehicle", "Link", options="Vehicle"),
        row("total", "Currency", formula="sum(parts, row.amount)"),
        row("parts", "Table", options="Service Part"),
        row("", "Section Break"),
        permissions=[{"role": "技师", "read": 1}],
        is_submittable=1,
        colour="kept",
    ),
    doctype("Service Part", row("amount", "Currency", precision="2"), istable=1),
    record("DocType", name="车辆", module="Custom", custom=1, fields=[row("plate")], sensitivity="Internal"),
    record("Custom Field", dt="Customer", insert_after="customer_name", **row("tier", sensitivity="Personal")),
    record("Property Setter", doc_type="Customer", doctype_or_field="DocType", property="title_field", value="tier"),
    record("Custom DocPerm", parent="Customer", role="技师", read=1),
    record("Workflow", workflow_name="Approval", document_type="Service Job", is_active=1, states=[{"state": "Draft"}]),
    record("Workflow State", workflow_state_name="Draft"),
    record("Print Format", name="Slip", doc_type="Service Job", html="<p>{{ doc.name }} 保修</p>", css="p {}"),
    record("Role", role_name="技师"),
    record("Validation Rule", name="Reachable", rule_name="Reachable"),
)


def keyed(definitions: Any) -> dict[tuple[str, str], Any]:
    return {(d.kind, d.name): {"name": d.name, **d.body} for d in definitions}


def known(definitions: Any) -> list[Definition]:
    return [d for d in definitions if d.kind != "Validation Rule"]


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    written = write_frappe_app(tmp_path / "out", APP, iter(DEFINITIONS))
    loaded = load(tmp_path / "out")
    assert not [p for p in loaded.problems if p.is_error]
    assert keyed(loaded.definitions) == keyed(known(DEFINITIONS))
    assert merge([Layer("p", loaded.definitions)]).definitions.keys() == {"Service Job", "Service Part", "车辆"}
    assert [d.kind for d in written.left_out] == ["Validation Rule"]


def test_nothing_differs_from_frappes_format_but_our_listed_properties(tmp_path: Path) -> None:
    written = write_frappe_app(tmp_path / "out", APP, DEFINITIONS)
    assert written.extra_properties == ("DocField.formula", "DocField.sensitivity", "DocType.sensitivity")
    ours = {"DocType": OUR_PROPERTIES["DocType"], "Custom Field": OUR_PROPERTIES["DocField"]}
    extra = {p.params["key"] for p in load(tmp_path / "out").problems if p.id == "D003"}
    assert extra == {"colour"}
    for kind, properties in ours.items():
        assert set(properties) <= set(PROPERTIES[kind])
    assert set(OUR_PROPERTIES["DocField"]) <= set(ROW_PROPERTIES["DocType", "fields"])


def test_the_folder_is_a_frappe_app(tmp_path: Path) -> None:
    write_frappe_app(tmp_path, APP, DEFINITIONS)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))
    assert (project["project"]["name"], project["project"]["description"]) == ("fleet", 'Fleet "车队"')
    hooks = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse((tmp_path / "fleet/hooks.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert hooks["app_title"] == 'Fleet "车队"'
    assert {"dt": "Role", "filters": [["name", "in", ["技师"]]]} in hooks["fixtures"]
    assert (tmp_path / "fleet/modules.txt").read_text() == "Sales\n"
    folder = tmp_path / "fleet/sales/doctype/service_job"
    assert {path.name for path in folder.iterdir()} == {"__init__.py", "service_job.json", "service_job.py"}
    assert "class ServiceJob(Document)" in (folder / "service_job.py").read_text()
    packages = [path.parent for path in tmp_path.rglob("*.py")]
    assert all((package / "__init__.py").is_file() for package in packages)


def test_a_custom_doctype_of_frappes_own_module_travels_as_fixture(tmp_path: Path) -> None:
    write_frappe_app(tmp_path, APP, DEFINITIONS)
    (body,) = json.loads((tmp_path / "fleet/fixtures/doctype.json").read_text(encoding="utf-8"))
    assert (body["name"], body["custom"]) == ("车辆", 1)


def test_doctypes_whose_folders_would_be_one_are_both_kept(tmp_path: Path) -> None:
    twins = [doctype("Service Job", row("a")), doctype("Service-Job", row("b"))]
    write_frappe_app(tmp_path, APP, twins)
    assert keyed(load(tmp_path).definitions) == keyed(twins)


@pytest.mark.parametrize("module", ["../../outside", "/etc", "..", "a\\b", "Sales/../../x"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, module: str) -> None:
    bad = [record("DocType", name="Lead", module=module), record("DocType", name="../Lead", module="Sales")]
    write_frappe_app(tmp_path / "in" / "out", APP, bad)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["", "Fleet", "my app", "../x", "1st"])
def test_an_app_needs_a_package_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError, match="cannot be the name of an app"):
        write_frappe_app(tmp_path, FrappeApp(name, "Fleet"), DEFINITIONS)


def test_a_folder_with_content_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(DefinitionError, match="not empty"):
        write_frappe_app(tmp_path, APP, DEFINITIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_rights_of_a_team_open_less_in_frappe_never_more(tmp_path: Path) -> None:
    rows = [{"role": "技师", "read": 1, "if_team": 1}, {"role": "主管", "read": 1}]
    given = (
        doctype("Patient", row("full_name"), permissions=rows),
        record("Custom DocPerm", name="p", parent="Customer", role="技师", read=1, if_team=1),
    )
    written = write_frappe_app(tmp_path / "out", APP, given)
    assert written.extra_properties == ("DocPerm.if_team",)
    stored = keyed(load(tmp_path / "out").definitions)
    assert [one.get("if_owner", 0) for one in stored["DocType", "Patient"]["permissions"]] == [1, 0]
    assert stored["Custom DocPerm", "p"]["if_owner"] == 1
