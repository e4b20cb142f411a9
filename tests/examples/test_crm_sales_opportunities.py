"""The example's mappings fit its files and our DocTypes: every column, value and link has an answer."""

import csv
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "crm_sales_opportunities"
FILES = {
    "territories": "sales_teams",
    "sales_managers": "sales_teams",
    "sales_persons": "sales_teams",
    "products": "products",
    "customers": "accounts",
    "parent_customers": "accounts",
    "opportunities": "sales_pipeline",
}


def mapping_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLE / "mappings" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def rows_of(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / "data" / f"{FILES[name]}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def targets(mapping: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for column, entry in mapping["columns"].items():
        for target in entry if isinstance(entry, list) else [entry]:
            yield column, target


def fieldnames(doctype: str) -> set[str]:
    path = ROOT / "crm_platform" / "doctypes" / "crm" / f"{doctype.lower().replace(' ', '_')}.json"
    return {field["fieldname"] for field in json.loads(path.read_text(encoding="utf-8"))["fields"]}


def test_every_mapping_file_is_used() -> None:
    assert {path.stem for path in (EXAMPLE / "mappings").glob("*.json")} == FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_mapped_or_ignored_on_purpose(name: str) -> None:
    mapping = mapping_of(name)
    assert {*mapping["columns"], *mapping.get("ignore", ())} == rows_of(name)[0].keys()


@pytest.mark.parametrize("name", FILES)
def test_every_field_exists(name: str) -> None:
    mapping = mapping_of(name)
    named = {target["field"] for _, target in targets(mapping)} | mapping.get("defaults", {}).keys()
    assert named | set(mapping["key"]) <= fieldnames(mapping["doctype"])
    assert set(mapping["key"]) <= {target["field"] for _, target in targets(mapping)}


@pytest.mark.parametrize("name", FILES)
def test_every_translated_value_occurs_and_no_cell_is_left_without_answer(name: str) -> None:
    rows = rows_of(name)
    for column, target in targets(mapping_of(name)):
        cells = {row[column] for row in rows}
        values = target.get("values", {}).keys()
        assert values <= cells, f"{column}: translations that are never used"
        if values and target.get("other") != "keep":
            assert cells - {""} <= values, f"{column}: cells without translation"


def test_the_products_of_the_pipeline_are_those_of_the_product_file() -> None:
    translation = mapping_of("opportunities")["columns"]["product"]["values"]
    sold = {translation.get(row["product"], row["product"]) for row in rows_of("opportunities")}
    assert sold == {row["product"] for row in rows_of("products")}


def test_the_files_hold_what_the_example_promises() -> None:
    counts = {name: len(rows_of(name)) for name in ("customers", "products", "sales_persons", "opportunities")}
    assert counts == {"customers": 85, "products": 7, "sales_persons": 35, "opportunities": 8800}
    won = [Decimal(row["close_value"]) for row in rows_of("opportunities") if row["deal_stage"] == "Won"]
    assert (len(won), sum(won)) == (4238, 10_005_534)
