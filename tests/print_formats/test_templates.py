"""The shipped print formats render with little data and with Chinese, and leave no text untranslated."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crm_platform.i18n import Catalogues
from crm_platform.i18n.manner import Manner
from crm_platform.metadata.layers import CORE, Layer
from crm_platform.metadata.loader import load
from crm_platform.metadata.merge import merge
from crm_platform.metadata.model import DocType
from crm_platform.printing.environment import sandbox
from crm_platform.printing.filters import Formatting
from crm_platform.printing.records import freeze
from crm_platform.printing.render import render_template

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "Customer Profile": ROOT / "print_formats" / "customer_profile.html",
    "Opportunity Summary": ROOT / "print_formats" / "opportunity_summary.html",
    "Warranty Claim Receipt": ROOT / "plugins" / "warranty" / "print_formats" / "warranty_claim_receipt.html",
}
CATALOGUES = Catalogues([ROOT / "crm_platform" / "locale", ROOT / "plugins" / "warranty" / "locale"])
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "Customer Profile": (
        "Customer",
        {"customer_name": "上海<星河>机电", "customer_type": "Company", "country": "China"},
    ),
    "Opportunity Summary": (
        "Opportunity",
        {
            "title": "传感器采购",
            "sales_stage": "Engaging",
            "opportunity_amount": 1250,
            "currency": "CNY",
            "engage_date": date(2026, 3, 1),
            "items": [{"product": "VS-10", "qty": 2, "rate": 625, "amount": 1250}],
        },
    ),
    "Warranty Claim Receipt": (
        "Warranty Claim",
        {
            "customer_name": "上海星河机电",
            "status": "Open",
            "complaint_date": date(2026, 3, 1),
            "complaint": "无信号输出",
            "currency": "CNY",
            "items": [
                {"item_type": "Labour", "description": "检测", "qty": 1, "rate": 200, "amount": 200, "covered": 1}
            ],
            "total_cost": 200,
            "chargeable_amount": 0,
        },
    ),
}


@pytest.fixture(scope="module")
def doctypes() -> dict[str, DocType]:
    parts = [load(ROOT / name) for name in ("crm_platform/doctypes", "plugins/warranty/doctypes", "plugins/warranty")]
    records = {(record.kind, record.name): record for part in parts for record in part.definitions}
    return dict(merge([Layer(CORE, tuple(records.values()))]).definitions)


def document(doctypes: dict[str, DocType], doctype: str, values: dict[str, Any]) -> dict[str, Any]:
    """A document of nothing but known fields: a template that asks for another one fails."""
    meta = doctypes[doctype]
    filled: dict[str, Any] = {"name": "TEST-0001", **dict.fromkeys(meta.by_name), **values, "doctype": doctype}
    for table in meta.table_fields:
        filled[table.fieldname] = [document(doctypes, table.options, row) for row in values.get(table.fieldname, ())]
    return filled


def render(name: str, doc: dict[str, Any], language: str) -> str:
    """The template in the sandbox of the print workers."""
    record = freeze(doc, {})
    formatting = Formatting(Manner(language), CATALOGUES.messages(language), {}, record)
    names = {"doc": record, "letterhead": "", "_": formatting.translation}
    source = PLACES[name].read_text(encoding="utf-8")
    return render_template(sandbox(formatting.filters()), source, names, limit=100_000)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_full_document_prints(doctypes: dict[str, DocType], name: str, language: str) -> None:
    doctype, values = SAMPLES[name]
    page = render(name, document(doctypes, doctype, values), language)
    assert "TEST-0001" in page
    assert "None" not in page
    assert "<星河>" not in page


@pytest.mark.parametrize("name", SAMPLES)
def test_an_almost_empty_document_prints(doctypes: dict[str, DocType], name: str) -> None:
    doctype, values = SAMPLES[name]
    few = {
        key: values[key]
        for key in ("customer_name", "customer_type", "sales_stage", "status", "complaint_date") & values.keys()
    }
    page = render(name, document(doctypes, doctype, few), "zh")
    assert "None" not in page


def test_chinese_readers_read_chinese(doctypes: dict[str, DocType]) -> None:
    page = render("Warranty Claim Receipt", document(doctypes, *SAMPLES["Warranty Claim Receipt"]), "zh")
    for text in ("保修受理单", "2026年3月1日", "待处理", "工时", "¥200.00", "客户应付金额"):
        assert text in page
    assert "Claim" not in page
