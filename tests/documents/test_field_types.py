"""All of Frappe's field types in one DocType: a value of each comes back; hundreds of DocTypes are no burden."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.documents import modelling
from crm_platform.documents.wire import to_wire
from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.testing import TestSite

OPTIONS = {"Link": "User", "Dynamic Link": "kind", "Table": "Kid", "Table MultiSelect": "Kid", "Select": "甲\n乙"}
VALUES: dict[str, Any] = {
    "Attach": "/files/合同.pdf",
    "Attach Image": "/files/a.png",
    "Autocomplete": "北京",
    "Barcode": "4711",
    "Check": 1,
    "Code": "a < b",
    "Color": "#ff0000",
    "Currency": 12.345678,
    "Data": "客户",
    "Date": "2024-02-29",
    "Datetime": "2024-02-29 12:30:00.000000",
    "Duration": 90.0,
    "Dynamic Link": "Administrator",
    "Float": 0.1,
    "Geolocation": '{"type":"FeatureCollection","features":[]}',
    "HTML Editor": "<p>好</p>",
    "Icon": "star",
    "Int": 42,
    "JSON": '{"a":1}',
    "Link": "Administrator",
    "Long Text": "很长",
    "Markdown Editor": "# 题",
    "Percent": 12.5,
    "Phone": "+86 10 1234567",
    "Rating": 0.8,
    "Read Only": "r",
    "Select": "乙",
    "Signature": "data:image/png;base64,AA==",
    "Small Text": "短",
    "Text": "文",
    "Text Editor": "<p>文</p>",
    "Time": "09:30:00",
}


def test_a_value_of_every_field_type_comes_back(site: TestSite) -> None:
    site.doctype("Kid", {"fieldname": "who", "fieldtype": "Link", "options": "User"}, istable=1, permissions=[])
    names = {kind: kind.lower().replace(" ", "_") + "_field" for kind in sorted(FIELD_KINDS)}
    fields = [
        {"fieldname": name, "fieldtype": kind, "label": kind, "options": OPTIONS.get(kind)}
        for kind, name in names.items()
    ]
    site.doctype("Everything", {"fieldname": "kind", "fieldtype": "Link", "options": "DocType"}, *fields)
    given = {names[kind]: value for kind, value in VALUES.items()}
    rows = {names[kind]: [{"who": "Administrator"}] for kind in ("Table", "Table MultiSelect")}
    secret = {names["Password"]: "geheim"}
    stored = site.insert("Everything", kind="User", **given, **rows, **secret)
    shown = site.read(lambda ctx: to_wire(ctx, ctx.store.get("Everything", stored.name)))
    assert {name: shown[name] for name in given} == given
    assert [shown[name][0]["who"] for name in rows] == ["Administrator", "Administrator"]
    assert set(shown[names["Password"]]) == {"*"}
    assert len(FIELD_KINDS) == 43
    assert {kind for kind, field in FIELD_KINDS.items() if field.storage != "none"} == {*VALUES, "Password"}


def test_an_empty_text_empties_a_field_of_every_type(site: TestSite) -> None:
    """Frappe's clients and records send "" for a field that nobody has filled."""
    names = {kind: kind.lower().replace(" ", "_") + "_field" for kind in VALUES}
    fields = [
        {"fieldname": name, "fieldtype": kind, "label": kind, "options": OPTIONS.get(kind)}
        for kind, name in names.items()
    ]
    site.doctype("Emptied", {"fieldname": "kind", "fieldtype": "Link", "options": "DocType"}, *fields)
    stored = site.insert("Emptied", **dict.fromkeys(names.values(), ""))
    shown = site.read(lambda ctx: to_wire(ctx, ctx.store.get("Emptied", stored.name)))
    assert {kind for kind, name in names.items() if shown.get(name) not in ("", None, 0)} == set()
    filled = site.insert("Emptied", kind="User", **{names[kind]: value for kind, value in VALUES.items()})
    emptied = site.update("Emptied", filled.name, "Administrator", **dict.fromkeys(names.values(), ""))
    shown = site.read(lambda ctx: to_wire(ctx, ctx.store.get("Emptied", emptied.name)))
    assert {kind for kind, name in names.items() if shown.get(name) not in ("", None, 0)} == set()


@pytest.mark.parametrize("given", [-0.0, "-0.0", -0.0000001])
def test_there_is_no_negative_zero(site: TestSite, given: float | str) -> None:
    """A sum of a return and its correction must not read "-0.00", nor differ from what is read back later."""
    kinds = ("Int", "Float", "Currency", "Percent")
    fields = [{"fieldname": kind.lower(), "fieldtype": kind, "label": kind, "precision": "2"} for kind in kinds]
    site.doctype("Nothing", *fields)
    made = site.insert("Nothing", **{kind.lower(): given for kind in kinds})
    for shown in (made, site.get("Nothing", made.name)):
        assert {str(shown[kind.lower()]).partition("0")[0] for kind in kinds} == {""}


def test_hundreds_of_doctypes_are_made_in_one_change(sqlite_site: TestSite) -> None:
    link = {"fieldname": "next", "fieldtype": "Link", "label": "Next"}
    bodies = {
        ("DocType", f"Many {n}"): {
            "name": f"Many {n}",
            "module": "Core",
            "fields": [{"fieldname": "a", "fieldtype": "Data"}, {**link, "options": f"Many {(n + 1) % 300}"}],
        }
        for n in range(300)
    }
    sqlite_site.system(lambda ctx: modelling.apply(ctx, bodies, "many"))
    first = sqlite_site.insert("Many 0", a="一")
    assert sqlite_site.insert("Many 299", next=first.name).next == first.name
