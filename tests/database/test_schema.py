"""Schema changes: what is planned, what it does to the tables, and that it can be taken back exactly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm_platform.database.forecast import Forecast
from crm_platform.database.inspection import indexed_columns, real_tables
from crm_platform.database.interface import Database, Step
from crm_platform.database.names import watch_name
from crm_platform.database.preparation import MANY, SLOWER_BESIDE
from crm_platform.database.unfinished import clear
from crm_platform.errors import UniqueValidationError
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType, Field
from support.trial import MODEL, NOTHING_YET, insert, migrate, model


def doctype(*fields: Field, name: str = "Thing") -> DocType:
    return DocType(name, fields=fields)


def values(database: Database, thing: DocType, column: str) -> dict[str, Any]:
    return {
        row["name"]: row[column]
        for row in database.read(lambda connection: connection.get_rows(thing, ["a", "b", "c", "d", "e"]))
    }


def columns(database: Database, table: str = "tabThing") -> dict[str, str]:
    real = database.read(real_tables)[table].columns
    return {column: storage for column, storage in real.items() if column not in STANDARD_COLUMNS}


def indexed(database: Database, table: str = "tabThing") -> set[str]:
    indexes = database.read(real_tables)[table].indexes
    return {index.rsplit("_", 1)[0] for index in indexes if index.startswith(("ix_", "uq_"))}


def test_tables_are_made_with_their_indexes(database: Database) -> None:
    real = database.read(real_tables)
    assert {"tabTrial", "tabTrial Row", "tabPerson", "_meta", "_definition"} <= real.keys()
    assert list(real["tabTrial"].columns) == list(MODEL["Trial"].columns)
    assert real["tabTrial"].columns == MODEL["Trial"].columns
    assert real["tabTrial"].key == ["name"]
    assert real["_definition"].key == ["kind", "name", "layer"]
    assert indexed(database, "tabTrial") == {"ix_modified", "uq_email", "ix_person", "ix_docstatus_day_amount"}
    assert indexed(database, "tabTrial Row") == {"ix_parent"}


def test_nothing_is_planned_when_nothing_changed(database: Database) -> None:
    assert database.plan(MODEL, MODEL) == []


def test_a_field_is_added_in_place_hidden_and_shown_with_its_values(empty: Database) -> None:
    bare, full = doctype(), doctype(Field("备注", "Data"), Field("link", "Link", options="Thing"))
    migrate(empty, model(bare))
    insert(empty, bare, {"name": "a"})
    texts = migrate(empty, model(full), model(bare))
    assert texts == ["Add the field 备注 to Thing", "Add the field link to Thing"]
    assert indexed(empty) == {"ix_modified"}, "adding a Link to a table that is there makes no index"
    empty.write(lambda connection: connection.update_row(full, "a", {"备注": "重要"}))

    assert migrate(empty, model(bare), model(full))[0] == "Hide the field 备注 of Thing; its values are kept"
    insert(empty, bare, {"name": "b"})
    assert migrate(empty, model(full), model(bare))[0].startswith("Show the field 备注 of Thing again")
    assert values(empty, full, "备注") == {"a": "重要", "b": None}


def test_a_doctype_is_hidden_and_shown_with_its_rows(empty: Database) -> None:
    thing = doctype(Field("title", "Data"))
    migrate(empty, model(thing))
    insert(empty, thing, {"name": "a", "title": "x"})
    assert migrate(empty, NOTHING_YET, model(thing)) == ["Hide Thing; its table and rows are kept"]
    assert migrate(empty, model(thing)) == ["Show Thing again with the rows it had"]
    assert values(empty, thing, "title") == {"a": "x"}


def test_a_changed_kind_converts_and_comes_back_exactly(empty: Database) -> None:
    text, number = doctype(Field("size", "Data")), doctype(Field("size", "Int"))
    migrate(empty, model(text))
    before = {"a": "007", "b": " 12.5 ", "c": "many", "d": None}
    insert(empty, text, *({"name": name, "size": size} for name, size in before.items()))

    steps = empty.plan(model(text), model(number))
    assert [(planned.action, planned.risk) for planned in steps] == [("convert column", "lossy")]
    assert steps[0].text == "Change size of Thing from Data to Int; the old values are kept aside"
    assert Step.from_dict(json.loads(json.dumps(steps[0].as_dict()))) == steps[0]
    empty.write(lambda connection: empty.apply(connection, steps))
    assert values(empty, number, "size") == {"a": 7, "b": 13, "c": None, "d": None}
    assert columns(empty) == {"size": "int", "size__text": "text"}

    empty.write(lambda connection: connection.update_row(number, "b", {"size": 99}))
    insert(empty, number, {"name": "e", "size": 5})
    migrate(empty, model(text), model(number))
    assert values(empty, text, "size") == {**before, "b": "99", "e": "5"}
    migrate(empty, model(number), model(text))
    assert values(empty, number, "size") == {"a": 7, "b": 99, "c": None, "d": None, "e": 5}


def test_indexes_go_with_a_converted_field(empty: Database) -> None:
    text, number = doctype(Field("code", "Data", unique=True)), doctype(Field("code", "Int", unique=True))
    migrate(empty, model(text))
    insert(empty, text, {"name": "a", "code": "1"}, {"name": "b", "code": "2"})
    texts = migrate(empty, model(number), model(text))
    assert texts[-1].startswith("Let code be unique")
    assert indexed(empty) == {"ix_modified", "uq_code"}
    with pytest.raises(UniqueValidationError):
        insert(empty, number, {"name": "c", "code": 2})
    assert empty.plan(model(number), model(number)) == []


def test_a_field_that_returns_with_another_kind_puts_the_old_values_aside(empty: Database) -> None:
    text, number = doctype(Field("size", "Data")), doctype(Field("size", "Int"))
    migrate(empty, model(text))
    insert(empty, text, {"name": "a", "size": "large"})
    for old, new, kind in ((text, number, "Data"), (number, text, "Int"), (text, number, "Data")):
        migrate(empty, model(doctype()), model(old))
        aside, _ = migrate(empty, model(new), model(doctype()))
        assert aside == f"Put aside the old values of size of Thing, which are of another kind ({kind})"
        assert values(empty, new, "size") == {"a": None}
    assert columns(empty) == {"size": "int", "size__text": "text", "size__int": "int", "size__text_2": "text"}


def test_indexes_are_added_and_dropped_as_the_fields_say(empty: Database) -> None:
    plain, fast = doctype(Field("code", "Data")), doctype(Field("code", "Data", search_index=True))
    unique = doctype(Field("code", "Data", unique=True, search_index=True))
    migrate(empty, model(plain))
    for old, new, expected in (
        (plain, fast, {"ix_code"}),
        (fast, unique, {"ix_code", "uq_code"}),
        (unique, plain, set()),
    ):
        migrate(empty, model(new), model(old))
        assert indexed(empty) == {"ix_modified", *expected}
        assert empty.plan(model(new), model(new)) == []


def test_a_field_with_equal_values_cannot_become_unique(empty: Database) -> None:
    plain, unique = doctype(Field("code", "Data")), doctype(Field("code", "Data", unique=True), Field("more", "Data"))
    migrate(empty, model(plain))
    insert(empty, plain, {"name": "a", "code": "1"}, {"name": "b", "code": "1"}, {"name": "c"}, {"name": "d"})
    with pytest.raises(UniqueValidationError, match="code of Thing cannot become unique") as refusal:
        migrate(empty, model(unique), model(plain))
    assert refusal.value.errors[0].field == "code"
    assert columns(empty) == {"code": "text"}, "all of the change is taken back"
    empty.write(lambda connection: connection.update_row(plain, "b", {"code": "2"}))
    migrate(empty, model(unique), model(plain))
    assert indexed(empty) == {"ix_modified", "uq_code"}


def test_X02_a_failed_change_leaves_the_old_tables(empty: Database) -> None:
    old, new = doctype(Field("a", "Data")), doctype(Field("a", "Int"), Field("b", "Date"))
    migrate(empty, model(old))
    insert(empty, old, {"name": "a", "a": "7"})
    steps = empty.plan(model(old), model(new, doctype(name="Other")))
    for done in range(len(steps) + 1):

        def stop_after(connection: Any, done: int = done) -> None:
            empty.apply(connection, steps[:done])
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            empty.write(stop_after)
        assert columns(empty) == {"a": "text"}
        assert "tabOther" not in empty.read(real_tables)
        assert values(empty, old, "a") == {"a": "7"}
    assert empty.plan(model(old), model(new, doctype(name="Other"))) == steps


def test_preparation_is_invisible_can_be_repeated_and_catches_up(empty: Database) -> None:
    text, number = doctype(Field("size", "Data")), doctype(Field("size", "Int"))
    migrate(empty, model(text))
    insert(empty, text, {"name": "a", "size": "1"}, {"name": "b", "size": "2"})
    steps = empty.plan(model(text), model(number))
    for _ in range(2):
        empty.prepare(steps)
    assert columns(empty) == {"size": "text", "size__int": "int"}
    empty.write(lambda connection: connection.update_row(text, "b", {"size": "20"}))
    insert(empty, text, {"name": "c", "size": "3"})
    empty.write(lambda connection: empty.apply(connection, steps))
    assert values(empty, number, "size") == {"a": 1, "b": 20, "c": 3}


def test_steps_survive_being_recorded(empty: Database) -> None:
    steps = empty.plan(NOTHING_YET, MODEL)
    assert [Step.from_dict(planned.as_dict()) for planned in steps] == steps


def test_a_plan_sees_what_its_transaction_has_done(empty: Database) -> None:
    thing = model(doctype())

    def work(connection: Any) -> list[Step]:
        empty.apply(connection, empty.plan(NOTHING_YET, thing, connection))
        return empty.plan(thing, thing, connection)

    assert empty.write(work) == []


def long_names() -> Iterable[DocType]:
    """Names that PostgreSQL would cut to the same 63 bytes."""
    for end in ("甲", "乙"):
        yield DocType(
            "很长的文档类型名称" * 3 + end, fields=(Field("非常长的字段名称" * 4 + end, "Data", unique=True),)
        )


def test_long_chinese_names_do_not_collide(empty: Database) -> None:
    first, second = long_names()
    migrate(empty, model(first, second))
    for thing in (first, second):
        (f,) = thing.fields
        insert(empty, thing, {"name": "a", f.fieldname: thing.name})
        assert values(empty, thing, f.fieldname) == {"a": thing.name}
        with pytest.raises(UniqueValidationError) as refusal:
            insert(empty, thing, {"name": "b", f.fieldname: thing.name})
        assert refusal.value.errors[0].field == f.fieldname
    assert empty.plan(model(first, second), model(first, second)) == []


@pytest.mark.parametrize("name", ['quote" ; DROP TABLE "_meta', "100% sure", "a:b %(c)s %s ?", "select", "点。"])
def test_A09_any_name_is_only_a_name(empty: Database, name: str) -> None:
    thing = DocType(name, fields=(Field(name, "Currency", search_index=True),))
    migrate(empty, model(thing))
    insert(empty, thing, {"name": "a", name: Decimal(5)})
    assert values(empty, thing, name) == {"a": Decimal(5)}
    other = replace(thing, fields=(Field(name, "Data"),))
    migrate(empty, model(other), model(thing))
    assert values(empty, other, name) == {"a": "5"}
    assert empty.read(real_tables).keys() >= {"_meta", thing.table}


def test_date_becomes_text_and_time_of_day(empty: Database) -> None:
    dated, text = doctype(Field("due", "Date")), doctype(Field("due", "Data"))
    migrate(empty, model(dated))
    insert(empty, dated, {"name": "a", "due": date(2026, 3, 1)})
    steps = empty.plan(model(dated), model(text))
    assert steps[0].risk == "backfill"
    empty.write(lambda connection: empty.apply(connection, steps))
    assert values(empty, text, "due") == {"a": "2026-03-01"}


def test_what_others_write_while_values_are_copied_is_caught_up_before_the_switch(empty: Database) -> None:
    text, number = doctype(Field("size", "Data")), doctype(Field("size", "Int"))
    migrate(empty, model(text))
    insert(empty, text, *({"name": str(n), "size": str(n)} for n in range(300)))
    steps = empty.plan(model(text), model(number))
    empty.prepare(steps)
    changed = [str(n) for n in range(250)]
    for name in changed:
        empty.write(lambda connection, name=name: connection.update_row(text, name, {"size": "7"}))  # type: ignore[misc]
    insert(empty, text, {"name": "new", "size": "8"})
    empty.write(lambda connection: connection.delete_rows(text, {"name": "3"}))
    (noted,) = noted_rows(empty)
    assert len(noted) == len(changed) + 2, "those that were changed, the new one, and that all were copied once"
    empty.prepare(steps)
    assert noted_rows(empty) == [{""}]
    empty.write(lambda connection: connection.update_row(text, "299", {"size": "9"}))
    empty.write(lambda connection: empty.apply(connection, steps))
    rows = empty.read(lambda connection: connection.get_rows(number, ["0", "249", "250", "299", "new"]))
    assert {row["name"]: row["size"] for row in rows} == {"0": 7, "249": 7, "250": 250, "299": 9, "new": 8}
    assert noted_rows(empty) == [], "nothing is noted any more"


def noted_rows(database: Database) -> list[set[str]]:
    """The names noted by each of the tables that watch a column."""
    kinds = ("text", "int", "float", "decimal", "date", "datetime", "time")
    watches = [watch_name("tabThing", "size", storage) for storage in kinds]

    def found(connection: Any) -> list[set[str]]:
        there = [name for name in watches if connection.rows(connection.engine.table_query, [name])]
        return [{row[0] for row in connection.rows(f"SELECT name FROM {name}")} for name in there]

    return database.read(found)


def test_a_default_is_in_every_row_without_writing_one(empty: Database) -> None:
    fields = (
        Field("tier", "Select", default="它's 100%"),
        Field("count", "Int", default="5"),
        Field("price", "Currency", default="1.25"),
        Field("day", "Date", default="2026-01-31"),
        Field("today", "Date", default="Today"),
        Field("number", "Data", default="x", unique=True),
    )
    bare, full = doctype(), doctype(*fields)
    migrate(empty, model(bare))
    insert(empty, bare, {"name": "a"})
    steps = empty.plan(model(bare), model(full))
    assert {step.risk for step in steps if step.default} == {"backfill"}
    migrate(empty, model(full), model(bare))
    insert(empty, bare, {"name": "b"})
    for row in empty.read(lambda connection: connection.get_rows(full, ["a", "b"])):
        assert (row["tier"], row["count"], row["price"]) == ("它's 100%", 5, Decimal("1.25"))
        assert (row["day"], row["today"], row["number"]) == (date(2026, 1, 31), None, None)


def test_an_index_is_made_beforehand(empty: Database) -> None:
    plain, fast = doctype(Field("code", "Data")), doctype(Field("code", "Data", search_index=True))
    more = doctype(Field("code", "Data", search_index=True), Field("new", "Date", search_index=True))
    migrate(empty, model(plain))
    insert(empty, plain, {"name": "a", "code": "1"})
    empty.prepare(empty.plan(model(plain), model(fast)))
    assert indexed(empty) == {"ix_modified", "ix_code"}
    assert empty.plan(model(plain), model(fast)) == []
    assert [step.action for step in empty.plan(model(plain), model(plain))] == ["drop index"], "or it is taken back"
    migrate(empty, model(more), model(plain))
    assert indexed(empty) == {"ix_modified", "ix_code", "ix_new"}


def test_fields_are_indexed_together_and_no_longer(empty: Database) -> None:
    code, price = Field("code", "Data"), Field("price", "Currency")
    plain, both = doctype(code, price), replace(doctype(code, price), indexes=(("docstatus", "code", "price"),))
    migrate(empty, model(plain))
    steps = empty.plan(model(plain), model(both))
    assert [(one.action, one.risk) for one in steps] == [("add index", "backfill")]
    empty.prepare(steps)
    assert empty.plan(model(plain), model(both)) == [], "made beside the work"
    migrate(empty, model(both), model(plain))
    assert indexed(empty) == {"ix_modified", "ix_docstatus_code_price"}
    assert migrate(empty, model(plain), model(both)) == ["Drop the index over docstatus, code, price of Thing"]
    assert indexed(empty) == {"ix_modified"}


def test_what_is_indexed_together_follows_a_field_of_another_type_and_a_new_one(empty: Database) -> None:
    def indexing(*fields: Field) -> DocType:
        return replace(doctype(*fields), indexes=(tuple(f.fieldname for f in fields),))

    texts, numbers = indexing(Field("a", "Data"), Field("b", "Data")), indexing(Field("a", "Data"), Field("b", "Int"))
    more = indexing(Field("a", "Data"), Field("b", "Int"), Field("c", "Date"))
    migrate(empty, model(texts))
    insert(empty, texts, {"name": "a", "b": "5"})
    for old, new in ((texts, numbers), (numbers, more), (more, texts)):
        migrate(empty, model(new), model(old))
        (index,) = {tuple(columns) for columns in empty.read(indexed_columns).values() if columns[0] == "a"}
        assert index == new.indexes[0]
        assert empty.plan(model(new), model(new)) == []
    assert values(empty, texts, "b")["a"] == "5"


def test_what_was_prepared_for_a_new_indexed_field_is_taken_over(empty: Database) -> None:
    """The switch would make the column and its index anew, while others wait."""
    plain, fast = (
        doctype(Field("code", "Data")),
        doctype(Field("code", "Data"), Field("new", "Date", search_index=True)),
    )
    migrate(empty, model(plain))
    steps = empty.plan(model(plain), model(fast))
    empty.prepare(steps)
    assert [one.made for one in empty.unfinished()] == ["new"]
    empty.write(lambda connection: clear(connection, steps))
    assert [one.made for one in empty.unfinished()] == ["new"]
    assert indexed(empty) == {"ix_modified", "ix_new"}
    migrate(empty, model(fast), model(plain))
    assert empty.unfinished() == []


def test_a_rehearsal_tells_rows_and_seconds_and_leaves_nothing(empty: Database) -> None:
    text, number = doctype(Field("size", "Data")), doctype(Field("size", "Int"), Field("code", "Data", unique=True))
    migrate(empty, model(text))
    insert(empty, text, *({"name": str(n), "size": str(n)} for n in range(50)))
    steps = empty.plan(model(text), model(number, doctype(name="Other")))
    before = empty.digest()
    found = empty.rehearse(steps)
    assert [one.step for one in found] == steps
    assert {(one.rows, one.basis) for one in found if one.step.table == "tabThing"} == {(50, "copy")}
    assert all(one.seconds >= 0 for one in found)
    assert empty.digest() == before
    assert {(one.rows, one.basis) for one in empty.forecast(steps)} == {(50, "estimate"), (0, "estimate")}


def test_what_is_prepared_beside_the_work_is_told_to_last_longer(empty: Database) -> None:
    plain = doctype(Field("code", "Data"))
    migrate(empty, model(plain))
    (planned,) = empty.plan(model(plain), model(doctype(Field("code", "Data", search_index=True))))
    few, many = (Forecast(planned, rows, 2.0, "estimate") for rows in (MANY, 1_000_000))
    assert (empty.lasts([few]), empty.writers_wait([few])) == (2.0, 0.0)
    assert empty.lasts([many]) == 2.0 * SLOWER_BESIDE[empty.engine.name]["add index"]
    shown = Step("add column", "tabThing", "safe", "more", "text")
    assert empty.lasts([Forecast(shown, 1_000_000, 0.01, "estimate")]) == 0.01, "nothing to prepare"
