"""The command `import`: its sentences, exit codes and options, and a process that is killed at any moment."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_platform.cli.main import app
from crm_platform.testing import TestSite
from support.commands import PROGRAM
from support.transfer import contents, write_csv

COMMAND = [*PROGRAM, "import"]


def run(site: TestSite, *arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import", "--site", str(site.site.folder.path), *map(str, arguments)])
    return result.exit_code, result.output


def test_bad_rows_are_listed_and_end_in_exit_code_1(sqlite_site: TestSite, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv", ["territory_name", "parent_territory"], ["华北", ""], ["华南", "[bold]Nowhere"]
    )
    code, output = run(sqlite_site, "Territory", file, "--dry-run")
    assert (code, output) == (
        1,
        "Row 3, parent_territory: Could not find Parent Territory: [bold]Nowhere\n"
        "1 added, 0 changed, 0 unchanged, 1 refused. Nothing was kept: it was a dry run.\n",
    )
    code, output = run(sqlite_site, "Territory", file)
    assert (code, output.splitlines()[-2]) == (1, "1 added, 0 changed, 0 unchanged, 1 refused.")
    assert output.splitlines()[-1].startswith("Take it back with: crm-platform undo-import ")
    write_csv(file, ["territory_name"], ["华北"])
    assert run(sqlite_site, "Territory", file) == (0, "0 added, 0 changed, 1 unchanged, 0 refused.\n")


def test_encoding_delimiter_key_and_user_are_options(sqlite_site: TestSite, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("customer_name\ttax_id\n北京科技\t91110000\n", encoding="gb18030")
    options = ("--encoding", "gb18030", "--delimiter", "tab", "--key", "customer_name")
    assert run(sqlite_site, "Customer", file, *options)[0] == 0
    assert [doc["tax_id"] for doc in contents(sqlite_site, "Customer").values()] == ["91110000"]
    sqlite_site.user("nobody@example.com")
    code, output = run(sqlite_site, "Customer", file, *options, "--user", "nobody@example.com")
    assert (code, output) == (1, "Error: You may not import Customer.\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Nix", "a.csv"), "DocType Nix not found"),
        (("Customer", "missing.csv"), "No such file"),
        (("Customer", "a.csv"), "Nothing tells which rows are already there"),
        (("Customer", "a.csv", "--mapping", "a.csv"), "no valid JSON"),
        (("Customer", "a.csv", "--delimiter", "ab"), "one character"),
    ],
)
def test_a_mistake_is_one_sentence(
    sqlite_site: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "a.csv", ["customer_name"], ["x"])
    code, output = run(sqlite_site, *arguments)
    assert code == 1
    assert sentence in output
    assert "Traceback" not in output


@pytest.mark.timeout(300)
def test_X35_killed_at_any_moment_and_run_again_it_ends_the_same(sqlite_site: TestSite, tmp_path: Path) -> None:
    """SIGKILL at random moments of the import itself, then one undisturbed run."""
    rows = [[f"客户{i}", str(i * 1000), "" if i % 100 else "Nowhere"] for i in range(1, 2501)]
    file = write_csv(tmp_path / "a.csv", ["customer_name", "annual_revenue", "territory"], *rows)
    folder = str(sqlite_site.site.folder.path)
    command = [*COMMAND, "--site", folder, "Customer", str(file), "--key", "customer_name"]
    killed = [_killed(sqlite_site, command, moment) for moment in (0.1, random.uniform(0.2, 1.5))]
    assert any(0 < count < 2475 for count in killed), killed
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    counted = re.search(r"(\d+) added, 0 changed, (\d+) unchanged", done.stdout)
    assert counted, done.stdout
    assert int(counted[1]) + int(counted[2]) == 2475
    found = contents(sqlite_site, "Customer", "customer_name")
    assert {name: int(doc["annual_revenue"]) for name, doc in found.items()} == {
        name: int(revenue) for name, revenue, territory in rows if not territory
    }
    assert sqlite_site.read(lambda ctx: ctx.store.count("Customer")) == 2475


def _killed(site: TestSite, command: list[str], after: float) -> int:
    """Kill the command so many seconds after it has begun to write; returns how many documents are there."""
    count = site.read(lambda ctx: ctx.store.count("Customer"))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and site.read(lambda ctx: ctx.store.count("Customer")) == count:
            time.sleep(0.02)
        time.sleep(after)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
    return site.read(lambda ctx: ctx.store.count("Customer"))
