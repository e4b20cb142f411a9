"""Imports on both databases: by key, again and again the same, bad rows apart, under the rights of the user."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import PermissionError, ValidationError
from crm_platform.testing import TestSite
from crm_platform.transfer import importing
from crm_platform.transfer.plan import Plan
from crm_platform.transfer.records import Record
from support.sabotage import defended_by, yes
from support.transfer import RIGHTS, contents, counts, define_orders, reasons, run_import, write_csv

KEY: dict[str, Any] = {"key": ["code"]}


@pytest.fixture
def orders(site: TestSite) -> TestSite:
    define_orders(site)
    return site


def columns(*names: str) -> dict[str, Any]:
    return {name: {"field": name} for name in names}


def mapping(*names: str, **more: Any) -> dict[str, Any]:
    return {**KEY, "columns": columns(*names), **more}


def test_documents_are_added_once_changed_where_they_differ_and_else_untouched(
    orders: TestSite, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", ["code", "title", "amount"], ["甲", "北京", "1,000.5"], ["乙", "上海", ""])
    assert counts(run_import(orders, "T Order", file, mapping("code", "title", "amount"))) == (2, 0, 0, 0)
    before = {code: orders.get("T Order", name).modified for code, name in names(orders).items()}
    assert counts(run_import(orders, "T Order", file, mapping("code", "title", "amount"))) == (0, 0, 2, 0)
    write_csv(file, ["code", "title", "amount"], ["甲", "北京", ""], ["乙", "上海", ""], ["丙", "广州", "3"])
    assert counts(run_import(orders, "T Order", file, mapping("code", "title", "amount"))) == (1, 1, 1, 0)
    after = {code: orders.get("T Order", name).modified for code, name in names(orders).items()}
    assert (after["甲"] > before["甲"], after["乙"] == before["乙"]) == (True, True)
    assert {code: doc["amount"] for code, doc in contents(orders, "T Order", "code").items()} == {
        "甲": Decimal(0),
        "乙": Decimal(0),
        "丙": Decimal(3),
    }


def names(site: TestSite) -> dict[str, str]:
    return site.read(lambda ctx: {r["code"]: r["name"] for r in ctx.store.list("T Order", fields=["name", "code"])})


def test_bad_rows_are_named_with_row_column_and_reason_and_the_others_stay(orders: TestSite, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv",
        ["code", "title", "Betrag", "day", "parent_order"],
        ["1", "ok", "1", "2026-01-01", ""],
        ["2", "", "1,5", "1.1.2026", ""],
        ["3", "x", "1", "", "TO-99999"],
        ["4", "ok", "1", "", ""],
        ["", "x", "1", "", ""],
        ["1", "again", "1", "", ""],
        ["5", "short"],
    )
    body = {**KEY, "columns": {**columns("code", "title", "day", "parent_order"), "Betrag": {"field": "amount"}}}
    for dry_run in (True, False):
        report = run_import(orders, "T Order", file, body, dry_run=dry_run)
        assert counts(report) == (2, 0, 0, 5)
        assert sorted(reasons(report)) == [
            (3, "Betrag", "Amount must be a number, not 1,5."),
            (3, "day", "Day: 1.1.2026 is not a valid date. Write it as YYYY-MM-DD."),
            (4, "parent_order", "Could not find Parent Order: TO-99999"),
            (6, "code", "The key is empty. Fill it in, or choose other key fields."),
            (7, "code", "The row has the same key as row 2."),
            (8, "", "The row has 2 cells, the first row names 5 columns."),
        ]
        assert set(contents(orders, "T Order", "code")) == (set() if dry_run else {"1", "4"})


def test_a_dry_run_keeps_nothing_not_even_a_number_or_a_log(orders: TestSite, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "a"])
    before = orders.site.runtime.database.digest()
    run_import(orders, "T Order", file, mapping("code", "title"), dry_run=True)
    assert orders.site.runtime.database.digest() == before
    run_import(orders, "T Order", file, mapping("code", "title"))
    assert list(contents(orders, "T Order")) == ["TO-00001"]


def test_the_import_is_logged_once_for_each_file(orders: TestSite, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "a"], ["2", ""])
    for _ in range(2):
        run_import(orders, "T Order", file, mapping("code", "title"))
    (log,) = contents(orders, "Data Import").values()
    assert (log["status"], log["file_name"], log["total_rows"], log["unchanged_rows"], log["failed_rows"]) == (
        *("Partial Success", "a.csv"),
        *(2, 1, 1),
    )
    assert "Value missing" in log["import_log"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (mapping("code"), "says nothing about the column title"),
        (mapping("code", "title", "day"), "no column day"),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "tilte"}}}, "no field tilte"),
        ({"columns": columns("code", "title")}, "Nothing tells"),
        ({"key": ["day"], "columns": columns("code", "title")}, "No column fills the key day"),
        (mapping("code", "title", defaults={"amount": "lots"}), "must be a number"),
        (mapping("code", "title", defaults={"nope": 1}), "no field nope"),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "code"}}}, "both fill code"),
        (
            {**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "title", "match": "x"}}},
            "match needs a Link",
        ),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "title", "multiply": 2}}}, "only numbers"),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "owner"}}}, "no field owner"),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "items"}}}, "cannot be imported"),
        ({**KEY, "columns": {"code": {"field": "code"}, "title": {"field": "nope.x"}}}, "no table nope"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_written(
    sqlite_site: TestSite, tmp_path: Path, body: dict[str, Any], fault: str
) -> None:
    define_orders(sqlite_site)
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "a"])
    with pytest.raises(ValidationError, match=fault):
        run_import(sqlite_site, "T Order", file, body)
    assert contents(sqlite_site, "T Order") == {}


def test_without_a_mapping_columns_are_fieldnames_or_labels_in_any_language(
    sqlite_site: TestSite, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "a.csv", ["Territory Name", "is_group"], ["华北", "1"])
    assert counts(run_import(sqlite_site, "Territory", file)) == (1, 0, 0, 0)
    chinese = sqlite_site.site.catalogues.translate("zh", "Territory Name")
    assert chinese != "Territory Name"
    write_csv(file, [chinese, "Is Group"], ["华北", "1"], ["华南", "0"])
    assert counts(run_import(sqlite_site, "Territory", file)) == (1, 0, 1, 0)
    write_csv(file, [sqlite_site.site.catalogues.translate("zh", "ID"), "Is Group"], ["华北", "0"])
    assert counts(run_import(sqlite_site, "Territory", file)) == (0, 1, 0, 0)
    write_csv(file, ["territory_name", "is group"], ["华东", "1"])
    with pytest.raises(ValidationError, match="The column is group is no field of Territory"):
        run_import(sqlite_site, "Territory", file)


def test_links_by_another_field_need_exactly_one_match(orders: TestSite, tmp_path: Path) -> None:
    for title in ("总部", "twin", "twin"):
        orders.insert("T Order", title=title)
    body = {**KEY, "columns": {**columns("code", "title"), "parent": {"field": "parent_order", "match": "title"}}}
    rows = [["a", "A", "总部"], ["b", "B", "twin"], ["c", "C", "Nobody"], ["d", "D", "A"], ["e", "E", ""]]
    file = write_csv(tmp_path / "a.csv", ["code", "title", "parent"], *rows)
    report = run_import(orders, "T Order", file, body)
    assert reasons(report) == [
        (3, "parent", "2 documents of T Order have title twin."),
        (4, "parent", "There is no T Order with title Nobody."),
    ]
    found = contents(orders, "T Order", "code")
    assert (found["a"]["parent_order"], found["d"]["parent_order"]) == ("TO-00001", names(orders)["a"])


def test_rows_of_one_document_make_its_child_table(orders: TestSite, tmp_path: Path) -> None:
    header = ["code", "title", "items.product", "items.qty"]
    file = write_csv(
        tmp_path / "a.csv",
        header,
        ["甲", "A", "笔", "1"],
        ["", "", "纸", "2"],
        ["甲", "A", "墨", "3"],
        ["乙", "B", "", ""],
        ["丙", "C", "笔", "x"],
        ["", "", "", "4"],
    )
    report = run_import(orders, "T Order", file, mapping(*header))
    assert (counts(report), {(row, column) for row, column, _ in reasons(report)}) == (
        (2, 0, 0, 1),
        {(6, "items.qty")},
    )
    assert [(r["product"], r["qty"]) for r in contents(orders, "T Order", "code")["甲"]["items"]] == [
        *(("笔", 1), ("纸", 2), ("墨", 3))
    ]
    assert counts(run_import(orders, "T Order", file, mapping(*header))) == (0, 0, 2, 1)


def test_child_rows_that_stay_keep_their_names_and_other_fields(orders: TestSite, tmp_path: Path) -> None:
    items = [{"product": "笔", "qty": 1, "note": "keep"}, {"product": "纸", "qty": 2}]
    made = orders.insert("T Order", code="甲", title="A", items=items)
    header = ["code", "items.product", "items.qty"]
    file = write_csv(tmp_path / "a.csv", header, ["甲", "墨", "3"], ["", "笔", "1"])
    assert counts(run_import(orders, "T Order", file, mapping(*header))) == (0, 1, 0, 0)
    rows = orders.get("T Order", made.name)["items"]
    assert [(row.product, row.note) for row in rows] == [("墨", None), ("笔", "keep")]
    assert rows[1].name == made["items"][0].name
    write_csv(file, header, ["甲", "", ""])
    assert counts(run_import(orders, "T Order", file, mapping(*header))) == (0, 1, 0, 0)
    assert not orders.get("T Order", made.name)["items"]


def test_a_row_that_contradicts_its_document_is_refused(sqlite_site: TestSite, tmp_path: Path) -> None:
    define_orders(sqlite_site)
    header = ["code", "title", "items.product"]
    file = write_csv(tmp_path / "a.csv", header, ["甲", "A", "笔"], ["甲", "B", "纸"])
    report = run_import(sqlite_site, "T Order", file, mapping(*header))
    assert [(row, column) for row, column, _ in reasons(report)] == [(3, "title")]
    assert contents(sqlite_site, "T Order") == {}


def test_equal_rows_may_repeat_only_where_the_mapping_says_so(sqlite_site: TestSite, tmp_path: Path) -> None:
    define_orders(sqlite_site)
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "a"], ["2", "b"], ["1", "a"], ["2", "c"])
    report = run_import(sqlite_site, "T Order", file, mapping("code", "title", distinct=True))
    assert counts(report) == (2, 0, 0, 1)
    assert reasons(report) == [(5, "code", "The row has the key of row 3, but other values.")]


def test_update_only_adds_nothing_and_defaults_change_nothing_that_is_there(
    sqlite_site: TestSite, tmp_path: Path
) -> None:
    define_orders(sqlite_site)
    sqlite_site.insert("T Order", code="1", title="a", amount=5)
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "b"], ["2", "b"])
    report = run_import(sqlite_site, "T Order", file, mapping("code", "title", update_only=True))
    assert (counts(report), reasons(report)) == ((0, 1, 0, 1), [(3, "code", "There is no T Order 2.")])
    run_import(sqlite_site, "T Order", file, mapping("code", "title", defaults={"amount": 9, "status": "Done"}))
    found = contents(sqlite_site, "T Order", "code")
    assert [(found[c]["amount"], found[c]["status"]) for c in "12"] == [(5, "Open"), (9, "Done")]


def test_an_empty_cell_leaves_a_default_alone(sqlite_site: TestSite, tmp_path: Path) -> None:
    define_orders(sqlite_site)
    file = write_csv(tmp_path / "a.csv", ["code", "title", "status", "day"], ["1", "a", "", ""])
    body = mapping("code", "title", "status", "day", defaults={"status": "Done"})
    assert counts(run_import(sqlite_site, "T Order", file, body)) == (1, 0, 0, 0)
    assert counts(run_import(sqlite_site, "T Order", file, body)) == (0, 0, 1, 0)
    assert contents(sqlite_site, "T Order", "code")["1"]["status"] == "Done"


def test_a_value_that_is_cleaned_on_saving_is_no_change_the_second_time(orders: TestSite, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "a.csv", ["code", "title", "html"], ["1", "a", "<p onclick='x()'>你好</p><script>1</script>"]
    )
    assert counts(run_import(orders, "T Order", file, mapping("code", "title", "html"))) == (1, 0, 0, 0)
    before = orders.site.runtime.database.digest()["tabT Order"]
    assert counts(run_import(orders, "T Order", file, mapping("code", "title", "html"))) == (0, 0, 1, 0)
    assert orders.site.runtime.database.digest()["tabT Order"] == before


@defended_by("crm_platform.documents.guards:same_moment", replace_with=yes)
def test_I08_a_change_by_somebody_else_is_not_overwritten(orders: TestSite, tmp_path: Path) -> None:
    made = orders.insert("T Order", code="1", title="a")
    header = ["code", "title", "modified"]
    file = write_csv(tmp_path / "a.csv", header, ["1", "mine", made.modified.isoformat()])
    orders.update("T Order", made.name, title="theirs")
    report = run_import(orders, "T Order", file, mapping(*header))
    assert (counts(report), reasons(report)[0][0]) == ((0, 0, 0, 1), 2)
    assert orders.get("T Order", made.name).title == "theirs"
    now = orders.get("T Order", made.name).modified.isoformat()
    write_csv(file, header, ["1", "mine", now])
    assert counts(run_import(orders, "T Order", file, mapping(*header))) == (0, 1, 0, 0)
    assert counts(run_import(orders, "T Order", file, mapping(*header))) == (0, 0, 1, 0)


def test_the_import_has_the_rights_of_its_user_and_no_more(orders: TestSite, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", ["code", "title"], ["1", "a"])
    for role, rights in (("Reader", {"read": 1}), ("Creator", {"read": 1, "create": 1, "import": 1})):
        orders.role(role)
        orders.insert("Custom DocPerm", parent="T Order", role=role, **rights)
        orders.user(f"{role.lower()}@example.com", role)
    with pytest.raises(PermissionError, match="may not import"):
        run_import(orders, "T Order", file, mapping("code", "title"), user="reader@example.com")
    assert counts(run_import(orders, "T Order", file, mapping("code", "title"), user="creator@example.com")) == (
        1,
        0,
        0,
        0,
    )
    (owner,) = orders.read(lambda ctx: ctx.store.list("T Order", fields=["owner"]))
    assert owner == {"owner": "creator@example.com"}
    write_csv(file, ["code", "title"], ["1", "changed"], ["2", "b"])
    report = run_import(orders, "T Order", file, mapping("code", "title"), user="creator@example.com")
    assert (counts(report), reasons(report)[0][0]) == ((1, 0, 0, 1), 2)


def test_a_field_of_a_closed_level_is_neither_written_nor_compared(sqlite_site: TestSite, tmp_path: Path) -> None:
    field = {"fieldname": "secret", "fieldtype": "Data", "label": "Secret", "permlevel": 1}
    code = {"fieldname": "code", "fieldtype": "Data", "label": "Code"}
    sqlite_site.role("Clerk")
    sqlite_site.doctype("T Level", code, field, permissions=[{"role": "Clerk", **RIGHTS}], allow_import=1)
    sqlite_site.user("clerk@example.com", "Clerk")
    file = write_csv(tmp_path / "a.csv", ["code", "secret"], ["1", "x"])
    with pytest.raises(ValidationError, match="cannot be imported by you"):
        run_import(sqlite_site, "T Level", file, mapping("code", "secret"), user="clerk@example.com")


@pytest.mark.parametrize("doctype", ["T Item", "System Settings"])
def test_rows_and_singles_are_not_imported(sqlite_site: TestSite, tmp_path: Path, doctype: str) -> None:
    define_orders(sqlite_site)
    file = write_csv(tmp_path / "a.csv", ["name"], ["1"])
    with pytest.raises(ValidationError, match="no DocType with documents"):
        run_import(sqlite_site, doctype, file)


def test_a_name_that_the_rule_does_not_give_is_refused(sqlite_site: TestSite, tmp_path: Path) -> None:
    define_orders(sqlite_site)
    file = write_csv(tmp_path / "a.csv", ["name", "title"], ["TO-00007", "a"])
    report = run_import(sqlite_site, "T Order", file)
    assert (counts(report), reasons(report)[0][:2]) == ((0, 0, 0, 1), (2, "name"))


parts_of = importing._Work._parts


def in_one_part(work: importing._Work, plan: Plan) -> Iterator[list[Record]]:
    """The whole file in one transaction."""
    yield [record for part in parts_of(work, plan) for record in part]


@defended_by("crm_platform.transfer.importing:_Work._parts", replace_with=in_one_part)
def test_X35_one_bad_row_in_a_hundred_and_a_stop_in_the_middle(
    orders: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [[f"C{i}", "" if i % 100 == 50 else f"标题{i}"] for i in range(600)]
    file = write_csv(tmp_path / "a.csv", ["code", "title"], *rows)
    monkeypatch.setattr(importing, "PART", 200)

    def stop(done: int, total: int) -> None:
        if done > total / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(orders, "T Order", file, mapping("code", "title"), progress=stop)
    assert orders.read(lambda ctx: ctx.store.count("T Order")) == 396
    report = run_import(orders, "T Order", file, mapping("code", "title"))
    assert counts(report) == (198, 0, 396, 6)
    assert [row for row, _, _ in reasons(report)] == [52, 152, 252, 352, 452, 552]
