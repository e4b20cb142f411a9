"""The command `search`: asking, and making the index again."""

from __future__ import annotations

from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.testing import TestSite


def run(site: TestSite, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["search", *arguments, "--site", str(site.site.folder.path)])
    return result.exit_code, result.output


def test_asking_with_somebodys_rights(sqlite_site: TestSite) -> None:
    sqlite_site.insert("Territory", territory_name="华东地区")
    sqlite_site.user("nobody@example.com")
    assert run(sqlite_site, "query", "东地") == (0, "Territory 华东地区: 华东地区\n1 found: 1 Territory.\n")
    assert run(sqlite_site, "query", "东地", "--user", "nobody@example.com") == (0, "0 found.\n")
    code, output = run(sqlite_site, "query", "东地", "--doctype", "Nope")
    assert (code, "not found" in output) == (1, True)


def test_making_the_index_again_and_going_on(sqlite_site: TestSite) -> None:
    code, output = run(sqlite_site, "rebuild")
    assert (code, output.endswith(" documents are indexed.\n")) == (0, True)
    assert run(sqlite_site, "rebuild", "--only-missing") == (0, "0 documents are indexed.\n")
