"""crm-platform apply of a Frappe app's folder: what fits goes in, what does not is left out with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.testing import TestSite

RUNNER = CliRunner()


def write(folder: Path, kind: str, name: str, **body: Any) -> None:
    target = folder / "app" / "sales" / kind.lower().replace(" ", "_") / name
    target.mkdir(parents=True)
    (target / f"{name}.json").write_text(json.dumps({"doctype": kind, "name": name, **body}), "utf-8")


def test_a_frappe_app_goes_in_as_far_as_it_can(site: TestSite, tmp_path: Path) -> None:
    rows = [
        {"fieldname": "title", "fieldtype": "Data", "label": "标题"},
        {"fieldname": "x", "fieldtype": "Link", "options": "Nowhere"},
    ]
    write(
        tmp_path, "DocType", "visit", module="Sales", fields=rows, permissions=[{"role": "System Manager", "read": 1}]
    )
    write(tmp_path, "Report", "slow", report_type="Script Report", ref_doctype="visit", report_name="slow")
    (tmp_path / "app" / "fixtures").mkdir()
    fixtures = [{"doctype": "Newsletter", "name": "ping", "subject": "x"}]
    (tmp_path / "app" / "fixtures" / "newsletter.json").write_text(json.dumps(fixtures), "utf-8")
    done = RUNNER.invoke(app, ["apply", "--yes", "--site", str(site.site.folder.path), str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "Left out: Report slow" in done.output
    assert "Left out: Newsletter ping: DocType Newsletter not found" in done.output
    assert "Applied 1 definitions." in done.output
    assert site.read(lambda ctx: ctx.store.list("visit")) == []


def test_a_faulty_definition_stops_the_whole_apply(site: TestSite, tmp_path: Path) -> None:
    write(tmp_path, "DocType", "good", module="Sales", fields=[])
    write(tmp_path, "DocType", "bad", module="Sales", fields=[{"fieldname": "name", "fieldtype": "Data", "label": "N"}])
    done = RUNNER.invoke(app, ["apply", "--yes", "--site", str(site.site.folder.path), str(tmp_path)])
    assert done.exit_code == 1
    assert site.read(lambda ctx: {"good", "bad"} & set(ctx.definitions)) == set()
