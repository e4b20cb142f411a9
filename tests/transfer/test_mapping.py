"""Mapping files: what they may say, and every fault of one named at once."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import ValidationError
from crm_platform.transfer.mapping import ENTRY_KEYS, MAPPING_KEYS, parse_mapping, read_mapping
from support.checkout import ROOT


def test_a_whole_mapping_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    body = {
        "doctype": "客户",
        "key": ["code"],
        "columns": {
            "编号": {"field": "code"},
            "额": [{"field": "a", "multiply": 0.1}, {"field": "b", "values": {"是": 1}}],
        },
        "ignore": ["x"],
        "decimal": ",",
        "distinct": True,
    }
    path.write_text(json.dumps(body), encoding="utf-8-sig")
    mapping = read_mapping(path)
    assert mapping.columns is not None
    assert [entry.field for entry in mapping.columns["额"]] == ["a", "b"]
    assert mapping.columns["额"][0].multiply == Decimal("0.1")
    assert (mapping.key, mapping.decimal, mapping.distinct, mapping.update_only) == (("code",), ",", True, False)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"keys": ["a"]}, "keys"),
        ({"key": "a"}, "key"),
        ({"decimal": "·"}, "decimal"),
        ({"distinct": 1}, "distinct"),
        ({"defaults": {"a": []}}, "defaults"),
        ({"columns": []}, "columns"),
        ({"columns": {"c": "code"}}, "c"),
        ({"columns": {"c": {"field": "a", "mach": "b"}}}, "c.mach"),
        ({"columns": {"c": {"field": "a", "multiply": "2"}}}, "c.multiply"),
        ({"columns": {"c": {"field": "a", "multiply": 0}}}, "c.multiply"),
        ({"columns": {"c": {"field": "a", "other": "guess"}}}, "c.other"),
        ({"columns": {"c": [{"field": "a"}, {"values": {}}]}}, "c"),
    ],
)
def test_a_fault_is_named_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_mapping({"doctype": "X", "columns": {}, **change})
    assert [error.field for error in refused.value.errors] == [place]


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        parse_mapping({"doctype": "X", "columns": {"c": {"field": 1}, "d": {"field": "a", "x": 1}}, "y": 1})
    assert [error.field for error in refused.value.errors] == ["y", "c", "d.x"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"doctype": 1, "columns": {}}', '{"doctype": "X", "doctype": "Y"}'])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(ValidationError):
        read_mapping(tmp_path / "m.json")


def test_the_documentation_names_every_key() -> None:
    text = (ROOT / "docs" / "how-to" / "import.md").read_text(encoding="utf-8")
    mapping, entry = text.partition("## The mapping file")[2].partition("A column's entry:")[::2]
    assert documented(mapping) == set(MAPPING_KEYS)
    assert documented(entry.partition("## ")[0]) == set(ENTRY_KEYS)


def documented(text: str) -> set[str]:
    """The keys in the first column of a table."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}
