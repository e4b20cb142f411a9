"""Every text of the shipped definitions and print formats has a Chinese entry, and no entry is left over."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from crm_platform.i18n.catalogues import Catalogues

ROOT = Path(__file__).resolve().parents[2]
CORE = [ROOT / "crm_platform" / name for name in ("doctypes", "fixtures", "roles")] + [
    ROOT / "workflows",
    ROOT / "print_formats",
]
PACKS = sorted(path for path in (ROOT / "plugins").iterdir() if (path / "locale").is_dir())
Body = dict[str, Any]

PLAIN = {
    "Workflow": ("workflow_name",),
    "Print Format": ("name",),
    "Report": ("report_name",),
    "Number Card": ("label",),
    "Dashboard Chart": ("chart_name",),
    "Dashboard": ("dashboard_name",),
    "Workspace": ("title",),
    "Automation Rule": ("rule_name",),
    "Validation Rule": ("rule_name", "message"),
    "Role": ("role_name",),
    "Module Def": ("module_name",),
    "Workflow State": ("workflow_state_name",),
    "Workflow Action Master": ("workflow_action_name",),
    "Sales Stage": ("stage_name",),
    "Industry": ("industry",),
    "Lead Source": ("source_name",),
    "Customer Group": ("customer_group_name",),
    "Territory": ("territory_name",),
    "Sales Person": ("sales_person_name",),
    "Country": ("country_name",),
    "Payment Terms Template": ("template_name",),
    "Mode of Payment": ("mode_of_payment",),
    "Contract Type": ("contract_type_name",),
    "Product Group": ("product_group_name",),
    "Life Cycle Stage": ("stage_name", "description"),
    "Sales Pipeline": ("pipeline_name", "description"),
    "Opportunity Lost Reason": ("lost_reason",),
    "Lead Scoring Rule": ("rule_name", "reason"),
    "Onboarding Step": ("title", "description"),
}
"""Properties of a record that people read, by its DocType."""

IN_ROWS = {"links": ("label", "description"), "shortcuts": ("label", "format"), "quick_lists": ("label",)}
"""Properties that people read in the child rows of a Workspace."""

FORMAT = re.compile(r".*#.*|[ymdHs:./ -]+")
"""Choices that are patterns (of numbers, series and dates) and read the same everywhere."""


def choices(field: Body) -> Iterator[str]:
    if field.get("fieldtype") == "Select":
        for choice in field.get("options", "").split("\n"):
            if re.search("[A-Za-z]{2}", choice) and not FORMAT.fullmatch(choice):
                yield choice


def field_texts(field: Body) -> Iterator[str]:
    yield from (field[key] for key in ("label", "description") if field.get(key))
    yield from choices(field)


def doctype_texts(body: Body) -> Iterator[str]:
    yield body["name"]
    yield from (body[key] for key in ("description",) if body.get(key))
    for field in body["fields"]:
        yield from field_texts(field)
    yield from (link["group"] for link in body.get("links", ()) if link.get("group"))


def record_texts(body: Body) -> Iterator[str]:
    kind = body["doctype"]
    if kind == "DocType":
        yield from doctype_texts(body)
    elif kind == "Custom Field":
        yield from field_texts(body)
    yield from (body[key] for key in PLAIN.get(kind, ()))
    if kind == "Automation Rule":
        tables = (json.loads(row.get("field_values") or "{}") for row in body.get("actions", ()))
        given = (value for table in tables for value in table.values() if isinstance(value, dict))
        yield from (value["translated"] for value in given if "translated" in value)
    if kind == "Life Cycle Stage":
        yield from (row["subject"] for row in body.get("tasks", ()))
    if kind == "Workspace":
        rows = [(row, keys) for table, keys in IN_ROWS.items() for row in body.get(table, ())]
        yield from (row[key] for row, keys in rows for key in keys if row.get(key))
    if kind == "Report":
        yield from (aggregate["label"] for aggregate in json.loads(body["json"]).get("aggregates", ()))


def texts_below(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.json"):
        if "demo" not in path.parts:
            content = json.loads(path.read_text(encoding="utf-8"))
            for body in content if isinstance(content, list) else [content]:
                found.update(record_texts(body))
    for path in folder.rglob("*.html"):
        found.update(re.findall(r'_\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    return found


def core_texts() -> set[str]:
    return set().union(*(texts_below(folder) for folder in CORE))


def entries(folder: Path) -> dict[str, str]:
    with (folder / "locale" / "zh_CN" / "LC_MESSAGES" / "definitions.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_the_platform_is_translated() -> None:
    assert entries(ROOT / "crm_platform").keys() == core_texts()


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_a_pack_translates_what_it_adds(pack: Path) -> None:
    assert entries(pack).keys() == texts_below(pack) - core_texts()


@pytest.mark.parametrize("folder", [ROOT / "crm_platform", *PACKS], ids=lambda path: path.name)
def test_no_translation_is_empty_or_loses_what_the_text_names(folder: Path) -> None:
    for msgid, translation in entries(folder).items():
        assert translation.strip(), msgid
        assert re.findall(r"\{\w+\}", msgid) == re.findall(r"\{\w+\}", translation), msgid


def test_a_person_reads_chinese_with_the_pack_and_english_without_a_catalogue() -> None:
    platform, pack = ROOT / "crm_platform" / "locale", ROOT / "plugins" / "warranty" / "locale"
    catalogues = Catalogues([platform, pack])
    assert catalogues.translate("zh-CN", "Sales Person") == "销售人员"
    assert catalogues.translate("zh-CN", "Warranty Claim") == "保修申请"
    assert Catalogues([platform]).translate("zh-CN", "Warranty Claim") == "Warranty Claim"
