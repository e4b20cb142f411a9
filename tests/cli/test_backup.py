"""crm-platform backup and restore."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.documents.context import Context
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

RUNNER = CliRunner()


def test_a_backup_is_restored_elsewhere(sqlite_site: TestSite, tmp_path: Path) -> None:
    sqlite_site.insert("Customer", customer_name="北京科技", customer_type="Company")
    folder, archive = str(sqlite_site.site.folder.path), str(tmp_path / "b.zip")
    made = RUNNER.invoke(app, ["backup", "--site", folder, archive])
    assert (made.exit_code, Path(archive).stat().st_mode & 0o777) == (0, 0o600)
    assert RUNNER.invoke(app, ["restore", archive, str(tmp_path / "again")]).exit_code == 0
    again = TestSite(open_site(tmp_path / "again"))
    assert [row["customer_name"] for row in again.read(_customers)] == ["北京科技"]
    again.site.close()


def _customers(ctx: Context) -> Sequence[dict[str, Any]]:
    return ctx.store.list("Customer", fields=["customer_name"])


def test_what_is_no_backup_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"nothing")
    refused = RUNNER.invoke(app, ["restore", str(tmp_path / "b.zip"), str(tmp_path / "again")])
    assert refused.exit_code == 1
    assert "cannot be read as a backup" in refused.stderr
    assert "Traceback" not in refused.output
