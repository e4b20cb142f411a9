"""A button of a pack that is pressed twice at once, by two people, makes what it makes once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crm_platform.documents.context import Context
from crm_platform.plugins.automotive import orders
from crm_platform.plugins.knowledge_base import articles, cases
from crm_platform.plugins.warranty import repairs
from support.crm import Crm

PRODUCT = "DOPPELT"


def product(crm: Crm) -> str:
    if not crm.administrator.list("Product", filters={"name": PRODUCT}):
        crm.administrator.create("Product", product_code=PRODUCT, product_name="两次", currency="CNY")
    return PRODUCT


def customer(crm: Crm) -> str:
    return str(crm.administrator.create("Customer", customer_name="两次公司", customer_type="Company")["name"])


def claim(crm: Crm) -> str:
    name = str(crm.service.create("Warranty Claim", customer=customer(crm), complaint="漏油")["name"])
    crm.service.act("Warranty Claim", name, "Start Check")
    crm.administrator.act("Warranty Claim", name, "Approve")
    return name


def repair(crm: Crm) -> str:
    row = {
        "item_type": "Part",
        "product": product(crm),
        "description": "泵",
        "qty": 1,
        "rate": 5,
        "paid_by": "Customer",
    }
    known = {"customer": customer(crm), "fault": "漏油", "currency": "CNY", "items": [row]}
    name = str(crm.service.create("Repair Order", **known, technician=crm.service.email)["name"])
    crm.service.act("Repair Order", name, "Start Repair")
    crm.service.change("Repair Order", name, work_done="更换")
    crm.service.act("Repair Order", name, "Finish")
    return name


def vehicle_order(crm: Crm) -> str:
    rows = [{"part": part, "supplier": supplier, "qty": 1} for part, supplier in (("电池", "华能"), ("轮毂", "恒力"))]
    known = {"customer": customer(crm), "product": product(crm), "materials": rows}
    return str(crm.administrator.create("Vehicle Order", **known)["name"])


def article(crm: Crm) -> str:
    name = str(crm.administrator.create("Knowledge Article", title="两次", solution="<p>。</p>")["name"])
    crm.administrator.act("Knowledge Article", name, "Submit for Review")
    crm.administrator.act("Knowledge Article", name, "Publish")
    return name


def solved(crm: Crm) -> str:
    known = {"subject": "两次断电", "resolution_details": "<p>更换电源</p>"}
    name = str(crm.service.create("Service Request", **known)["name"])
    crm.service.act("Service Request", name, "Resolve")
    return name


BUTTONS: Mapping[str, tuple[Callable[[Crm], str], Callable[[Context, str], Any], str, str, int]] = {
    "Make Repair Order": (claim, repairs.make_repair_order, "Repair Order", "claim", 1),
    "Make Return": (claim, repairs.make_return, "Return Authorization", "claim", 1),
    "Make Service Invoice": (repair, repairs.make_service_invoice, "Sales Invoice", "repair_order", 1),
    "Send Material Lists": (vehicle_order, orders.send_materials, "Vehicle Material Request", "vehicle_order", 2),
    "New Version": (article, articles.new_version, "Knowledge Article", "previous_version", 1),
    "Make Article": (solved, cases.make_article, "Knowledge Article", "source_request", 1),
}
"""Button → the document on which it is, what it calls, what it makes, the link back, and how many of them."""


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_that_two_press_at_once_makes_its_documents_once(packs: Crm, button: str) -> None:
    prepare, press, made, link, count = BUTTONS[button]
    name = prepare(packs)
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda _: packs.site.runtime.write(lambda ctx: press(packs.site.system(ctx), name)), range(2))
        )
    assert answers[0] == answers[1]
    assert len(packs.administrator.list(made, filters={link: name})) == count
