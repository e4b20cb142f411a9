"""Exports under the caller's rights; what goes out comes in again as the same documents."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm_platform.errors import DataError, PermissionError
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source
from crm_platform.testing import TestSite
from crm_platform.transfer import exporting
from support.sabotage import defended_by
from support.transfer import RIGHTS, contents, counts, define_orders, run_export, run_import

LONG = "长文本\r\n第二行, \"引号\" 'x'\t末"


def rows_of(path: Path) -> list[list[Any]]:
    return [row.cells for row in read_rows(Source(path))]


def fill(site: TestSite) -> None:
    """Documents with everything that a file may garble."""
    site.insert(
        "T Order",
        name="甲 1",
        code="=1+1",
        title="@SUM(A1)",
        amount="-1234567.891234",
        day="2026-03-31",
        at="2026-03-31 09:30:15.123456",
        html="<p>北京</p>",
        items=[{"product": "'=x", "qty": -3, "note": LONG}, {"product": "007", "qty": 0}],
    )
    site.insert(
        "T Order", name="乙 2", code="'", title=" 空格 ", status="Done", parent_order="甲 1", at="1890-01-01 00:00:00"
    )
    site.insert("T Order", name="丙 3", title="0012", parent_order="乙 2", items=[{"product": "-", "qty": 2**31 - 1}])


@defended_by("crm_platform.spreadsheets.writing:harmless", replace_with=lambda text: "=" + text)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_F09_what_goes_out_comes_in_again(site: TestSite, tmp_path: Path, kind: str) -> None:
    define_orders(site, autoname="prompt")
    fill(site)
    before = contents(site, "T Order")
    file = run_export(site, "T Order", tmp_path / f"orders.{kind}")
    assert counts(run_import(site, "T Order", file)) == (0, 0, 3, 0)
    for name in ("丙 3", "乙 2", "甲 1"):
        site.write(lambda ctx, name=name: ctx.store.delete("T Order", name))
    assert counts(run_import(site, "T Order", file)) == (3, 0, 0, 0)
    assert contents(site, "T Order") == before
    site.update("T Order", "甲 1", title="other", items=[])
    fresh = run_export(site, "T Order", tmp_path / f"fresh.{kind}", fields=["name", "title", "items.product"])
    assert rows_of(fresh)[1] == ["甲 1", "other", ""]


def test_only_what_the_caller_may_read_and_export_goes_out(site: TestSite, tmp_path: Path) -> None:
    secret = {"fieldname": "secret", "fieldtype": "Data", "label": "Secret", "permlevel": 1}
    password = {"fieldname": "pin", "fieldtype": "Password", "label": "Pin"}
    code = {"fieldname": "code", "fieldtype": "Data", "label": "Code"}
    for role in ("Clerk", "Guest Clerk"):
        site.role(role)
    permissions = [
        {"role": "Clerk", "read": 1},
        {"role": "Clerk", **RIGHTS, "if_owner": 1},
        {"role": "Guest Clerk", "read": 1},
    ]
    site.doctype("T Note", code, secret, password, permissions=permissions)
    clerk, guest = site.user("clerk@example.com", "Clerk"), site.user("other@example.com", "Guest Clerk")
    site.insert("T Note", code="theirs", secret="s", pin="1234")
    site.write(lambda ctx: ctx.store.insert(ctx.store.new("T Note", {"code": "mine"})), clerk)
    file = run_export(site, "T Note", tmp_path / "a.csv", clerk, fields=["code"])
    assert rows_of(file) == [["code"], ["mine"]]
    assert "secret" not in rows_of(run_export(site, "T Note", file, clerk))[0]
    assert "pin" not in rows_of(run_export(site, "T Note", file, fields=["*"]))[0]
    with pytest.raises(PermissionError, match="may not export"):
        run_export(site, "T Note", file, guest)
    with pytest.raises(PermissionError):
        run_export(site, "T Note", file, clerk, fields=["secret"])
    for name in ("pin", "nope"):
        with pytest.raises(DataError):
            run_export(site, "T Note", file, fields=[name])


def test_fields_and_filters_choose(sqlite_site: TestSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    define_orders(sqlite_site)
    monkeypatch.setattr(exporting, "PAGE", 2)
    for number in range(5):
        sqlite_site.insert(
            "T Order", code=f"C{number}", title="标题", amount=number, items=[{"product": "p", "qty": 1}]
        )
    fields = ["code", "items.qty", "parent_order.title"]
    sqlite_site.update("T Order", "TO-00004", parent_order="TO-00001")
    file = run_export(sqlite_site, "T Order", tmp_path / "a.csv", fields=fields, filters=[["amount", ">", 1]])
    assert rows_of(file) == [fields, ["C2", "1", ""], ["C3", "1", "标题"], ["C4", "1", ""]]
    for name in ("items.nope", "nope.title", "items"):
        with pytest.raises(DataError):
            run_export(sqlite_site, "T Order", file, fields=[name])
    for doctype in ("T Item", "System Settings"):
        with pytest.raises(DataError):
            run_export(sqlite_site, doctype, file)


def test_the_hour_that_comes_twice_is_told_by_its_offset() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert exporting.in_zone(first, zone) == "2026-10-25 02:30:00+02:00"
    assert exporting.in_zone(second, zone) == "2026-10-25 02:30:00+01:00"
    assert exporting.in_zone(datetime(2026, 7, 1, tzinfo=UTC), zone) == datetime(2026, 7, 1, 2)
