"""The commands as a person types them: what they do, and the sentence and exit code when they cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crm_platform.cli.main import COMMANDS, app
from crm_platform.documents.context import Context
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite

Command = Callable[..., Result]

VISIT = {
    "doctype": "DocType",
    "name": "Site Visit",
    "module": "CRM",
    "autoname": "SV-.####",
    "fields": [
        {"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1},
        {"fieldname": "minutes", "fieldtype": "Int", "label": "Minutes"},
    ],
    "permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1}],
}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `crm-platform` with these arguments, nobody at the keyboard, on a wide screen."""
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("CRM_SITE", raising=False)
    runner = CliRunner()
    return lambda *arguments, **options: runner.invoke(app, [str(argument) for argument in arguments], **options)


@pytest.fixture
def folder(site: TestSite) -> Path:
    """The folder of a site on each database."""
    return site.site.folder.path


@pytest.fixture
def sqlite_folder(sqlite_site: TestSite) -> Path:
    """The folder of a site on SQLite, for what has nothing to do with the database."""
    return sqlite_site.site.folder.path


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "site_visit.json"
    path.write_text(json.dumps(VISIT), encoding="utf-8")
    return path


def looking(folder: Path) -> Iterator[TestSite]:
    site = open_site(folder)
    try:
        yield TestSite(site)
    finally:
        site.close()


def test_every_command_has_help_with_an_example(command: Command) -> None:
    for name in COMMANDS:
        shown = command(name, "--help")
        assert shown.exit_code == 0, shown.output
        assert "Example" in shown.output, name


def test_the_overview_names_every_command_and_examples(command: Command) -> None:
    shown = command("--help").output
    assert all(name in shown for name in COMMANDS)
    assert "Examples:" in shown


