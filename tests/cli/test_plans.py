"""Plans on the command line: timed on a copy, listed, and taken back with the records that came with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from crm_platform.cli.main import app
from crm_platform.documents import plans
from crm_platform.documents.plans import Applied
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

TIER = {
    "doctype": "Custom Field",
    "name": "Product-tier",
    "dt": "Product",
    "fieldname": "tier",
    "fieldtype": "Data",
    "label": "等级",
    "default": "乙",
    "search_index": 1,
}
ROLE = {"doctype": "Role", "name": "定价员", "role_name": "定价员", "desk_access": 1}


@pytest.fixture
def folder(site: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Definition files; `site` is the site that the commands work on."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("CRM_SITE", str(site.site.folder.path))
    site.insert("Product", product_code="茶", product_name="茶")
    return tmp_path


def write(folder: Path, *bodies: dict[str, Any]) -> str:
    path = folder / "draft.json"
    path.write_text(json.dumps(bodies), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> str:
    done: Result = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def standing(site: TestSite) -> list[Applied]:
    return site.read(plans.standing)


def test_a_plan_is_timed_on_a_copy_and_leaves_nothing(site: TestSite, folder: Path) -> None:
    estimated = run("plan", write(folder, TIER, ROLE))
    assert "estimate" in estimated
    assert "documents that are there get 乙 │ 1 " in estimated
    assert "Documents to save (1):\n  Role 定价员 (new)\n" in estimated
    timed = run("plan", "--time", write(folder, TIER))
    assert "measured on a copy" in timed
    assert "Make searching Product by tier fast" in timed
    assert standing(site) == []
    assert list(site.site.folder.path.glob(".rehearsal-*")) == []
    assert "0 changes of tables" in run("plan", write(folder, ROLE))


def test_many_documents_are_counted_and_the_first_are_listed(site: TestSite, folder: Path) -> None:
    roles = [{"doctype": "Role", "name": f"定价员{n:02}", "role_name": f"定价员{n:02}"} for n in range(23)]
    told = run("plan", write(folder, *roles))
    assert "Documents to save (23):\n  Role 定价员00 (new)\n  Role 定价员01 (new)\n" in told
    assert "  Role 定价员19 (new)\n  … and 3 more\n" in told


def test_records_go_back_with_their_plan(site: TestSite, folder: Path) -> None:
    run("apply", write(folder, TIER, ROLE))
    run("apply", write(folder, {**ROLE, "desk_access": 0}))
    assert site.get("Role", "定价员").desk_access == 0
    assert "定价员" in run("rollback")
    assert site.get("Role", "定价员").desk_access == 1, "a plan of records only is taken back as well"
    run("rollback")
    assert not site.read(lambda ctx: ctx.store.exists("Role", "定价员"))
    assert standing(site) == []


def test_a_record_that_somebody_has_changed_or_uses_is_kept(site: TestSite, folder: Path) -> None:
    other = {**ROLE, "name": "礼品员", "role_name": "礼品员"}
    run("apply", write(folder, TIER, ROLE, other))
    site.update("Role", "定价员", desk_access=0)
    site.user("li@example.com", "礼品员")
    told = run("rollback")
    assert "Kept: Role 定价员: somebody has changed it since." in told
    assert "Kept: Role 礼品员" in told
    assert site.get("Role", "定价员").desk_access == 0
    assert site.get("Product", "茶").meta.field("tier") is None


def test_applying_the_same_again_is_no_plan_for_records(site: TestSite, folder: Path) -> None:
    run("apply", write(folder, ROLE))
    run("apply", write(folder, ROLE))
    assert len(standing(site)) == 1


def test_what_the_record_has_no_field_for_is_told_once_and_makes_no_change(site: TestSite, folder: Path) -> None:
    draft = write(folder, ROLE | {"search_bar": 1})
    assert "Ignored, because Role has no such field: search_bar" in run("apply", draft)
    assert "定价员" not in run("plan", draft)


def test_several_plans_are_taken_back_down_to_one(site: TestSite, folder: Path) -> None:
    for name in ("one", "two", "three"):
        run("apply", write(folder, {**TIER, "fieldname": name, "name": f"Product-{name}"}))
    second = standing(site)[1].id
    listed = run("history")
    assert listed.count("file") == 3
    assert "3 plans" in listed
    shown = run("history", "--plan", str(second))
    assert "Product.two" in shown
    assert "Custom Field Product-two: new" in shown
    run("rollback", "--to", str(second))
    assert [plan.title for plan in standing(site)] == ["Custom Field Product-one"]
    refused = CliRunner().invoke(app, ["rollback", "--to", str(second)])
    assert refused.exit_code == 1
    assert "was taken back already" in refused.output


def test_another_process_follows_at_its_next_request(site: TestSite, folder: Path, other: TestSite) -> None:
    assert other.get("Product", "茶").meta.field("tier") is None
    run("apply", write(folder, TIER))
    assert other.get("Product", "茶").tier == "乙"
    run("rollback")
    assert other.get("Product", "茶").meta.field("tier") is None


@pytest.fixture
def other(site: TestSite) -> Iterator[TestSite]:
    """The same site, opened a second time."""
    opened = TestSite(open_site(site.site.folder.path))
    yield opened
    opened.site.close()


def test_a_record_is_taken_away_by_name(site: TestSite, folder: Path) -> None:
    run("apply", write(folder, ROLE))
    told = run("plan", "--remove", "Role/定价员")
    assert "Documents to delete, with a copy for `rollback` (1):\n  Role 定价员\n" in told
    run("apply", "--remove", "Role/定价员")
    assert not site.read(lambda ctx: ctx.store.exists("Role", "定价员"))
    run("rollback")
    assert site.get("Role", "定价员").desk_access == 1
    refused = CliRunner().invoke(app, ("apply", "--remove", "定价员"))
    assert refused.exit_code != 0
