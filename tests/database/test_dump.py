"""Backups: consistent, portable between the databases, checked when read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import orjson
import pytest

from crm_platform.database.connect import open_database
from crm_platform.database.dump import FORMAT, MANIFEST
from crm_platform.database.interface import Database
from crm_platform.database.system import META, SYSTEM_TABLES
from crm_platform.errors import UniqueValidationError, ValidationError
from crm_platform.testing.postgres import PostgresServer
from support.trial import MODEL, MOMENT, PERSON, ROW, TRIAL, child, insert, model


@pytest.fixture
def filled(database: Database) -> Database:
    """More rows than one batch holds, with every storage kind and awkward texts."""
    insert(database, PERSON, *({"name": f"人{n}", "label": f"“{n}”\n\\"} for n in range(2100)))
    insert(
        database,
        TRIAL,
        {"name": "a", "title": "𠮷", "number": -(2**63), "real": 0.1, "amount": Decimal("-0.000001"), "email": "e"},
        {"name": "A", "moment": MOMENT, "day": MOMENT.date(), "clock": MOMENT.time()},
        {"name": "张"},
    )
    insert(database, ROW, child("a", 1, part="x", qty=3))
    database.write(lambda connection: connection.put(META, {"key": "definitions", "value": 7}))
    return database


@pytest.fixture
def others(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[list[Database]]:
    """A fresh database of each kind."""
    with postgres_server.database() as url:
        databases = [open_database(f"sqlite:///{tmp_path / 'other.db'}"), open_database(url)]
        yield databases
        for database in databases:
            database.close()


def test_a_backup_restores_into_either_kind_of_database(
    filled: Database, others: list[Database], tmp_path: Path
) -> None:
    digests = filled.backup(tmp_path / "backup")
    assert digests == filled.digest()
    assert {"tabTrial", "tabPerson", "tabTrial Row", "_meta", "_series"} <= digests.keys()
    for other in others:
        assert other.restore(tmp_path / "backup") == digests == other.digest()
        assert other.plan(MODEL, MODEL) == []
        with pytest.raises(UniqueValidationError):
            insert(other, TRIAL, {"name": "b", "email": "e"})


def test_what_is_written_meanwhile_is_not_in_the_backup(filled: Database, tmp_path: Path) -> None:
    before = filled.digest()
    tables = len(before)

    def disturb(rows: int) -> None:
        insert(filled, PERSON, {"name": f"late {tables} {rows} {len(list((tmp_path / 'backup').iterdir()))}"})

    assert filled.backup(tmp_path / "backup", disturb) == before
    assert filled.digest() != before


def test_a_digest_changes_with_any_value(filled: Database) -> None:
    before = filled.digest()
    filled.write(lambda connection: connection.update_row(TRIAL, "a", {"amount": Decimal("-0.000002")}))
    after = filled.digest()
    assert {table for table in before if before[table] != after[table]} == {"tabTrial"}


def test_a_backup_of_an_older_version_opens_in_newer_code(others: list[Database], tmp_path: Path) -> None:
    """The older version knew fewer system tables and columns."""
    old = open_database(f"sqlite:///{tmp_path / 'old.db'}", system_tables=SYSTEM_TABLES[:1])
    old.write(lambda connection: connection.put(META, {"key": "a", "value": 1}))
    old.backup(tmp_path / "backup")
    old.close()
    for other in others:
        other.restore(tmp_path / "backup")
        assert other.read(lambda connection: connection.fetch(META)) == [{"key": "a", "value": 1}]


def test_a_newer_backup_is_refused(filled: Database, others: list[Database], tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup")
    manifest = tmp_path / "backup" / MANIFEST
    manifest.write_bytes(orjson.dumps({**orjson.loads(manifest.read_bytes()), "format": FORMAT + 1}))
    with pytest.raises(ValidationError, match="newer version"):
        others[0].restore(tmp_path / "backup")


def test_a_damaged_or_missing_backup_is_refused_and_nothing_is_kept(
    filled: Database, others: list[Database], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    filled.backup(folder)
    persons = next(path for path in sorted(folder.glob("*.jsonl")) if "人" in path.read_text())
    persons.write_text(persons.read_text().replace("人7", "人x", 1))
    for other in others:
        before = other.digest()
        with pytest.raises(ValidationError, match="damaged"):
            other.restore(folder)
        persons_gone = folder / "gone"
        with pytest.raises(ValidationError, match="no backup"):
            other.restore(persons_gone)
        assert other.digest() == before


def test_a_database_with_rows_and_a_folder_with_files_are_left_alone(filled: Database, tmp_path: Path) -> None:
    filled.backup(tmp_path / "backup")
    before = filled.digest()
    with pytest.raises(ValidationError, match="not empty"):
        filled.restore(tmp_path / "backup")
    with pytest.raises(ValidationError, match="not empty"):
        filled.backup(tmp_path / "backup")
    assert filled.digest() == before
    assert filled.plan(MODEL, model(*MODEL.values())) == []
