"""Making a pack and testing it: a new pack keeps every promise at once, nothing is overwritten, names are checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_platform.cli.main import app
from support.commands import run

NO_TYPES = '\ntypes = "mypy takes half a minute, and reads the whole platform."\n'


def pack(*arguments: str | Path) -> Result:
    """Run `crm-platform pack …` in this process, for what needs none of its own."""
    return CliRunner().invoke(app, ["pack", *map(str, arguments)], env={"COLUMNS": "300"})


def test_a_new_pack_keeps_every_promise_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "rental"
    made = pack("new", "rental", "--into", folder, "--title", "Rentals", "--doctype", "Rental Contract")
    assert made.exit_code == 0, made.stderr
    quality = folder / "quality.toml"
    quality.write_text(quality.read_text().replace('"silver"', '"platinum"') + NO_TYPES)
    tested = run("pack", "test", folder, "--json", "--rows", "2100")
    sheet = json.loads(tested.stdout)
    states = {one["question"]: (one["state"], one["sentences"]) for one in sheet["answers"]}
    assert {name: state for name, state in states.items() if state[0] != "kept"} == {
        "types": ("exempt", ["mypy takes half a minute, and reads the whole platform."])
    }
    assert (sheet["reached"], sheet["promised"], sheet["keeps_its_promise"]) == ("platinum", "platinum", True)
    assert tested.returncode == 0


@pytest.mark.soak
def test_a_new_pack_passes_mypy(tmp_path: Path) -> None:
    assert run("pack", "new", "rental", "--into", tmp_path / "rental").returncode == 0
    tested = run("pack", "test", tmp_path / "rental", "--json")
    assert {one["state"] for one in json.loads(tested.stdout)["answers"]} == {"kept"}


def test_a_pack_that_breaks_its_promise_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "rental"
    assert pack("new", "rental", "--into", folder).exit_code == 0
    checks = folder / "src" / "rental_pack" / "checks.py"
    checks.write_text(checks.read_text() + "\nfrom crm_platform.documents.saving import write_as_is  # noqa\n")
    (folder / "tests" / "test_dates.py").write_text("def test_no():\n    assert False\n")
    quality = folder / "quality.toml"
    quality.write_text(
        quality.read_text() + NO_TYPES + 'postgresql = "Tested elsewhere."\nvolume = "Elsewhere, too."\n'
    )
    tested = run("pack", "test", folder)
    assert tested.returncode == 1
    assert "checks.py:" in tested.stdout
    assert "imports crm_platform.documents.saving" in tested.stdout
    assert "Reached: no level. Promised: silver." in tested.stdout


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = pack("new", "rental", "--into", tmp_path)
    assert (refused.exit_code, sorted(one.name for one in tmp_path.iterdir())) == (1, ["mine.txt"])
    assert "Name an empty folder" in refused.stderr


@pytest.mark.parametrize("name", ["Rental", "1st", "crm", "site", "租赁", "a" * 60])
def test_a_name_that_no_pack_can_have_is_refused(tmp_path: Path, name: str) -> None:
    refused = pack("new", name, "--into", tmp_path / "new")
    assert refused.exit_code == 1
    assert "lower case letters" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_what_is_no_pack_is_told(tmp_path: Path) -> None:
    refused = pack("test", tmp_path)
    assert refused.exit_code == 1
    assert "neither an installed pack nor a folder with a pyproject.toml" in refused.stderr
