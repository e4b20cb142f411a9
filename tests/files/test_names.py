"""File names: whatever comes in, what is stored is one safe component that still says what it said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.errors import ValidationError
from crm_platform.files.names import MAX_BYTES, cut, safe_name, split_extension, with_suffix


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("报价单.pdf", "报价单.pdf"),
        ("../../etc/passwd", "etcpasswd"),
        ("a\\b.txt", "ab.txt"),
        (".htaccess", "htaccess"),
        ("a\r\nb.txt", "ab.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("50% off?.txt", "50_ off_.txt"),
        ("e\u0301.txt", "é.txt"),
        ("name. . ", "name"),
        ("archive.tar.gz", "archive.tar.gz"),
    ],
)
def test_a_name_becomes_safe(given_name: str, stored: str) -> None:
    assert safe_name(given_name) == stored


@pytest.mark.parametrize("given_name", ["", "..", ". . .", "///", "\x00"])
def test_a_name_of_nothing_is_refused(given_name: str) -> None:
    with pytest.raises(ValidationError, match="needs a name"):
        safe_name(given_name)


@given(st.text())
def test_any_name_is_one_safe_component_or_refused(given_name: str) -> None:
    try:
        name = safe_name(given_name)
    except ValidationError:
        return
    assert 0 < len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\\x00%?#"<>\r\n')
    assert not name.startswith(".")
    assert safe_name(name) == name


@given(st.text(), st.integers(0, 20))
def test_a_cut_goes_through_no_character(text: str, size: int) -> None:
    part = cut(text.replace("\ud800", ""), size) if text.isascii() else cut("报价" * 9, size)
    assert len(part.encode()) <= size


def test_a_suffix_goes_before_the_extension() -> None:
    assert with_suffix("报价.pdf", "1a2b") == "报价1a2b.pdf"
    assert with_suffix("README", "1a2b") == "README1a2b"
    assert split_extension("a." + "x" * 30) == ("a." + "x" * 30, "")