def test_a_new_site_has_everything_in_its_folder(command: Command, tmp_path: Path) -> None:
    made = command("new-site", tmp_path / "网站", "--admin-password", "geheim-und-lang", "--language", "zh")
    assert made.exit_code == 0, made.output
    assert "geheim" not in made.output
    assert {path.name for path in (tmp_path / "网站").iterdir()} >= {"site.json", "secret.key", "files", "site.db"}
    assert (tmp_path / "网站" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_new_site_without_a_password_gets_one_that_is_printed(command: Command, tmp_path: Path) -> None:
    first = command("new-site", tmp_path / "one").output
    second = command("new-site", tmp_path / "two").output
    passwords = [line.rsplit(" ", 1)[1] for text in (first, second) for line in text.splitlines() if "password" in line]
    assert len(set(passwords)) == 2
    assert all(len(password) >= 12 for password in passwords)


def test_a_folder_with_something_in_it_is_refused_and_left_alone(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = command("new-site", tmp_path, "--admin-password", "x")
    assert refused.exit_code == 1
    assert "is not empty" in refused.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_database_that_is_not_there_leaves_nothing_behind(command: Command, tmp_path: Path) -> None:
    url = f"postgresql://crm@/nowhere?host={tmp_path}"
    refused = command("new-site", tmp_path / "site", "--db", url, "--admin-password", "x")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    "arguments", [("migrate",), ("rollback",), ("user", "keys", "x@example.com"), ("pack", "enable", "warranty")]
)
def test_a_folder_without_a_site_is_one_sentence(command: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = command(*arguments, "--site", tmp_path / "none")
    assert refused.exit_code == 1
    assert "is no site. Make one with: crm-platform new-site" in refused.output
    assert "Traceback" not in refused.output


def test_the_environment_names_the_site(command: Command, sqlite_folder: Path) -> None:
    assert command("migrate", env={"CRM_SITE": str(sqlite_folder)}).exit_code == 0
    missing = command("migrate")
    assert missing.exit_code == 2
    assert "CRM_SITE" in missing.output


def test_check_tells_all_faults_at_once_and_needs_no_site(command: Command, definition: Path, tmp_path: Path) -> None:
    assert command("check", definition).exit_code == 0
    broken = {**VISIT, "fields": [{"fieldname": "name", "fieldtype": "Data"}, {"fieldname": "x", "fieldtype": "Moon"}]}
    definition.write_text(json.dumps(broken))
    (tmp_path / "torn.json").write_text('{"doctype": ')
    refused = command("check", definition, tmp_path / "torn.json")
    assert refused.exit_code == 1
    assert all(text in refused.output for text in ("site_visit.json", "torn.json", "Moon", "Site Visit.name"))
    listed = json.loads(command("check", definition, "--json").output)
    assert {"id", "file", "line", "field", "message", "remedy", "level"} <= listed[0].keys()


def test_check_ends_well_with_warnings_only(command: Command, definition: Path) -> None:
    link = {"fieldname": "planet", "fieldtype": "Link", "options": "Planet", "label": "Planet"}
    definition.write_text(json.dumps({**VISIT, "fields": [*VISIT["fields"], link]}))  # type: ignore[misc]
    checked = command("check", definition)
    assert checked.exit_code == 0
    assert "0 errors, 1 warnings" in checked.output


def test_the_shipped_definitions_are_in_order(command: Command) -> None:
    root = Path(__file__).parents[2] / "crm_platform"
    for part in ("doctypes", "workflows", "plugins/warranty"):
        checked = command("check", root / part)
        assert checked.exit_code == 0, checked.output


def test_plan_changes_nothing_apply_does_and_rollback_takes_it_back(
    command: Command, folder: Path, definition: Path
) -> None:
    assert "Create the table of Site Visit" in command("plan", "--site", folder, definition).output
    assert "Create the table of Site Visit" in command("plan", "--site", folder, definition).output
    assert command("apply", "--site", folder, definition).exit_code == 0
    for site in looking(folder):
        assert site.insert("Site Visit", title="北京", minutes=30).name == "SV-0001"
    assert "0 changes of tables" in command("plan", "--site", folder, definition).output
    assert "Taken back: DocType Site Visit" in command("rollback", "--site", folder).output
    for site in looking(folder):
        assert "Site Visit" not in site.read(lambda ctx: set(ctx.definitions))
    empty = command("rollback", "--site", folder)
    assert (empty.exit_code, "There is no applied plan" in empty.output) == (1, True)


def test_a_plan_tells_changes_that_need_no_table(command: Command, sqlite_folder: Path, definition: Path) -> None:
    command("apply", "--site", sqlite_folder, definition)
    rights = [{"role": "Sales User", "read": 1}]
    definition.write_text(json.dumps({**VISIT, "permissions": rights, "title_field": "title"}))
    shown = command("plan", "--site", sqlite_folder, definition).output
    assert all(text in shown for text in ("title_field:  → title", "permission System Manager removed", "Sales User"))
    assert "3 changes of definitions, 0 changes of tables, 0 errors." in shown


def test_a_fault_in_a_plan_names_file_and_line(command: Command, sqlite_folder: Path, definition: Path) -> None:
    fields = [*VISIT["fields"], {"fieldname": "planet", "fieldtype": "Link", "options": "Planet"}]  # type: ignore[misc]
    definition.write_text(json.dumps({**VISIT, "fields": fields}, indent=1))
    line = definition.read_text().splitlines().index('   "fieldname": "planet",')
    for arguments in (("check",), ("plan", "--site", sqlite_folder)):
        assert f"site_visit.json:{line} fields[2] Site Visit.planet" in command(*arguments, definition).output


def test_without_a_path_it_is_about_the_installed_product(command: Command, folder: Path) -> None:
    planned = command("plan", "--site", folder)
    assert planned.exit_code == 0, planned.output
    assert "0 changes of definitions, 0 changes of tables, 0 errors." in planned.output
    applied = command("apply", "--site", folder)
    assert (applied.exit_code, "Applied 0 definitions." in applied.output) == (0, True), applied.output


def test_a_lossy_step_is_asked_about(command: Command, folder: Path, definition: Path) -> None:
    command("apply", "--site", folder, definition)
    fields = [VISIT["fields"][0], {"fieldname": "minutes", "fieldtype": "Date", "label": "Minutes"}]  # type: ignore[index]
    definition.write_text(json.dumps({**VISIT, "fields": fields}))
    refused = command("apply", "--site", folder, definition, input="n\n")
    assert refused.exit_code == 1
    assert "lossy" in refused.output
    for site in looking(folder):
        assert site.read(minutes_type) == "Int"
    assert command("apply", "--site", folder, definition, "--yes").exit_code == 0
    for site in looking(folder):
        assert site.read(minutes_type) == "Date"


def minutes_type(ctx: Context) -> str:
    return ctx.definitions["Site Visit"].by_name["minutes"].fieldtype


def test_faulty_definitions_are_not_applied(command: Command, folder: Path, definition: Path) -> None:
    definition.write_text(json.dumps({**VISIT, "fields": [{"fieldname": "x", "fieldtype": "Moon"}]}))
    refused = command("apply", "--site", folder, definition)
    assert refused.exit_code == 1
    assert "Moon" in refused.output
    for site in looking(folder):
        assert "Site Visit" not in site.read(lambda ctx: set(ctx.definitions))


def test_other_records_go_in_as_documents_and_again_without_a_twin(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    records = [
        {"doctype": "Role", "role_name": "访客", "desk_access": 1, "wildly_unknown": 3},
        {"doctype": "Print Format", "name": "Short ToDo", "doc_type": "ToDo", "html": "<p>{{ doc.name }}</p>"},
    ]
    path = tmp_path / "records.json"
    path.write_text(json.dumps(records))
    for _ in range(2):
        applied = command("apply", "--site", folder, path)
        assert applied.exit_code == 0, applied.output
    assert "wildly_unknown" in applied.output
    for site in looking(folder):
        assert site.get("Role", "访客").desk_access == 1
        assert site.get("Print Format", "Short ToDo").doc_type == "ToDo"


def test_a_user_is_added_gets_a_password_and_keys(command: Command, folder: Path) -> None:
    added = command(
        "user", "add", "li.wei@example.com", "--first-name", "李伟", "--role", "Sales User", "--site", folder
    )
    assert added.exit_code == 0, added.output
    again = command("user", "add", "li.wei@example.com", "--site", folder)
    assert (again.exit_code, "exists already" in again.output) == (1, True)
    weak = command("user", "password", "li.wei@example.com", "--password", "12345", "--site", folder)
    assert (weak.exit_code, "at least" in weak.output) == (1, True)
    strong = command("user", "password", "li.wei@example.com", "--password", "vier gute Worte da", "--site", folder)
    assert strong.exit_code == 0
    assert "vier" not in strong.output
    keys = command("user", "keys", "li.wei@example.com", "--site", folder).output
    assert keys.startswith("Authorization: token ")
    ghost = command("user", "password", "ghost@example.com", "--password", "vier gute Worte", "--site", folder)
    assert (ghost.exit_code, "There is no user ghost@example.com" in ghost.output) == (1, True)


def test_packs_are_listed_enabled_and_disabled(command: Command, folder: Path) -> None:
    assert "warranty" in command("pack", "list").output
    assert command("pack", "enable", "warranty", "--site", folder).exit_code == 0
    twice = command("pack", "enable", "warranty", "--site", folder)
    assert (twice.exit_code, "is enabled already" in twice.output) == (1, True)
    assert "yes" in command("pack", "list", "--site", folder).output
    for site in looking(folder):
        assert "Warranty Claim" in site.read(lambda ctx: set(ctx.definitions))
    assert command("pack", "disable", "warranty", "--site", folder).exit_code == 0
    off = command("pack", "disable", "warranty", "--site", folder)
    assert (off.exit_code, "is not enabled" in off.output) == (1, True)
    unknown = command("pack", "enable", "unicorn", "--site", folder)
    assert (unknown.exit_code, "There is no pack unicorn" in unknown.output) == (1, True)


def test_settings_of_a_pack_are_shown_and_refused(command: Command, sqlite_folder: Path) -> None:
    assert command("pack", "settings", "warranty", "--site", sqlite_folder).exit_code == 0
    unknown = command("pack", "settings", "warranty", "colour=red", "--site", sqlite_folder)
    assert (unknown.exit_code, "has no setting colour" in unknown.output) == (1, True)
    odd = command("pack", "settings", "warranty", "colour", "--site", sqlite_folder)
    assert (odd.exit_code, "NAME=VALUE" in odd.output) == (2, True)


def test_migrate_says_that_nothing_is_left_to_do(command: Command, folder: Path) -> None:
    migrated = command("migrate", "--site", folder)
    assert migrated.exit_code == 0, migrated.output
    assert "is up to date" in migrated.output


def test_doctor_looks_at_the_machine_and_at_a_site(command: Command, folder: Path) -> None:
    alone = command("doctor").output
    assert all(subject in alone for subject in ("printing", "fonts", "chromium", "node"))
    looked = command("doctor", "--site", folder).output
    assert all(subject in looked for subject in ("database", "integrity", "schema", "packs", "space", "secret key"))


def test_doctor_finds_a_damaged_database_and_an_open_key(command: Command, sqlite_folder: Path) -> None:
    (sqlite_folder / "secret.key").chmod(0o644)
    assert "chmod 600" in command("doctor", "--site", sqlite_folder).output
    database = sqlite_folder / "site.db"
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 60_000] = bytes(60_000)
    database.write_bytes(content)
    looked = command("doctor", "--site", sqlite_folder)
    assert looked.exit_code == 1
    assert "fail" in looked.output
    assert "Traceback" not in looked.output


def test_a_table_shows_names_whole_and_takes_them_as_they_are(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    path = tmp_path / "[red]" / f"{'sehr_lang_' * 12}.json"
    path.parent.mkdir()
    path.write_text(json.dumps(VISIT | {"name": "[/b] 上门", "autoname": "field:nope"}), encoding="utf-8")
    done = command("check", path)
    assert done.exit_code == 1
    columns = [line.split("│") for line in done.output.splitlines() if line.startswith("│")]
    shown = "".join(cells[3].strip() for cells in columns)
    assert f"[red]/{'sehr_lang_' * 12}.json" in shown
    assert "[/b] 上门" in done.output.replace("\n", "")


def test_who_reads_only_the_first_lines_of_a_command_sees_no_complaint(definition: Path) -> None:
    command = [sys.executable, "-P", "-m", "crm_platform", "check", definition]
    ended = subprocess.run(command, stdout=closed_pipe(), stderr=subprocess.PIPE, check=False)
    assert ended.stderr == b""


def closed_pipe() -> int:
    """The writing end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer
