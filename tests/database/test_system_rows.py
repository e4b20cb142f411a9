"""The engine's own tables: fetch, put, change, remove."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.database.ddl import ensure_tables
from crm_platform.database.interface import Connection, Database
from crm_platform.database.system import DEFINITION, META, SYSTEM_TABLES, SystemTable
from crm_platform.errors import DataError
from support.trial import MOMENT


def fetch(database: Database, table: SystemTable, *args: Any, **options: Any) -> list[dict[str, Any]]:
    return database.read(lambda connection: connection.fetch(table, *args, **options))


def test_put_replaces_the_row_with_the_same_key(empty: Database) -> None:
    definition = {"kind": "DocType", "name": "客户", "layer": "site", "body": "{}", "modified": MOMENT}
    empty.write(lambda connection: connection.put(DEFINITION, definition))
    empty.write(lambda connection: connection.put(DEFINITION, {**definition, "layer": "core"}))
    del definition["body"]
    empty.write(lambda connection: connection.put(DEFINITION, definition))
    found = fetch(empty, DEFINITION, {"name": "客户"}, order_by="-layer")
    assert found == [{**definition, "body": None}, {**definition, "layer": "core", "body": "{}"}]


def test_fetch_filters_sorts_and_limits(empty: Database) -> None:
    for key, value in (("a", 1), ("b", None), ("c", 3), ("d", 2)):
        empty.write(lambda connection, key=key, value=value: connection.put(META, {"key": key, "value": value}))
    assert [row["key"] for row in fetch(empty, META, order_by="value")] == ["b", "a", "d", "c"]
    assert [row["key"] for row in fetch(empty, META, order_by="-value", limit=2)] == ["c", "d"]
    assert [row["key"] for row in fetch(empty, META, {"value": None})] == ["b"]
    assert [row["key"] for row in fetch(empty, META, {"key": ("a", "d", "x")}, order_by="key")] == ["a", "d"]
    assert fetch(empty, META, {"key": "x"}) == []


def test_a_transaction_that_writes_sees_the_counters_that_it_moves(empty: Database) -> None:
    def moves(connection: Connection) -> list[int | None]:
        first = connection.counters().get("trial")
        connection.put(META, {"key": "trial", "value": 7})
        return [first, connection.counters().get("trial")]

    assert empty.write(moves) == [None, 7]
    assert empty.read(lambda connection: [connection.counters()["trial"] for _ in range(2)]) == [7, 7]


def test_change_and_remove_tell_how_many(empty: Database) -> None:
    for key in "ab":
        empty.write(lambda connection, key=key: connection.put(META, {"key": key, "value": 1}))
    assert empty.write(lambda connection: connection.change(META, {"value": 2}, {"value": 1})) == 2
    assert empty.write(lambda connection: connection.remove(META, {"key": "a", "value": 1})) == 0
    assert empty.write(lambda connection: connection.remove(META, {"key": "a"})) == 1
    assert fetch(empty, META) == [{"key": "b", "value": 2}]


def test_unknown_columns_are_refused(empty: Database) -> None:
    with pytest.raises(DataError, match="no field nothing"):
        fetch(empty, META, {"nothing": 1})
    with pytest.raises(DataError, match="no field value; DROP"):
        fetch(empty, META, order_by="value; DROP TABLE _meta")
    with pytest.raises(DataError, match="no field nothing"):
        empty.write(lambda connection: connection.put(META, {"key": "a", "nothing": 1}))


def test_a_newer_version_gets_its_tables_and_columns(empty: Database) -> None:
    grown = SystemTable("_meta", {**META.columns, "note": "text"}, META.key)
    fresh = SystemTable("_fresh", {"a": "int", "b": "datetime"}, ("a",), ("b",))
    for _ in range(2):
        empty.write(lambda connection: ensure_tables(connection, [*SYSTEM_TABLES, grown, fresh]))
    empty.write(lambda connection: connection.put(grown, {"key": "a", "value": 1, "note": "备注"}))
    assert fetch(empty, grown) == [{"key": "a", "value": 1, "note": "备注"}]
    assert fetch(empty, fresh) == []
