"""After-sales through the API: cover in words, from claim to invoice and call-back, contracts, maintenance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.pack import months_later
from crm_platform.plugins.warranty import maintenance
from crm_platform.plugins.warranty.cover import Term, extended, judge
from crm_platform.plugins.warranty.installed import last_day
from support.api_site import create
from support.crm import Crm, Person
from support.plugins import rights

DELIVERED = "2025-03-10"
TERMS = {
    "months": 24,
    "usage_limit": 1000,
    "usage_unit": "Hours",
    "components": [{"component": "电池", "months": 6}, {"component": "密封圈", "is_covered": 0}],
}


def manager(crm: Crm) -> Person:
    return crm.person("service.boss@example.com", "Service User", "Service Manager")


def head_of_sales(crm: Crm) -> Person:
    """With this role alone."""
    return crm.person("head.of.sales@example.com", "Sales Manager")


def once(crm: Crm, doctype: str, name: str, **values: Any) -> str:
    if not crm.administrator.list(doctype, filters={"name": name}):
        create(crm.admin, doctype, values)
    return name


def customer(crm: Crm, name: str = "北方机械") -> str:
    return str(crm.administrator.create("Customer", customer_name=name, customer_type="Company")["name"])


def installed(crm: Crm, serial: str, of: str = "", **values: Any) -> str:
    once(crm, "Product", "CMP-7", product_code="CMP-7", product_name="空压机 7", standard_rate=900, currency="CNY")
    once(crm, "Warranty Terms", "标准", terms_name="标准", **TERMS)
    known = {"product": "CMP-7", "delivered_on": DELIVERED, "warranty_terms": "标准", **values}
    return str(crm.service.create("Installed Product", serial_no=serial, customer=of or customer(crm), **known)["name"])


def claim(crm: Crm, serial: str, **values: Any) -> dict[str, Any]:
    of = crm.service.get("Installed Product", serial)["customer"]
    known = {"customer": of, "complaint": "无法启动", "complaint_date": "2026-01-10", "currency": "CNY", **values}
    return crm.service.create("Warranty Claim", installed_product=serial, **known)


def approved(crm: Crm, serial: str, **values: Any) -> str:
    name = str(claim(crm, serial, **values)["name"])
    crm.service.act("Warranty Claim", name, "Start Check")
    manager(crm).act("Warranty Claim", name, "Approve")
    return name


def at(crm: Crm, day: str, work: Any) -> None:
    """Do `work` as the system on a day."""
    moment = datetime.combine(date.fromisoformat(day), time(12), UTC)
    crm.site.runtime.write(lambda ctx: work(replace(crm.site.system(ctx), clock=lambda: moment)))


COVER = {
    "within": ({"day": "2026-01-10"}, True, "Covered until 2027-03-09 or 1000 Hours, whichever comes first."),
    "last day": ({"day": "2027-03-09"}, True, "Covered until 2027-03-09 or 1000 Hours"),
    "over": ({"day": "2027-03-10"}, False, "The warranty ended on 2027-03-09."),
    "before": ({"day": "2025-03-09"}, False, "The warranty begins on 2025-03-10."),
    "usage": ({"day": "2026-01-10", "usage": 1000.5}, False, "The reading 1000.5 is over the limit of 1000 Hours."),
    "component": ({"day": "2026-01-10", "component": "电池"}, False, "The warranty ended on 2025-09-09."),
    "excluded": ({"day": "2026-01-10", "component": "密封圈"}, False, "密封圈 is excluded by the warranty terms."),
    "other component": ({"day": "2026-01-10", "component": "电机"}, True, "Covered until 2027-03-09"),
}


def test_cover_by_date_usage_and_component_with_the_reason(packs: Crm) -> None:
    serial = installed(packs, "SN-COVER")
    for asked, covered, reason in COVER.values():
        found = packs.service.call("warranty.check_cover", serial_no=serial, **asked)
        assert (found["covered"], found["reason"][: len(reason)]) == (covered, reason)
    packs.service.change("Installed Product", serial, extensions=[{"until": "2028-01-01", "reason": "延保"}])
    late = packs.service.call("warranty.check_cover", serial_no=serial, day="2027-12-31")
    assert (late["covered"], late["status"]) == (True, "Under Warranty")
    assert "Covered until" in packs.service.call("warranty.show_cover", name=serial)["message"]


@pytest.mark.parametrize(
    "values",
    [
        {"warranty_expiry_date": "2025-03-09", "warranty_terms": None},
        {"extensions": [{"until": "2025-01-01", "reason": "延保"}]},
        {"warranty_starts": "2025-03-09"},
        {"installed_on": "2025-03-01"},
    ],
)
def test_a_cover_that_ends_before_the_delivery_is_refused(packs: Crm, values: dict[str, Any]) -> None:
    serial = packs.service.list("Installed Product") or [{"name": installed(packs, "SN-FIRST")}]
    known = {"customer": customer(packs), "product": "CMP-7", "delivered_on": DELIVERED, **values}
    sentence = packs.service.refused_new("Installed Product", serial_no=f"SN-BAD-{len(serial)}", **known)
    assert "before the delivery" in sentence or "before it is delivered" in sentence


def test_terms_that_change_later_are_those_of_later_deliveries(packs: Crm) -> None:
    create(packs.admin, "Warranty Terms", {"terms_name": "短期", "months": 12})
    first = installed(packs, "SN-T1", warranty_terms="短期")
    packs.administrator.change("Warranty Terms", "短期", months=3)
    second = installed(packs, "SN-T2", warranty_terms="短期")
    days = [packs.service.get("Installed Product", serial)["warranty_expiry_date"] for serial in (first, second)]
    assert days == ["2026-03-09", "2025-06-09"]
    packs.service.change("Installed Product", first, usage=5)
    assert "cannot go back" in packs.service.refused_change("Installed Product", first, usage=4)


def on_its_page(crm: Crm, serial: str) -> set[tuple[str, str, str]]:
    """The service history that the page of a product shows: of which serial number, what, with which parts."""
    (asked,) = crm.service.call("crm.desk.overview", doctype="Installed Product", name=serial)["asked"]
    return {(row["serial_no"], row["about"], row["parts"]) for row in crm.service.call(asked["method"], name=serial)}


def test_from_the_claim_to_the_invoice_and_the_call_back(packs: Crm) -> None:
    serial = installed(packs, "SN-REP")
    rows = [
        {"item_type": "Part", "product": "CMP-7", "description": "主板", "qty": 1, "rate": 300, "covered": 1},
        {"item_type": "Labour", "description": "工时", "qty": 2, "rate": 100, "covered": 0},
    ]
    name = approved(
        packs, serial, items=rows, fault_code=once(packs, "Fault Code", "E-01", fault_code="E-01", description="主板")
    )
    assert packs.service.get("Warranty Claim", name)["warranty_amc_status"] == "Under Warranty"
    made = packs.service.call("warranty.make_repair_order", name=name)
    assert made == packs.service.call("warranty.make_repair_order", name=name)
    order = packs.service.get("Repair Order", made["name"])
    assert [row["paid_by"] for row in order["items"]] == ["Us", "Customer"]
    items = [*order["items"], {"item_type": "Part", "description": "风扇", "qty": 1, "rate": 50, "paid_by": "Supplier"}]
    packs.service.change("Repair Order", made["name"], items=items, technician=packs.service.email, usage=120)
    packs.service.act("Repair Order", made["name"], "Start Repair")
    packs.service.act("Warranty Claim", name, "Start Repair")
    packs.service.change("Repair Order", made["name"], work_done="更换主板", replacement_serial="SN-REP-NEW")
    assert "Finish the repair" in manager(packs).refused("warranty.make_service_invoice", name=made["name"])
    packs.service.act("Repair Order", made["name"], "Finish")
    done = packs.service.get("Repair Order", made["name"])
    assert (done["cost_us"], done["cost_supplier"], done["cost_customer"]) == (300, 50, 200)
    old, new = (packs.service.get("Installed Product", one) for one in (serial, "SN-REP-NEW"))
    assert (old["status"], old["replaced_by"], old["repair_cost"]) == ("Replaced", "SN-REP-NEW", 300)
    assert (new["warranty_expiry_date"], new["usage"], len(new["components"])) == ("2027-03-09", 120, 2)
    assert "product under which" in manager(packs).refused("warranty.make_service_invoice", name=made["name"])
    history = packs.service.call("warranty.history", serial_no="SN-REP-NEW")
    assert {row["doctype"] for row in history} == {"Warranty Claim", "Repair Order"}
    assert [row["parts"] for row in history if row["doctype"] == "Repair Order"] == [["主板", "风扇"]]
    assert on_its_page(packs, "SN-REP-NEW") == {(serial, "无法启动", ""), (serial, "更换主板", "主板, 风扇")}
    packs.service.change("Warranty Claim", name, resolution_details="已更换", call_back_on="2026-02-01")
    step = {"doc": {"doctype": "Warranty Claim", "name": name}, "action": "Close"}
    assert "call_back_done" in packs.service.refused("frappe.model.workflow.apply_workflow", **step)
    packs.service.change("Warranty Claim", name, call_back_done=1, call_back_note="客户满意")
    assert packs.service.act("Warranty Claim", name, "Close")["workflow_state"] == "Closed"


def test_a_claim_is_of_the_owner_and_repaired_when_it_is_approved(packs: Crm) -> None:
    serial = installed(packs, "SN-EARLY")
    assert "another customer" in packs.service.refused_new(
        "Warranty Claim", customer=customer(packs, "别的客户"), complaint="x", installed_product=serial
    )
    early = str(claim(packs, serial)["name"])
    assert "Approve the claim" in packs.service.refused("warranty.make_repair_order", name=early)


def test_the_invoice_has_what_the_customer_pays(packs: Crm) -> None:
    serial = installed(packs, "SN-INV")
    row = {"item_type": "Part", "product": "CMP-7", "description": "阀", "qty": 2, "rate": 75, "covered": 0}
    made = packs.service.call("warranty.make_repair_order", name=approved(packs, serial, items=[row]))["name"]
    packs.service.change("Repair Order", made, technician=packs.service.email, work_done="换阀")
    packs.service.act("Repair Order", made, "Start Repair")
    packs.service.act("Repair Order", made, "Finish")
    first = manager(packs).call("warranty.make_service_invoice", name=made)
    assert first == manager(packs).call("warranty.make_service_invoice", name=made)
    invoice = manager(packs).get("Sales Invoice", first["name"])
    assert (invoice["net_total"], invoice["repair_order"]) == (150, made)
    assert (
        packs.service.client.post("/api/method/warranty.make_service_invoice", json={"name": made}).status_code == 403
    )
    for doctype, name, form, text in (
        ("Repair Order", made, "Repair Order Sheet", "维修工单"),
        ("Sales Invoice", first["name"], "Service Invoice", "服务发票"),
    ):
        asked = {"doctype": doctype, "name": name, "format": form, "_lang": "zh"}
        assert text in manager(packs).client.get("/printview", params=asked).text


def test_a_return_is_authorised_received_and_settled(packs: Crm) -> None:
    name = approved(packs, installed(packs, "SN-RMA"))
    made = packs.service.call("warranty.make_return", name=name)["name"]
    assert "Not a valid" in packs.service.refused(
        "frappe.model.workflow.apply_workflow",
        doc={"doctype": "Return Authorization", "name": made},
        action="Authorise",
    )
    manager(packs).act("Return Authorization", made, "Authorise")
    packs.service.change(
        "Return Authorization", made, received_on="2026-01-20", inspection="外壳完好", disposition="Replace"
    )
    packs.service.act("Return Authorization", made, "Receive")
    assert packs.service.act("Return Authorization", made, "Settle")["status"] == "Settled"
    assert packs.service.call("warranty.make_return", name=name)["name"] == made


def test_a_service_contract_covers_after_the_warranty(packs: Crm) -> None:
    of = customer(packs, "合同客户")
    serial = installed(packs, "SN-AMC", of)
    values = {
        "party_name": of,
        "start_date": "2026-01-01",
        "end_date": "2027-12-31",
        "billing_interval": "Yearly",
        "contract_terms": "年度保养",
    }
    rows = {
        "is_service_contract": 1,
        "service_products": [{"installed_product": serial}],
        "is_signed": 1,
        "signee": "李",
    }
    name = str(packs.sales_manager.create("Contract", **values, **rows, signed_on="2026-01-01")["name"])
    after = {"serial_no": serial, "day": "2027-06-01"}
    assert not packs.service.call("warranty.check_cover", **after)["covered"]
    packs.sales_manager.act("Contract", name, "Submit for Review")
    packs.person("contract.boss@example.com", "Sales User", "Sales Manager").act("Contract", name, "Approve")
    found = packs.service.call("warranty.check_cover", **after)
    assert (found["covered"], found["status"], found["contract"]) == (True, "Under AMC", name)
    assert claim(packs, serial, complaint_date="2027-06-01")["warranty_amc_status"] == "Under AMC"


def test_maintenance_comes_by_date_and_by_usage(packs: Crm) -> None:
    serial = installed(packs, "SN-MNT", usage=100)
    by_date = {"basis": "Date", "periodicity": "Quarterly", "start_date": "2027-01-31", "end_date": "2027-06-30"}
    tasks = [{"description": "换机油"}]
    schedule = packs.service.create(
        "Maintenance Schedule", installed_product=serial, lead_days=10, tasks=tasks, **by_date
    )
    packs.service.create("Maintenance Schedule", installed_product=serial, basis="Usage", every_usage=250, tasks=tasks)
    assert "90 days" in packs.service.refused_change("Maintenance Schedule", schedule["name"], lead_days=91)
    for day in ("2027-01-20", "2027-01-21", "2027-01-22", "2027-04-20", "2027-07-20"):
        at(packs, day, maintenance.every_night)
    of_schedule = {"maintenance_schedule": schedule["name"]}
    visits = packs.service.list(
        "Maintenance Visit", filters=of_schedule, fields=["mntc_date"], order_by="mntc_date asc"
    )
    assert [row["mntc_date"] for row in visits] == ["2027-01-31", "2027-04-30"]
    assert packs.service.get("Maintenance Schedule", schedule["name"])["status"] == "Ended"
    for reading in (349, 900, 1000):
        packs.service.change("Installed Product", serial, usage=reading)
    by_usage = packs.service.list(
        "Maintenance Visit", filters={"installed_product": serial, "maintenance_schedule": ["!=", schedule["name"]]}
    )
    assert len(by_usage) == 1
    name = by_usage[0]["name"]
    assert "complete" in packs.service.refused_change("Maintenance Visit", name, docstatus=1)
    half = {"completion_status": "Fully Completed", "docstatus": 1}
    assert "Not everything" in packs.service.refused_change("Maintenance Visit", name, **half)
    (row,) = packs.service.get("Maintenance Visit", name)["purposes"]
    packs.service.change(
        "Maintenance Visit", name, purposes=[{**row, "is_done": 1}], usage=1010, mntc_date="2027-02-01", **half
    )
    product = packs.service.get("Installed Product", serial)
    assert (product["usage"], product["last_service_on"]) == (1010, "2027-02-01")
    asked = {"doctype": "Maintenance Visit", "name": name, "_lang": "zh"}
    assert "保养报告" in packs.service.client.get("/printview", params=asked).text


@pytest.mark.parametrize("report", ["Claims by Product and Fault", "Repair Cost per Product", "Cover Ending Soon"])
def test_the_reports_come(packs: Crm, report: str) -> None:
    answer = packs.service.call("frappe.desk.query_report.run", report_name=report)
    assert answer["columns"]


MATRIX = {
    "Warranty Claim": {
        "service": "rwcS",
        "manager": "rwcdSC",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Fault Code": {"service": "r", "manager": "rwcd", "sales": "r", "marketing": "", "analyst": "r", "sales_boss": "r"},
    "Installed Product": {
        "service": "rwc",
        "manager": "rwcd",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Warranty Terms": {
        "service": "r",
        "manager": "rwcd",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Repair Order": {
        "service": "rwcS",
        "manager": "rwcdSC",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Return Authorization": {
        "service": "rwc",
        "manager": "rwcd",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Maintenance Visit": {
        "service": "rwcS",
        "manager": "rwcdSC",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
    "Maintenance Schedule": {
        "service": "rwc",
        "manager": "rwcd",
        "sales": "r",
        "marketing": "",
        "analyst": "r",
        "sales_boss": "r",
    },
}
"""DocType → person → what is allowed."""


@pytest.mark.parametrize("doctype", MATRIX)
def test_who_may_what(packs: Crm, doctype: str) -> None:
    people = {"service": packs.service, "manager": manager(packs), "sales": packs.sales, "marketing": packs.marketing}
    people |= {"analyst": packs.person("analyst@example.com", "Warranty Analyst"), "sales_boss": head_of_sales(packs)}
    assert {who: rights(packs, person, doctype) for who, person in people.items()} == MATRIX[doctype]


DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(DAYS, st.integers(1, 240), DAYS)
def test_a_term_covers_its_days_and_no_other(starts: date, months: int, day: date) -> None:
    ends = last_day(starts, months)
    assert judge(Term(starts, ends), day).covered is (starts <= day <= ends)
    assert starts <= ends < months_later(starts, months) <= starts + timedelta(days=31 * months)


@given(DAYS, DAYS, st.floats(0, 1e6), st.lists(st.tuples(DAYS, st.floats(0, 1e6))), st.floats(0, 1e6))
def test_an_extension_never_takes_cover_away(
    ends: date, day: date, limit: float, more: list[tuple[date, float]], usage: float
) -> None:
    term = Term(date(2000, 1, 1), ends, limit)
    assert judge(extended(term, more), day, usage).covered or not judge(term, day, usage).covered
