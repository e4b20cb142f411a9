"""The command `export`: files that import reads again, and definitions as a Frappe app."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.metadata.loader import load
from crm_platform.testing import TestSite


def run(site: TestSite, *arguments: str | Path, command: str = "export") -> tuple[int, str]:
    result = CliRunner().invoke(app, [command, "--site", str(site.site.folder.path), *map(str, arguments)])
    return result.exit_code, result.output


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_goes_into_a_file_and_back(sqlite_site: TestSite, tmp_path: Path, kind: str) -> None:
    for name in ("=华北", "华南"):
        sqlite_site.insert("Territory", territory_name=name)
    file = tmp_path / f"a.{kind}"
    assert run(sqlite_site, "Territory", file, "--filters", '[["territory_name", "like", "%华%"]]')[0] == 0
    assert [path.name for path in tmp_path.glob("*a.*")] == [file.name]
    code, output = run(sqlite_site, "Territory", file, command="import")
    assert (code, output) == (0, "0 added, 0 changed, 2 unchanged, 0 refused.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Territory", "a.pdf"), "neither csv nor xlsx"),
        (("Territory", "a.csv", "--filters", "{"), "not valid JSON"),
        (("Territory", "a.csv", "--fields", "nope"), "nope"),
        (("Territory",), "Name a DOCTYPE and a FILE"),
        (("--frappe-app", "my_app", "--pack", "nope"), "There is no pack nope"),
    ],
)
def test_a_refused_export_leaves_nothing(
    sqlite_site: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    code, output = run(sqlite_site, *arguments)
    assert code == 1
    assert sentence in output
    assert list(work.iterdir()) == []


def test_what_the_site_defines_becomes_a_frappe_app(sqlite_site: TestSite, tmp_path: Path) -> None:
    sqlite_site.doctype("车辆", {"fieldname": "plate", "fieldtype": "Data", "label": "车牌"})
    sqlite_site.insert("Custom Field", dt="Customer", fieldname="tier", fieldtype="Data", label="等级")
    sqlite_site.role("技师")
    code, output = run(sqlite_site, "--frappe-app", tmp_path / "fleet")
    assert (code, output.splitlines()[0]) == (0, f"3 definitions are in {tmp_path / 'fleet'}.")
    found = load(tmp_path / "fleet").definitions
    assert {(one.kind, one.name) for one in found} == {
        *(("DocType", "车辆"), ("Custom Field", "Customer-tier"), ("Role", "技师"))
    }


def test_a_pack_becomes_a_frappe_app(sqlite_site: TestSite, tmp_path: Path) -> None:
    code, output = run(sqlite_site, "--frappe-app", tmp_path / "warranty_app", "--pack", "warranty")
    assert (code, "Left out, Frappe has no such kind: Validation Rule" in output) == (0, True)
    kinds = {one.kind for one in load(tmp_path / "warranty_app").definitions}
    assert {"DocType", "Custom Field", "Workflow", "Print Format", "Report"} <= kinds
