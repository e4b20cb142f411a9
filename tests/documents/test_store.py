"""Documents through the store: create, read, change, delete; every fault at once; the same on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from crm_platform.database.writing import Writing
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import (
    DoesNotExistError,
    LinkExistsError,
    LinkValidationError,
    MandatoryError,
    TimestampMismatchError,
    UniqueValidationError,
    ValidationError,
)
from crm_platform.metadata.model import DocType
from crm_platform.testing import TestSite
from support.sabotage import defended_by

CONTACT_ROW = (
    {"fieldname": "contact_name", "fieldtype": "Data", "label": "Contact Name", "reqd": 1},
    {"fieldname": "calls", "fieldtype": "Int", "label": "Calls"},
)
CUSTOMER = (
    {"fieldname": "customer_name", "fieldtype": "Data", "label": "Customer Name", "reqd": 1},
    {"fieldname": "email", "fieldtype": "Data", "options": "Email", "label": "Email"},
    {"fieldname": "code", "fieldtype": "Data", "label": "Code", "unique": 1},
    {"fieldname": "status", "fieldtype": "Select", "options": "Lead\nActive", "default": "Lead", "label": "Status"},
    {"fieldname": "revenue", "fieldtype": "Currency", "label": "Revenue"},
    {"fieldname": "owner_user", "fieldtype": "Link", "options": "User", "label": "Owner User"},
    {"fieldname": "since", "fieldtype": "Date", "label": "Since"},
    {"fieldname": "contacts", "fieldtype": "Table", "options": "Bench Contact Row", "label": "Contacts"},
)


@pytest.fixture
def bench(site: TestSite) -> TestSite:
    site.doctype("Bench Contact Row", *CONTACT_ROW, istable=1, permissions=[])
    site.doctype("Bench Customer", *CUSTOMER, autoname="BC-.#####", track_changes=1)
    return site


def test_a_document_goes_in_and_comes_back_with_its_rows(bench: TestSite) -> None:
    made = bench.insert(
        "Bench Customer", customer_name="北京科技", revenue="1,234.50", contacts=[{"contact_name": "王芳", "calls": 3}]
    )
    read = bench.get("Bench Customer", made.name)
    assert read.name == "BC-00001"
    assert (read.customer_name, str(read.revenue), read.status) == ("北京科技", "1234.500000", "Lead")
    assert [(row.contact_name, row.calls, row.idx) for row in read.contacts] == [("王芳", 3, 1)]


def test_all_faults_are_named_at_once(bench: TestSite) -> None:
    with pytest.raises(MandatoryError) as refused:
        bench.insert("Bench Customer", customer_name=" ", owner_user="ghost@x.y", contacts=[{"calls": 1}])
    assert [(e.field, e.table, e.row, e.code) for e in refused.value.errors] == [
        ("customer_name", None, None, "MandatoryError"),
        ("contact_name", "contacts", 1, "MandatoryError"),
        ("owner_user", None, None, "LinkValidationError"),
    ]


def test_values_of_the_wrong_kind_are_named_with_the_rest(bench: TestSite) -> None:
    with pytest.raises(ValidationError) as refused:
        bench.insert(
            "Bench Customer", email="notmail", status="Weird", since="31.01.2020", contacts=[{"calls": "many"}]
        )
    assert {e.field for e in refused.value.errors} == {
        *("email", "status", "since", "calls", "customer_name", "contact_name")
    }


def test_nothing_is_stored_when_a_save_is_refused(bench: TestSite) -> None:
    with pytest.raises(LinkValidationError):
        bench.insert("Bench Customer", customer_name="A", owner_user="ghost@x.y")
    made = bench.insert("Bench Customer", customer_name="B")
    assert made.name == "BC-00001"
    assert bench.read(lambda ctx: ctx.store.count("Bench Customer")) == 1


def test_a_stale_modified_is_refused_and_an_absent_one_wins(bench: TestSite) -> None:
    made = bench.insert("Bench Customer", customer_name="A")
    bench.update("Bench Customer", made.name, customer_name="B")
    with pytest.raises(TimestampMismatchError):
        bench.update("Bench Customer", made.name, customer_name="C", modified=made.modified.isoformat())
    assert bench.get("Bench Customer", made.name).customer_name == "B"
    assert bench.update("Bench Customer", made.name, customer_name="D").customer_name == "D"


def test_a_unique_value_is_taken_once(bench: TestSite) -> None:
    bench.insert("Bench Customer", customer_name="A", code="甲")
    with pytest.raises(UniqueValidationError, match="Code must be unique"):
        bench.insert("Bench Customer", customer_name="B", code="甲")
    for name in ("C", "D"):
        bench.insert("Bench Customer", customer_name=name, code="")


def test_a_known_row_keeps_its_name_and_an_absent_one_goes(bench: TestSite) -> None:
    made = bench.insert("Bench Customer", customer_name="A", contacts=[{"contact_name": "C1"}, {"contact_name": "C2"}])
    first = made.contacts[0].name
    saved = bench.update("Bench Customer", made.name, contacts=[{"name": first, "contact_name": "C9"}])
    assert [(row.name, row.contact_name, row.idx) for row in saved.contacts] == [(first, "C9", 1)]
    assert len(bench.get("Bench Customer", made.name).contacts) == 1


def test_a_linked_document_is_not_deleted(bench: TestSite) -> None:
    bench.doctype("Bench Order", {"fieldname": "customer", "fieldtype": "Link", "options": "Bench Customer"})
    made = bench.insert("Bench Customer", customer_name="A")
    order = bench.insert("Bench Order", customer=made.name)
    with pytest.raises(LinkExistsError, match=order.name):
        bench.write(lambda ctx: ctx.store.delete("Bench Customer", made.name))
    bench.write(lambda ctx: ctx.store.delete("Bench Order", order.name))
    bench.write(lambda ctx: ctx.store.delete("Bench Customer", made.name))
    with pytest.raises(DoesNotExistError):
        bench.get("Bench Customer", made.name)


def test_a_series_number_is_never_used_again(bench: TestSite) -> None:
    first = bench.insert("Bench Customer", customer_name="A")
    bench.write(lambda ctx: ctx.store.delete("Bench Customer", first.name))
    assert bench.insert("Bench Customer", customer_name="B").name == "BC-00002"


def one_by_one(ctx: Context, docs: Sequence[Document]) -> None:
    """The sabotage of X23: a statement for each row."""
    for doc in docs:
        for part in (doc, *(row for _, row in doc.children())):
            ctx.connection.insert_rows(part.meta, [part.columns()])


@pytest.mark.parametrize("rows", [500, pytest.param(10_000, marks=pytest.mark.soak)])
@defended_by("crm_platform.documents.saving:_write_new", replace_with=one_by_one)
def test_X23_the_rows_of_a_document_are_written_together(
    site: TestSite, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.doctype("Many Row", {"fieldname": "qty", "fieldtype": "Int", "label": "Qty"}, istable=1, permissions=[])
    table = {"fieldname": "rows", "fieldtype": "Table", "options": "Many Row", "label": "Rows"}
    site.doctype("Many", table, autoname="hash")
    written: list[int] = []
    insert = Writing.insert_rows

    def counted(connection: Writing, meta: DocType, values: Sequence[Any]) -> None:
        if meta.name.startswith("Many"):
            written.append(len(values))
        insert(connection, meta, values)

    monkeypatch.setattr(Writing, "insert_rows", counted)
    name = site.insert("Many", rows=[{"qty": number} for number in range(rows)]).name
    assert written == [1, rows]
    assert [row.qty for row in site.get("Many", name).rows] == list(range(rows))
