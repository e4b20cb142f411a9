"""Computed fields of documents that were there before, and what `doctor` compares and mends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from crm_platform.cli.doctor import app as doctor
from crm_platform.documents.backfill import pending
from crm_platform.documents.recompute import differences, repair
from crm_platform.sites.health import site_findings
from crm_platform.sites.recomputing import mend
from crm_platform.testing import TestSite

TOTAL = {"function": "sum", "field": "amount", "from": "Payment", "link": "payer"}


def field(fieldname: str, fieldtype: str, **properties: Any) -> dict[str, Any]:
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **properties}


@pytest.fixture
def payments(site: TestSite) -> TestSite:
    """Payments of payers, without anything computed yet."""
    site.doctype("Payer", field("payer_name", "Data"), autoname="field:payer_name", allow_rename=1)
    payer, kind = field("payer", "Link", options="Payer"), field("kind", "Data")
    site.doctype("Payment", payer, field("amount", "Currency"), kind, is_submittable=1)
    site.insert("Payer", payer_name="甲")
    for amount in (1, "2.5"):
        site.insert("Payment", payer="甲", amount=amount)
    return site


def add(site: TestSite, **properties: Any) -> None:
    site.insert("Custom Field", dt="Payer", **field(**properties))


def found(site: TestSite) -> list[str]:
    return site.system(lambda ctx: [str(one) for one in differences(ctx)])


def test_new_fields_are_filled_in_the_documents_that_are_there(payments: TestSite) -> None:
    add(payments, fieldname="total", fieldtype="Currency", rollup=TOTAL)
    add(payments, fieldname="doubled", fieldtype="Currency", formula="doc.total * 2")
    add(payments, fieldname="mean", fieldtype="Currency", rollup={**TOTAL, "function": "avg"})
    payer = payments.get("Payer", "甲")
    assert (payer.total, payer.doubled, payer.mean) == (Decimal("3.5"), Decimal(7), Decimal("1.75"))
    assert found(payments) == []


def test_a_changed_filter_counts_anew(payments: TestSite) -> None:
    add(payments, fieldname="total", fieldtype="Currency", rollup=TOTAL)
    payments.insert(
        "Property Setter",
        doctype_or_field="DocField",
        doc_type="Payer",
        field_name="total",
        property="rollup",
        value='{"function": "sum", "field": "amount", "from": "Payment", "link": "payer", "filter": "doc.amount > 2"}',
    )
    assert payments.get("Payer", "甲").total == Decimal("2.5")


def test_what_was_changed_past_the_store_is_found_and_mended(payments: TestSite) -> None:
    add(payments, fieldname="total", fieldtype="Currency", rollup=TOTAL)
    add(payments, fieldname="doubled", fieldtype="Currency", formula="doc.total * 2")
    before = payments.get("Payer", "甲").modified
    payments.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Payer"], "甲", {"total": Decimal(9)}))
    assert found(payments) == [
        "Payer 甲: total is 9.000000, its sources give 3.500000",
        "Payer 甲: doubled is 7.000000, its sources give 18.000000",
    ]
    definitions = payments.read(lambda ctx: ctx.definitions)
    assert [one.fieldname for one in repair(payments.system, definitions)] == ["total"]
    payer = payments.get("Payer", "甲")
    assert (payer.total, payer.doubled, payer.modified) == (Decimal("3.5"), Decimal(7), before)
    assert found(payments) == []


def test_a_rename_reaches_what_reads_the_name(payments: TestSite) -> None:
    only = {"function": "count", "from": "Payment", "link": "payer", "filter": "doc.payer == '甲'"}
    add(payments, fieldname="as_named", fieldtype="Int", rollup=only)
    add(payments, fieldname="shout", fieldtype="Data", formula="concat(doc.name, '!')")
    label = field("label", "Data", formula="concat(doc.payer, '：', doc.amount)")
    payments.insert("Custom Field", dt="Payment", **label)
    payments.insert("Payer", payer_name="乙")
    assert (payments.get("Payer", "甲").as_named, payments.get("Payer", "乙").shout) == (2, "乙!")
    payments.write(lambda ctx: ctx.store.rename("Payer", "甲", "丙"))
    payer = payments.get("Payer", "丙")
    assert (payer.as_named, payer.shout) == (0, "丙!")
    labels = payments.read(lambda ctx: ctx.store.list("Payment", fields=["label"], order_by="label"))
    assert [row["label"] for row in labels] == ["丙：1", "丙：2.5"]
    assert found(payments) == []


def test_a_formula_that_fails_is_told_and_stops_nothing(payments: TestSite) -> None:
    payments.insert("Payment", payer="甲", amount=3, kind="现金")
    payments.insert("Custom Field", dt="Payment", **field("odd", "Float", formula="doc.kind * 2"))
    [told] = found(payments)
    assert "odd cannot be computed" in told


def test_doctor_tells_and_mends_on_the_command_line(payments: TestSite) -> None:
    add(payments, fieldname="total", fieldtype="Currency", rollup=TOTAL)
    payments.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Payer"], "甲", {"total": Decimal(9)}))
    [told] = [finding for finding in site_findings(payments.site) if finding.subject == "formulas"]
    assert (told.level, "Payer 甲: total is 9" in told.text) == ("fail", True)
    mended = CliRunner().invoke(doctor, ["--repair", "--site", str(payments.site.folder.path)])
    assert "Payer 甲: total is 9.000000, its sources give 3.500000." in mended.output
    assert payments.get("Payer", "甲").total == Decimal("3.5")
    assert [finding.level for finding in site_findings(payments.site) if finding.subject == "formulas"] == ["ok"]


def test_many_documents_are_filled_by_the_worker(payments: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_platform.documents.backfill.AT_ONCE", 0)
    add(payments, fieldname="total", fieldtype="Currency", rollup=TOTAL)
    assert payments.get("Payer", "甲").total is None
    assert [one.fieldname for one in mend(payments.site)] == ["total"]
    assert payments.get("Payer", "甲").total == Decimal("3.5")
    assert payments.system(pending) == 0
