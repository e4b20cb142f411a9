"""Demo data: each reference leads to an earlier record, each field and choice exists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "crm_platform" / "demo"
PACK = ROOT / "plugins" / "warranty"
Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return loaded if isinstance(loaded, list) else [loaded]


def records() -> list[Record]:
    return [
        record for folder in (DEMO, PACK / "demo") for path in sorted(folder.glob("*.json")) for record in read(path)
    ]


def definitions() -> dict[str, dict[str, Record]]:
    """DocType → fieldname → field, with the pack's custom fields."""
    files = [*(ROOT / "crm_platform" / "doctypes").rglob("*.json"), *(PACK / "doctypes").glob("*.json")]
    found = {body["name"]: {f["fieldname"]: f for f in body["fields"]} for path in files for body in read(path)}
    for path in (PACK / "custom_fields").glob("*.json"):
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
    """Names that fixtures and roles bring, by DocType."""
    found: dict[str, set[str]] = {}
    for folder in ("fixtures", "roles"):
        for path in (ROOT / "crm_platform" / folder).glob("*.json"):
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
        autoname = {"Product": "product_code", "Territory": "territory_name", "Sales Person": "sales_person_name"}
        if record["doctype"] in autoname:
            names.setdefault(record["doctype"], set()).add(record["values"][autoname[record["doctype"]]])


@pytest.mark.parametrize(("doctype", "least"), [("Customer", 30), ("Contact", 30), ("Opportunity", 40), ("User", 5)])
def test_there_is_enough_to_look_at(doctype: str, least: int) -> None:
    assert sum(record["doctype"] == doctype and "update" not in record for record in records()) >= least
