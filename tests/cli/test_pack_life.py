"""crm-platform pack enable, upgrade, uninstall, import: the plan that is shown, the question, the data that return."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_platform.cli.main import app
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

Command = Callable[..., Result]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, sqlite_site: TestSite) -> Command:
    """`crm-platform pack …` on a site, nobody at the keyboard, on a wide screen."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("CRM_SITE", str(sqlite_site.site.folder.path))
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, ["pack", *map(str, arguments)])


def claims(site: TestSite) -> int:
    """The claims that a fresh process finds."""
    opened = TestSite(open_site(site.site.folder.path))
    try:
        return opened.read(lambda ctx: ctx.store.count("Warranty Claim"))
    finally:
        opened.site.close()


def test_a_pack_comes_with_its_plan_and_goes_with_its_data_kept_elsewhere(
    command: Command, sqlite_site: TestSite, tmp_path: Path
) -> None:
    enabled = command("enable", "warranty", "--yes")
    assert enabled.exit_code == 0, enabled.output
    for shown in ("DocType added", "Create the table of Warranty Claim", "Records, new:", "Pack warranty is enabled."):
        assert shown in enabled.output
    opened = TestSite(open_site(sqlite_site.site.folder.path))
    customer = opened.insert("Customer", customer_name="北京科技", customer_type="Company").name
    opened.insert("Warranty Claim", customer=customer, complaint="坏了")
    opened.site.close()
    file = tmp_path / "warranty.jsonl"
    assert command("uninstall", "warranty").exit_code == 2
    refused = command("uninstall", "warranty", "--drop")
    assert (refused.exit_code, "Steps marked lossy give up something" in refused.output) == (1, True)
    assert claims(sqlite_site) == 1
    gone = command("uninstall", "warranty", "--export", file, "--yes")
    assert gone.exit_code == 0, gone.output
    assert "Nothing of it is left." in gone.output
    assert command("uninstall", "warranty", "--keep").exit_code == 1
    command("enable", "warranty", "--yes")
    assert claims(sqlite_site) == 0
    back = command("import", file)
    assert (back.exit_code, "came back" in back.output) == (0, True)
    assert claims(sqlite_site) == 1
    assert command("uninstall", "warranty", "--keep", "--yes").exit_code == 0
    command("enable", "warranty", "--yes")
    assert claims(sqlite_site) == 1


def test_an_upgrade_to_the_same_version_changes_nothing(command: Command) -> None:
    off = command("upgrade", "warranty")
    assert (off.exit_code, "Pack warranty is not enabled" in off.output) == (1, True)
    command("enable", "warranty")
    done = command("upgrade", "warranty", "--yes")
    assert done.exit_code == 0, done.output
    assert "Pack warranty is at version" in done.output
