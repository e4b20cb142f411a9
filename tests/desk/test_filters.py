"""Filter chips: every operator that the interface offers for a field type is answered by the list, and rightly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import FULL, Api, create
from support.checkout import ROOT

KINDS = ROOT / "frontend" / "src" / "fields"
TEXTS = dict.fromkeys(
    ("Data", "Small Text", "Text", "Long Text", "Text Editor", "Markdown Editor", "HTML Editor", "Code", "Barcode"),
    "设备 7",
)
VALUES: dict[str, Any] = {
    **TEXTS,
    "JSON": "[7]",
    "Geolocation": '{"type": "FeatureCollection", "features": []}',
    "Color": "#336699",
    "Icon": "star",
    "Phone": "+86-13800000107",
    "Read Only": "设备 7",
    "Autocomplete": "上海",
    "Select": "甲",
    "Link": "甲级",
    "Dynamic Link": "甲级",
    "Int": 7,
    "Float": 7.5,
    "Currency": 7.25,
    "Percent": 70,
    "Rating": 0.6,
    "Duration": 60,
    "Time": "08:30:00",
    "Date": "2026-03-07",
    "Datetime": "2026-03-07 08:30:00",
    "Check": 1,
    "Attach": "https://files.example.com/7.pdf",
    "Attach Image": "https://files.example.com/7.png",
    "Signature": "data:image/png;base64,iVBORw0KGgo=",
}
MISSES = {"JSON": "[8]", "Geolocation": "[]", "Phone": "+86-13800000108"}
"""A value that the record has not; for most types any text."""
OPTIONS = {"Select": "甲\n乙", "Autocomplete": "北京\n上海", "Link": "Filter Grade", "Dynamic Link": "kind"}


def fieldname(fieldtype: str) -> str:
    return f"f_{fieldtype.lower().replace(' ', '_')}"


def offered() -> Iterator[tuple[str, str]]:
    """(field type, operator) as the folders of the field kinds declare them."""
    source = (KINDS / "operators.ts").read_text()
    found = re.findall(r"const (\w+_OPERATORS)[^=]*= \[(.*)\]", source)
    families = {name: re.findall(r"'([^']+)'", listed) for name, listed in found}
    for path in sorted(KINDS.glob("*/index.ts")):
        declared = path.read_text()
        family = re.search(r"operators: (\w+_OPERATORS)", declared)
        types = re.search(r"fieldtypes: \[(.*?)\]", declared, re.DOTALL)
        if family and types:
            for fieldtype in re.findall(r"'([^']+)'", types.group(1)):
                yield from ((fieldtype, operator) for operator in families[family.group(1)])


def questions(operator: str, value: Any, miss: str) -> list[tuple[Any, bool]]:
    """What the interface sends for chips with this operator, and whether a record with the value is among them."""
    by_operator: dict[str, list[tuple[Any, bool]]] = {
        "=": [(value, True)],
        "!=": [(value, False)],
        "like": [(f"%{value}%", True), ("%nothing like this%", False)],
        "not like": [(f"%{value}%", False), ("%nothing like this%", True)],
        ">": [(value, False)],
        "<": [(value, False)],
        ">=": [(value, True)],
        "<=": [(value, True)],
        "in": [([value], True), ([miss], False)],
        "not in": [([value], False), ([miss], True)],
        "between": [([value, value], True)],
        "is": [("set", True), ("not set", False)],
        "timespan": [("last year", False), ("last 7 days", False)],
    }
    return by_operator[operator]


OFFERED = sorted(offered())


@pytest.fixture(scope="module")
def record(api: Api) -> str:
    rights = [{"role": "System Manager", **FULL}]
    base = {"module": "Core", "custom": 1, "autoname": "prompt", "permissions": rights}
    create(api.admin, "DocType", {"name": "Filter Grade", **base, "fields": []})
    create(api.admin, "Filter Grade", {"name": "甲级"})
    fields = [
        {"fieldname": fieldname(name), "label": name, "fieldtype": name, "options": OPTIONS.get(name)}
        for name in VALUES
    ]
    kind = {"fieldname": "kind", "label": "Kind", "fieldtype": "Link", "options": "DocType"}
    create(api.admin, "DocType", {"name": "Filter Kinds", **base, "fields": [kind, *fields]})
    values = {fieldname(name): value for name, value in VALUES.items()}
    return str(create(api.admin, "Filter Kinds", {"name": "七", "kind": "Filter Grade", **values})["name"])


def test_every_field_type_with_filters_has_a_value_here() -> None:
    assert {fieldtype for fieldtype, _ in OFFERED} == VALUES.keys()
    assert len(OFFERED) >= 200


@pytest.mark.parametrize("fieldtype", sorted(VALUES))
def test_each_operator_finds_what_it_says(api: Api, record: str, fieldtype: str) -> None:
    stored = api.admin.get(f"/api/resource/Filter Kinds/{record}").json()["data"][fieldname(fieldtype)]
    miss = MISSES.get(fieldtype, "nothing like this")
    for operator in (one for name, one in OFFERED if name == fieldtype):
        for sent, is_found in questions(operator, stored, miss):
            filters = json.dumps([[fieldname(fieldtype), operator, sent]])
            answer = api.admin.get("/api/resource/Filter Kinds", params={"filters": filters})
            assert answer.status_code == 200, (operator, sent, answer.text)
            assert [row["name"] for row in answer.json()["data"]] == ([record] if is_found else []), (operator, sent)
