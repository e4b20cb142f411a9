"""Demo data: each reference leads to an earlier record, each field and choice exists; dates move with the day."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from crm_platform.cli.demo import PACKS
from crm_platform.demo.dates import moved

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "crm_platform" / "demo"
FOLDERS = [ROOT / "plugins" / pack for pack in PACKS]
NAMED_BY = {
    "Product": "product_code",
    "Territory": "territory_name",
    "Sales Person": "sales_person_name",
    "Knowledge Category": "category_name",
    "Installed Product": "serial_no",
}
Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, list) else [loaded]


def records() -> list[Record]:
    return [
        record
        for folder in (DEMO, *(pack / "demo" for pack in FOLDERS))
        for path in sorted(folder.glob("*.json"))
        for record in read(path)
    ]


def definitions() -> dict[str, dict[str, Record]]:
    """DocType → fieldname → field, with the custom fields of the packs."""
    standard = (ROOT / "crm_platform" / "doctypes").rglob("*.json")
    files = [*standard, *(path for pack in FOLDERS for path in (pack / "doctypes").glob("*.json"))]
    found = {body["name"]: {f["fieldname"]: f for f in body["fields"]} for path in files for body in read(path)}
    for path in (path for pack in FOLDERS for path in (pack / "custom_fields").glob("*.json")):
        for field in read(path):
            found[field["dt"]][field["fieldname"]] = field
    return found


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def documents(record: Record, fields: dict[str, dict[str, Record]]) -> Iterator[tuple[str, Record]]:
    """The record's document and its child rows, each with its DocType."""
    yield record["doctype"], record["values"]
    for fieldname, value in record["values"].items():
        if isinstance(value, list):
            child = fields[record["doctype"]][fieldname]["options"]
            yield from ((child, row) for row in value)


def standard_names() -> dict[str, set[str]]:
    """Names that fixtures and roles bring, of the product and of the packs, by DocType."""
    found: dict[str, set[str]] = {}
    for above, folder in product((ROOT / "crm_platform", *FOLDERS), ("fixtures", "roles")):
        for path in (above / folder).glob("*.json"):
            for body in read(path):
                found.setdefault(body["doctype"], set()).add(body["name"])
    return found


def test_every_reference_leads_to_an_earlier_record() -> None:
    known: set[str] = set()
    for record in records():
        used = {text[1:] for text in texts(record) if text.startswith("@")}
        assert used <= known, f"{record.get('id')}: {used - known}"
        assert record.get("id") not in known
        known |= {record["id"]} if "id" in record else set()


def test_every_field_and_choice_exists() -> None:
    fields = definitions()
    for record in records():
        for doctype, values in documents(record, fields):
            for fieldname, value in values.items():
                field = fields[doctype][fieldname]
                if field["fieldtype"] == "Select":
                    assert value in field["options"].split("\n"), f"{doctype}.{fieldname}: {value}"
            mandatory = {
                name for name, field in fields[doctype].items() if field.get("reqd") and "default" not in field
            }
            assert "update" in record or mandatory <= values.keys(), f"{doctype} {record.get('id')}"


def test_every_link_by_name_leads_somewhere() -> None:
    fields, names = definitions(), standard_names()
    for record in records():
        for doctype, values in documents(record, fields):
            for fieldname, value in values.items():
                field = fields[doctype][fieldname]
                if field["fieldtype"] == "Link" and field["options"] != "DocType" and not value.startswith("@"):
                    assert value in names.get(field["options"], set()), f"{doctype}.{fieldname}: {value}"
        if record["doctype"] in NAMED_BY:
            names.setdefault(record["doctype"], set()).add(record["values"][NAMED_BY[record["doctype"]]])


@pytest.mark.parametrize(("doctype", "least"), [("Customer", 30), ("Contact", 30), ("Opportunity", 40), ("User", 5)])
def test_there_is_enough_to_look_at(doctype: str, least: int) -> None:
    assert sum(record["doctype"] == doctype and "update" not in record for record in records()) >= least


def test_dates_move_and_nothing_else_does() -> None:
    given = {
        "on": "2026-03-31",
        "rows": [{"at": "2026-12-31 23:00:00"}],
        "no": "2026-03",
        "id": "SN 2026-03-31",
        "qty": 2,
    }
    later = {**given, "on": "2026-04-02", "rows": [{"at": "2027-01-02 23:00:00"}]}
    assert moved(given, timedelta(days=2)) == later
    assert moved(later, timedelta(days=-2)) == given
