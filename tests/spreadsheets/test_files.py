"""Rows to files and back: csv in its encodings, xlsx within limits, nothing guessed, hostile files refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from crm_platform.errors import CRMError, EntityTooLargeError, FileTypeNotAllowedError, ValidationError
from crm_platform.spreadsheets import limits, xlsx_reading
from crm_platform.spreadsheets.reading import read_rows
from crm_platform.spreadsheets.source import Source
from crm_platform.spreadsheets.writing import table_bytes
from support.sabotage import defended_by, nothing, unchanged

HEADER = ["姓名", "=cmd()", "n"]
ROWS: list[list[Any]] = [
    ["王芳", "=1+1", Decimal("1234.500000")],
    [" two\r\nlines ", "'=1+1", -5],
    ["a_x0041_b", "\u200b@x", 0.1],
    ["", "07", date(2026, 3, 31)],
    [datetime(2026, 3, 31, 12, 30), time(3, 4, 5), date(1850, 1, 1)],
]


def cells(path: Path, **options: str) -> list[list[Any]]:
    return [row.cells for row in read_rows(Source(path, **options))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@defended_by("crm_platform.spreadsheets.writing:harmless", replace_with=unchanged)
def test_F09_csv_gives_back_the_texts(file: Path) -> None:
    file.write_bytes(table_bytes("csv", HEADER, ROWS))
    assert cells(file) == [
        HEADER,
        ["王芳", "=1+1", "1234.5"],
        [" two\r\nlines ", "'=1+1", "-5"],
        ["a_x0041_b", "\u200b@x", "0.1"],
        ["", "07", "2026-03-31"],
        ["2026-03-31 12:30:00", "03:04:05", "1850-01-01"],
    ]


def as_excel_guesses(sheet: Any, row: int, column: int, value: Any, _: Any) -> None:
    """A cell whose kind is guessed from its text."""
    sheet.write(row, column, value)


@defended_by("crm_platform.spreadsheets.writing:_write_cell", replace_with=as_excel_guesses)
def test_F09_xlsx_gives_back_texts_numbers_and_dates_and_has_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(table_bytes("xlsx", HEADER, ROWS))
    assert cells(path) == [
        HEADER,
        ["王芳", "=1+1", 1234.5],
        [" two\r\nlines ", "'=1+1", -5],
        ["a_x0041_b", "\u200b@x", 0.1],
        ["", "07", date(2026, 3, 31)],
        [datetime(2026, 3, 31, 12, 30), time(3, 4, 5), "1850-01-01"],
    ]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize("value", [2**53 + 1, Decimal("9000000000000.000001")])
def test_a_number_that_excel_would_round_is_written_as_text(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "rows.xlsx"
    path.write_bytes(table_bytes("xlsx", ["n"], [[value]]))
    assert cells(path) == [["n"], [str(value)]]


def test_rows_are_numbered_as_in_the_file_and_empty_ones_left_out(tmp_path: Path, file: Path) -> None:
    file.write_text('\na,b\n,\n"x\ny",1\n', encoding="utf-8")
    assert [(row.number, row.cells) for row in read_rows(Source(file))] == [(2, ["a", "b"]), (4, ["x\ny", "1"])]
    book = xlsxwriter.Workbook(tmp_path / "rows.xlsx")
    book.add_worksheet().write_string(3, 2, "甲")
    book.close()
    assert [(row.number, row.cells) for row in read_rows(Source(tmp_path / "rows.xlsx"))] == [(4, ["", "", "甲"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(file: Path, encoding: str) -> None:
    file.write_text("姓名,城市\n王芳,北京\n", encoding=encoding)
    assert cells(file) == [["姓名", "城市"], ["王芳", "北京"]]


def test_another_encoding_must_be_said(file: Path) -> None:
    file.write_text("姓名;城市\n王芳;北京\n", encoding="gb18030")
    with pytest.raises(ValidationError, match="Row 1 is not written in utf-8"):
        cells(file)
    assert cells(file, encoding="gb18030", delimiter=";") == [["姓名", "城市"], ["王芳", "北京"]]
    for delimiter in (";;", '"', ""):
        with pytest.raises(ValidationError, match="one character"):
            cells(file, delimiter=delimiter)
    for encoding in ("utf-16", "punycode"):
        with pytest.raises(ValidationError, match="Row 1 is not written in"):
            cells(file, encoding=encoding)
    for encoding in ("klingon", "zip", "hex", "undefined", "a\0b"):
        with pytest.raises(ValidationError, match="There is no encoding"):
            cells(file, encoding=encoding)


def test_a_damaged_file_is_refused_with_its_row(tmp_path: Path, file: Path) -> None:
    file.write_text('a\n"b"c\n', encoding="utf-8")
    with pytest.raises(ValidationError, match="Row 2 cannot be read"):
        cells(file)
    for name, content in (("x.csv", b"PK\x03\x04"), ("x.xlsx", b"PK\x03\x04"), ("x.xlsx", b"a,b\n")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValidationError, match=r"is an Excel file|cannot be read as"):
            cells(tmp_path / name)
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    with pytest.raises(FileTypeNotAllowedError):
        cells(tmp_path / "x.pdf")


@defended_by("crm_platform.spreadsheets.reading:check_row", replace_with=nothing)
def test_H05_rows_columns_and_cells_have_limits(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    file.write_text("a\n" * 4, encoding="utf-8")
    with pytest.raises(EntityTooLargeError, match="more than 3 rows"):
        cells(file)
    file.write_text("a," * 2000, encoding="utf-8")
    with pytest.raises(EntityTooLargeError, match="2001 columns"):
        cells(file)
    file.write_text("a" * 200_000, encoding="utf-8")
    with pytest.raises(ValidationError, match="Row 1 cannot be read"):
        cells(file)
    with pytest.raises(EntityTooLargeError, match="does not fit"):
        table_bytes("xlsx", ["a"], [["x" * 40_000]])


def test_of_several_sheets_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("一", "二"):
        book.add_worksheet(name).write_string(0, 0, name)
    book.close()
    with pytest.raises(ValidationError, match="has the sheets 一, 二"):
        cells(path)
    with pytest.raises(ValidationError, match="has the sheets"):
        cells(path, sheet="三")
    assert cells(path, sheet="二") == [["二"]]


def test_the_error_of_a_formula_is_no_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "error.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_formula(4, 1, "=NA()", value="#N/A")
    book.close()
    with pytest.raises(ValidationError, match="Cell B5"):
        cells(path)


def bomb(path: Path, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """A small workbook with one part changed."""
    plain = path.with_name("plain.xlsx")
    plain.write_bytes(table_bytes("xlsx", ["a"], [["b"]]))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            assert part != name or old in content
            target.writestr(name, content.replace(old, new) if name == part else content)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'r="A2"', b'r="XFD1048576"'),
        (b"</sheetData>", b" " * (1 << 26) + b"</sheetData>"),
        (b"<worksheet", b'<!DOCTYPE w [<!ENTITY a "' + b"x" * 10_000 + b'">]><worksheet'),
    ],
    ids=["far cell", "1:1000", "entities"],
)
def test_H05_a_bomb_ends_as_a_sentence_within_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes
) -> None:
    monkeypatch.setattr(xlsx_reading, "MEMORY", 300 << 20)
    try:
        assert len(cells(bomb(tmp_path / "bomb.xlsx", old, new))) <= 2
    except CRMError as refused:
        assert "too big or damaged" in str(refused) or "cannot be read" in str(refused)
