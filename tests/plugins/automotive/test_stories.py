"""The dealer through the API: VIN, order and factory, delivery and care, plan by mileage, trade-in, rights."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.plugins.automotive.vin import CHECK_SIGNS, VALUES, check_sign, vin_fits
from support.api_site import create
from support.crm import Crm, Person
from support.plugins import rights

SIGNS = sorted(VALUES)


def vin(number: int) -> str:
    """A sound VIN of its own."""
    body = f"LSVAA49J0{number:08d}"
    return body[:8] + check_sign(body) + body[9:]


def factory(crm: Crm) -> Person:
    return crm.person("factory@example.com", "Factory System")


def model(crm: Crm) -> str:
    if not crm.administrator.list("Product", filters={"product_code": "EV-1"}):
        create(crm.admin, "Product", {"product_code": "EV-1", "product_name": "远航 一号", "currency": "CNY"})
        for mileage, work in ((5000, "首保"), (10000, "更换滤芯"), (20000, "检查制动")):
            rows = [{"description": work}]
            create(crm.admin, "Maintenance Menu", {"product": "EV-1", "mileage": mileage, "price": 300, "items": rows})
    return "EV-1"


def customer(crm: Crm, name: str) -> str:
    return str(crm.sales.create("Customer", customer_name=name, customer_type="Individual")["name"])


def order(crm: Crm, of: str, **values: Any) -> str:
    return str(crm.sales.create("Vehicle Order", customer=of, product=model(crm), **values)["name"])


def delivered(crm: Crm, of: str, number: int) -> str:
    name = order(crm, of, colour="白")
    factory(crm).call("automotive.report_state", order=name, state="In Stock", vin=vin(number))
    return str(crm.sales.call("automotive.deliver", name=name)["name"])


def test_an_impossible_vin_is_refused_everywhere(packs: Crm) -> None:
    of, sound = customer(packs, "识别代号"), vin(1)
    wrong = sound[:8] + ("0" if sound[8] != "0" else "1") + sound[9:]
    vehicle = {"product": model(packs), "customer": of, "delivered_on": "2026-01-01", "is_vehicle": 1}
    for bad in (wrong, sound[:-1], sound[:-1] + "I"):
        assert "cannot be a VIN" in packs.service.refused_new("Installed Product", serial_no=bad, **vehicle)
        assert "cannot be a VIN" in packs.sales.refused_new("Vehicle Order", customer=of, product=model(packs), vin=bad)
        assert "cannot be a VIN" in packs.sales.refused_new("Trade-In", customer=of, vehicle="旧车", vin=bad)
    assert packs.service.create("Installed Product", serial_no=wrong, **{**vehicle, "is_vehicle": 0})["name"] == wrong
    assert packs.service.create("Installed Product", serial_no=sound, **vehicle)["usage_unit"] == "km"


def test_the_factory_reports_states_that_go_on(packs: Crm) -> None:
    name = order(packs, customer(packs, "订车人"))
    report = {"order": name, "state": "In Production"}
    assert "Only the factory" in packs.sales.refused("automotive.report_state", **report)
    assert "may not set" in packs.sales.refused_change("Vehicle Order", name, order_state="Delivered")
    assert factory(packs).call("automotive.report_state", **report) == {"order": name, "state": "In Production"}
    factory(packs).call("automotive.report_state", order=name, state="In Stock", vin=vin(2), engine_no="E-7")
    for state in ("Painted", "Delivered", "Lost"):
        assert "does not follow" in factory(packs).refused("automotive.report_state", order=name, state=state)
    doc = packs.sales.get("Vehicle Order", name)
    assert [row["state"] for row in doc["states"]] == ["Ordered", "In Production", "In Stock"]
    assert (doc["vin"], doc["states"][-1]["reported_by"]) == (vin(2), factory(packs).email)


def test_each_supplier_gets_his_part_of_the_list_once(packs: Crm) -> None:
    hook = {"webhook_doctype": "Vehicle Material Request", "request_url": "https://supplier.example/orders"}
    made = packs.administrator.create("Webhook", **hook, condition="doc.supplier == '华能'")["name"]
    rows = [
        {"part": part, "supplier": supplier}
        for part, supplier in (("电池", "华能"), ("轮毂", "恒力"), ("线束", "华能"))
    ]
    name = order(packs, customer(packs, "物料"), materials=rows)
    for _ in range(2):
        packs.sales.call("automotive.send_materials", name=name)
    requests = packs.sales.list(
        "Vehicle Material Request", filters={"vehicle_order": name}, fields=["name", "supplier"]
    )
    parts = {
        row["supplier"]: [
            part["part"] for part in packs.sales.get("Vehicle Material Request", row["name"])["materials"]
        ]
        for row in requests
    }
    assert parts == {"华能": ["电池", "线束"], "恒力": ["轮毂"]}
    packs.administrator.change("Webhook", made, enabled=0)


def test_a_delivery_makes_the_vehicle_and_begins_five_years_of_care(packs: Crm) -> None:
    of = customer(packs, "新车主")
    name = order(packs, of, colour="红", configuration="长续航")
    assert "Only a finished vehicle" in packs.sales.refused("automotive.deliver", name=name)
    factory(packs).call("automotive.report_state", order=name, state="In Transit", vin=vin(3))
    assert packs.sales.call("automotive.deliver", name=name) == {"doctype": "Installed Product", "name": vin(3)}
    assert "delivered already" in packs.sales.refused("automotive.deliver", name=name)
    about = packs.sales.call("automotive.vehicle_360", vin=vin(3))
    assert (about["vehicle"]["colour"], about["owners"][0]["customer"], about["orders"][0]["name"]) == ("红", of, name)
    assert [row["occasion"] for row in about["care"]] == ["First Visit", "Care Call", *["Anniversary"] * 5]
    days = [(date.fromisoformat(row["due_on"]) - date.today()).days for row in about["care"]]
    assert days[0] <= 30
    assert 1820 <= days[-1] <= 1827
    assert about["next_menu"] == {"mileage": 5000, "work": "首保", "price": 300}
    paper = packs.sales.client.get("/printview", params={"doctype": "Vehicle Order", "name": name, "_lang": "zh"}).text
    assert "车辆交付单" in paper
    assert vin(3) in paper


def columns_of(crm: Crm, about: dict[str, str]) -> list[str]:
    """What the page shows of the visits."""
    sections = crm.service.call("crm.desk.overview", **about)["sections"]
    (visits,) = [section for section in sections if section["doctype"] == "Maintenance Visit"]
    return [column["fieldname"] for column in visits["columns"]]


def test_the_plan_makes_a_visit_at_its_mileage_and_owners_are_remembered(packs: Crm) -> None:
    first, second = customer(packs, "一手车主"), customer(packs, "二手车主")
    vehicle = delivered(packs, first, 4)
    for reading in (4999, 11000, 12000):
        packs.service.change("Installed Product", vehicle, usage=reading)
    visits = packs.service.list("Maintenance Visit", filters={"installed_product": vehicle})
    assert len(visits) == 1
    (purpose,) = packs.service.get("Maintenance Visit", visits[0]["name"])["purposes"]
    assert purpose["description"] == "更换滤芯"
    assert packs.service.call("automotive.next_menu", vin=vehicle)["mileage"] == 20000
    assert packs.service.call("automotive.next_menu", vin=vehicle, mileage=20000) == {}
    about = {"doctype": "Installed Product", "name": vehicle}
    assert columns_of(packs, about)[0] == "name", "whose vehicle it is, the page says already"
    packs.service.change("Installed Product", vehicle, customer=second)
    packs.service.change("Installed Product", vehicle, plate="粤B·12345")
    assert columns_of(packs, about)[:2] == ["customer_name", "customer"], "it was the owner's before"
    page = packs.service.call("crm.desk.overview", **about)
    facts = {fact["fieldname"]: fact["value"] for fact in page["facts"]}
    assert (facts["customer"], facts["plate"], facts["usage"]) == (second, "粤B·12345", 12000)
    sections = {section["doctype"]: section for section in page["sections"]}
    assert [row["customer"] for row in sections["Vehicle Owner"]["rows"]] == [first, second]
    assert [row["mileage"] for row in sections["Vehicle Plan Row"]["rows"]] == [5000, 10000, 20000]
    care = [row["due_on"] for row in sections["Care Contact"]["rows"]]
    assert (care, sections["Care Contact"]["count"]) == (sorted(care), 7)
    owners = packs.service.get("Installed Product", vehicle)["owners"]
    assert [(row["customer"], bool(row.get("until"))) for row in owners] == [(first, True), (second, False)]
    assert packs.sales.get("Customer", second)["vehicles_owned"] == 1
    asked = {"doctype": "Installed Product", "name": vehicle, "format": "Vehicle Maintenance Plan", "_lang": "zh"}
    assert "更换滤芯" in packs.service.client.get("/printview", params=asked).text


def test_a_second_vehicle_and_a_trade_in_count(packs: Crm) -> None:
    of = customer(packs, "老客户")
    deal = str(packs.sales.create("Opportunity", title="换车", customer=of, purchase_horizon="Now")["name"])
    for status, price in (("Accepted", 60000), ("Declined", 70000)):
        packs.sales.create(
            "Trade-In", customer=of, vehicle="旧车", opportunity=deal, status=status, offered_price=price
        )
    assert packs.sales.get("Opportunity", deal)["trade_in_value"] == 60000
    assert packs.sales.get("Customer", of)["vehicle_loyalty"] == "None"
    delivered(packs, of, 5)
    delivered(packs, of, 6)
    assert packs.sales.get("Customer", of)["vehicle_loyalty"] == "Second Vehicle"


def test_the_job_card_shows_what_is_known_of_model_and_fault(packs: Crm) -> None:
    of = customer(packs, "维修客户")
    vehicle = delivered(packs, of, 7)
    for title, summary in (("车机黑屏处理", "长按电源键"), ("充电口无法打开", "检查保险丝")):
        article = {
            "title": title,
            "summary": summary,
            "product": model(packs),
            "solution": "<p>。</p>",
            "language": "zh",
        }
        name = str(packs.administrator.create("Knowledge Article", **article)["name"])
        packs.administrator.act("Knowledge Article", name, "Submit for Review")
        packs.person("kb.boss@example.com", "Knowledge Reviewer").act("Knowledge Article", name, "Publish")
    made = packs.service.create("Repair Order", customer=of, installed_product=vehicle, fault="充电口打不开")
    assert made["known_solutions"].splitlines()[0].endswith("充电口无法打开: 检查保险丝")
    asked = {"doctype": "Repair Order", "name": made["name"], "format": "Service Job Card", "_lang": "zh"}
    assert "检查保险丝" in packs.service.client.get("/printview", params=asked).text


MATRIX = {
    "Vehicle Order": {
        "sales": "rwc",
        "service": "r",
        "factory": "r",
        "marketing": "",
        "workshop": "r",
        "sales_boss": "rwcd",
    },
    "Vehicle Material Request": {
        "sales": "r",
        "service": "",
        "factory": "",
        "marketing": "",
        "workshop": "",
        "sales_boss": "r",
    },
    "Care Contact": {
        "sales": "rwc",
        "service": "rwc",
        "factory": "",
        "marketing": "",
        "workshop": "rwcd",
        "sales_boss": "rwc",
    },
    "Maintenance Menu": {
        "sales": "rwc",
        "service": "rwc",
        "factory": "",
        "marketing": "",
        "workshop": "rwcd",
        "sales_boss": "rwc",
    },
    "Trade-In": {"sales": "rwc", "service": "r", "factory": "", "marketing": "", "workshop": "r", "sales_boss": "rwcd"},
    "Test Drive": {
        "sales": "rwc",
        "service": "r",
        "factory": "",
        "marketing": "",
        "workshop": "r",
        "sales_boss": "rwcd",
    },
}
"""DocType → person → what is allowed."""


@pytest.mark.parametrize("doctype", MATRIX)
def test_who_may_what(packs: Crm, doctype: str) -> None:
    people = {"sales": packs.sales, "service": packs.service, "factory": factory(packs), "marketing": packs.marketing}
    people["workshop"] = packs.person("head.of.service@example.com", "Service Manager")
    people["sales_boss"] = packs.person("head.of.sales@example.com", "Sales Manager")
    assert {who: rights(packs, person, doctype) for who, person in people.items()} == MATRIX[doctype]


@given(st.text(alphabet=SIGNS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_noticed(text: str, place: int, sign: str) -> None:
    sound = text[:8] + check_sign(text) + text[9:]
    assert [one for one in CHECK_SIGNS if vin_fits(sound[:8] + one + sound[9:])] == [sound[8]]
    changed = sound[:place] + sign + sound[place + 1 :]
    same_value = place != 8 and VALUES[sign] == VALUES[sound[place]]
    assert vin_fits(changed) is (changed == sound or same_value)


@pytest.mark.parametrize(
    "text", ["", "1M8GDM9AXKP04278", "1M8GDM9AXKP0427889", "1m8gdm9axkp042788", "IOQ" * 6, "１" * 17]
)
def test_what_has_another_form_is_no_vin(text: str) -> None:
    assert not vin_fits(text)
    assert vin_fits("1M8GDM9AXKP042788")
