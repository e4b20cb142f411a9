"""A small model with every storage kind, a Link and a child table, for the tests of the database room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crm_platform.database.conditions import Condition
from crm_platform.database.interface import Connection, Database
from crm_platform.database.query import Query
from crm_platform.metadata.model import Definitions, DocType, Field

MOMENT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)

PERSON = DocType(
    "Person", fields=(Field("label", "Data"), Field("score", "Int"), Field("boss", "Link", options="Person"))
)
ROW = DocType("Trial Row", istable=True, fields=(Field("part", "Data"), Field("qty", "Int")))
TRIAL = DocType(
    "Trial",
    fields=(
        Field("title", "Data"),
        Field("number", "Int"),
        Field("real", "Float"),
        Field("amount", "Currency"),
        Field("day", "Date"),
        Field("moment", "Datetime"),
        Field("clock", "Time"),
        Field("email", "Data", label="E-Mail", unique=True),
        Field("person", "Link", options="Person"),
        Field("rows", "Table", options="Trial Row"),
    ),
    indexes=(("docstatus", "day", "amount"),),
)
AREA = DocType("Area", is_tree=True, fields=(Field("parent_area", "Link", options="Area"),))

NOTHING_YET = Definitions({})


def model(*doctypes: DocType) -> Definitions:
    """Put DocTypes together as a site's definitions."""
    return Definitions({doctype.name: doctype for doctype in doctypes})


MODEL = model(PERSON, ROW, TRIAL, AREA)


def migrate(database: Database, new: Definitions, old: Definitions = NOTHING_YET) -> list[str]:
    """Bring the tables to `new` and tell the texts of the steps."""
    steps = database.plan(old, new)
    database.write(lambda connection: database.apply(connection, steps))
    return [planned.text for planned in steps]


def insert(database: Database, doctype: DocType, *rows: dict[str, Any]) -> None:
    """Insert rows with the standard columns filled."""
    standard = {"owner": "Administrator", "creation": MOMENT, "modified": MOMENT, "docstatus": 0, "idx": 0}
    complete = [{**standard, **row} for row in rows]
    database.write(lambda connection: connection.insert_rows(doctype, complete))


def child(parent: str, idx: int, **values: Any) -> dict[str, Any]:
    """One row of the table field `rows` of a Trial."""
    place = {"parent": parent, "parenttype": "Trial", "parentfield": "rows"}
    return {"name": f"{parent}-{idx}", "idx": idx, **place, **values}


def names(database: Database, where: Condition, doctype: DocType = TRIAL, **options: Any) -> list[str]:
    """The names of the documents that meet `where`, sorted unless `options` say how."""
    query = Query(doctype, where=where, **options)

    def found(connection: Connection) -> list[str]:
        return [row["name"] for row in connection.select(query)]

    answer = database.read(found)
    return answer if query.order_by else sorted(answer)
