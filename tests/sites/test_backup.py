"""A backup under writes holds everything acknowledged before it began; it comes back equal, on either database."""

from __future__ import annotations

import shutil
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from crm_platform.database.dump import Progress, dump
from crm_platform.database.portable import digest
from crm_platform.database.sqlite import SqliteDatabase
from crm_platform.errors import ValidationError
from crm_platform.sites import backup as backups
from crm_platform.sites.backup import backup, restore
from crm_platform.testing import TestSite
from support.sabotage import defended_by, nothing


def digests(site: TestSite) -> dict[str, str]:
    return site.site.runtime.database.read(digest)


def kept(values: dict[str, str]) -> dict[str, str]:
    """Without the change counters, which move when the restored site is brought up to date."""
    return {table: value for table, value in values.items() if table != "_meta"}


@pytest.mark.parametrize("onto", ["sqlite", "postgresql"])
def test_rows_files_and_definitions_come_back_equal(
    site: TestSite, onto: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    site.doctype("Gift", {"fieldname": "title", "fieldtype": "Data", "label": "标题"}, autoname="G-.###")
    site.insert("Gift", title="茶叶")
    (site.site.folder.files / "private").mkdir(exist_ok=True)
    (site.site.folder.files / "private" / "合同.txt").write_text("内容")
    backup(site.site, tmp_path / "b.zip")
    database = "" if onto == "sqlite" else str(request.getfixturevalue("postgres_url"))
    again = TestSite(restore(tmp_path / "b.zip", tmp_path / "again", database=database))
    assert kept(digests(again)) == kept(digests(site))
    assert again.get("Gift", "G-001").title == "茶叶"
    assert again.insert("Gift", title="二").name == "G-002"
    assert (again.site.folder.files / "private" / "合同.txt").read_text() == "内容"
    again.site.close()


def of_the_main_file(database: SqliteDatabase, folder: Path, progress: Progress | None = None) -> dict[str, str]:
    """A copy of the database's main file as it lies there, without the log beside it."""
    copied = folder.parent / "copied.db"
    shutil.copyfile(database._path, copied)
    with closing(SqliteDatabase(copied)) as other:
        return other.read(lambda connection: dump(connection, folder, progress))


@defended_by("crm_platform.database.sqlite:SqliteDatabase.backup", replace_with=of_the_main_file)
def test_X29_nothing_acknowledged_before_the_backup_is_missing(site: TestSite, tmp_path: Path) -> None:
    site.doctype("Gift", {"fieldname": "title", "fieldtype": "Data", "label": "T"}, autoname="field:title")
    acknowledged: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            acknowledged.append(str(site.insert("Gift", title=f"g{len(acknowledged)}").name))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < 10:
            stop.wait(0.01)
        before = set(acknowledged)
        backup(site.site, tmp_path / "b.zip")
    finally:
        stop.set()
        writer.join()
    again = TestSite(restore(tmp_path / "b.zip", tmp_path / "again"))
    there = {row["name"] for row in again.read(lambda ctx: ctx.store.list("Gift", limit=0))}
    assert before <= there <= set(acknowledged)
    again.site.close()


@defended_by("crm_platform.sites.backup:SCHEMA_VERSION", replace_with=99)
def test_X31_a_backup_of_newer_code_is_refused_and_leaves_nothing(
    sqlite_site: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(backups, "SCHEMA_VERSION", 99)
        backup(sqlite_site.site, tmp_path / "b.zip")
    with pytest.raises(ValidationError, match="Upgrade crm-platform"):
        restore(tmp_path / "b.zip", tmp_path / "again")
    assert not (tmp_path / "again").exists()


@defended_by("crm_platform.sites.backup:_check_member", replace_with=nothing)
@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "files/../../evil", "other/file", "files\\..\\evil"])
def test_H04_an_archive_with_an_unsafe_path_is_refused_whole(sqlite_site: TestSite, tmp_path: Path, name: str) -> None:
    backup(sqlite_site.site, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        archive.writestr(name, "evil")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValidationError, match="Unsafe path"):
        restore(tmp_path / "b.zip", tmp_path / "again")
    assert sorted(tmp_path.rglob("*")) == before


def moved(site: TestSite, folder: Path, **settings: str) -> Path:
    """A backup that asks for other settings than it was made with."""
    backup(site.site, folder / "b.zip")
    with zipfile.ZipFile(folder / "b.zip") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    about = orjson.loads(members["about.json"])
    about["settings"].update(settings)
    with zipfile.ZipFile(folder / "moved.zip", "w") as archive:
        for name, content in {**members, "about.json": orjson.dumps(about)}.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o100600 << 16
            archive.writestr(member, content)
    return folder / "moved.zip"


@defended_by("crm_platform.sites.backup:replace", replace_with=lambda settings, **_: settings)
def test_H06_where_data_lie_is_said_by_who_restores(sqlite_site: TestSite, tmp_path: Path) -> None:
    archive = moved(sqlite_site, tmp_path, database="postgresql://localhost:1/evil")
    again = restore(archive, tmp_path / "again")
    assert again.settings.database == ""
    assert (tmp_path / "again" / "secret.key").is_file()
    again.close()


def test_an_archive_with_an_unknown_setting_is_refused(sqlite_site: TestSite, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="is no backup of a site"):
        restore(moved(sqlite_site, tmp_path, files="/etc"), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_folder_with_something_in_it_is_left_alone(sqlite_site: TestSite, tmp_path: Path) -> None:
    backup(sqlite_site.site, tmp_path / "b.zip")
    with pytest.raises(ValidationError, match="is not empty"):
        restore(tmp_path / "b.zip", tmp_path)
    with pytest.raises(ValidationError, match="is there already"):
        backup(sqlite_site.site, tmp_path / "b.zip")
