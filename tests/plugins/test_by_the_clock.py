"""What packs do on a day and by itself: reminders, the dealer's care, how leads are treated, lists for suppliers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from crm_platform.app import create_worker
from crm_platform.automation import sweeps
from crm_platform.documents.context import Context
from crm_platform.plugins.automotive import orders
from crm_platform.plugins.automotive.vin import check_sign
from crm_platform.sites.opening import open_site
from crm_platform.testing import TestSite, make_site
from crm_platform.workflow.applying import Seen, apply
from support.calls import SECRET
from support.clock import START, Clock
from support.receiver import Receiver, http_receiver

STAFF, HEAD = "pei@example.com", "ouyang@example.com"


@dataclass
class House:
    """A site with all packs, whose clock goes on when it is told to, and a supplier's server on this machine."""

    site: TestSite
    clock: Clock
    supplier: Receiver

    @property
    def today(self) -> date:
        return self.clock.now.astimezone(self.site.site.runtime.zone).date()

    def work(self) -> None:
        """Look at the clock as the server does every minute, and do every job that is due."""
        self.site.system(sweeps.sweep)
        worker = create_worker(self.site.site)
        while worker.run_once():
            pass

    def come_to(self, day: date) -> None:
        """The first minute of a day."""
        begins = datetime.combine(day, time(0, 1), self.site.site.runtime.zone)
        self.clock.now = begins.astimezone(self.clock.now.tzinfo)
        self.work()

    def act(self, doctype: str, name: str, action: str, user: str = HEAD) -> None:
        seen = Seen(modified=str(self.site.get(doctype, name).modified))
        self.site.write(lambda ctx: apply(ctx, doctype, name, action, seen), user)

    def told(self, user: str, about: str) -> int:
        """How many notices a user has about a document."""
        filters = {"for_user": user, "document_name": about}
        return self.site.system(lambda ctx: ctx.store.count("Notification Log", filters=filters))

    def rows(self, doctype: str, **filters: Any) -> list[dict[str, Any]]:
        return list(
            self.site.read(lambda ctx: ctx.store.list(doctype, fields=["*"], filters=filters, order_by="name asc"))
        )

    def customer(self, name: str, **values: Any) -> str:
        made = self.site.insert("Customer", customer_name=name, customer_type="Individual", **values)
        return str(made.name)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, packs_template: Path) -> Iterator[House]:
    made = make_site(tmp_path_factory.mktemp("clock") / "site", template=packs_template).site
    made.close()
    made.folder.write_settings(replace(made.settings, outbound_allow=["127.0.0.1"]))
    clock = Clock(START.replace(year=2060))  # Rules look at what comes after the moment in which they were enabled.
    site = TestSite(open_site(made.folder.path, clock=clock))
    site.user(STAFF, "Sales User", "Service User", "Bank Advisor", "Knowledge Author")
    site.user(HEAD, "Sales User", "Sales Manager", "Compliance Officer", "Knowledge Reviewer", "Service Manager")
    site.insert("Product", product_code="EV-1", product_name="远航 一号", standard_rate=90000, currency="CNY")
    with http_receiver() as supplier:
        house = House(site, clock, supplier)
        house.work()
        yield house
    site.site.close()


def claim(house: House, day: date) -> tuple[str, str]:
    of = house.customer("回访客户")
    made = house.site.insert("Warranty Claim", STAFF, customer=of, complaint="漏油", call_back_on=day.isoformat())
    return STAFF, str(made.name)


def contract(house: House, day: date) -> tuple[str, str]:
    values = {"start_date": house.today.isoformat(), "end_date": day.isoformat(), "billing_interval": "Yearly"}
    signed = {"is_signed": 1, "signee": "李", "signed_on": house.today.isoformat()}
    terms = {"contract_terms": "年度保养", "is_service_contract": 1, "renewal": "By Agreement", **signed}
    of = house.customer("续约客户")
    name = str(house.site.insert("Contract", STAFF, party_name=of, **values, **terms).name)
    house.act("Contract", name, "Submit for Review", STAFF)
    house.act("Contract", name, "Approve")
    return STAFF, name


def article(house: House, day: date) -> tuple[str, str]:
    values = {"title": "年检流程", "solution": "<p>。</p>", "author": STAFF, "valid_until": day.isoformat()}
    name = str(house.site.insert("Knowledge Article", STAFF, **values).name)
    house.act("Knowledge Article", name, "Submit for Review", STAFF)
    house.act("Knowledge Article", name, "Publish")
    return STAFF, name


def paper(house: House, day: date) -> tuple[str, str]:
    values = {"document_type": "Passport", "id_number": "E12345678", "valid_until": day.isoformat()}
    made = house.site.insert("Identity Document", STAFF, customer=house.customer("证件客户"), **values)
    return STAFF, str(made.name)


def care(house: House, day: date) -> tuple[str, str]:
    of = house.customer("关怀车主")
    known = {"product": "EV-1", "customer": of, "delivered_on": "2026-01-01"}
    vehicle = house.site.insert("Installed Product", STAFF, serial_no="SN-CARE", **known).name
    made = house.site.insert("Care Contact", STAFF, vehicle=vehicle, customer=of, due_on=day.isoformat())
    return STAFF, str(made.name)


REMINDERS: dict[str, tuple[Callable[[House, date], tuple[str, str]], int]] = {
    "Call back after a repair": (claim, 0),
    "Service contract ends soon": (contract, 60),
    "Article to be looked at again": (article, 0),
    "Identity document ends": (paper, 30),
    "Care contact is due": (care, 7),
}
"""Rule → how its document comes to be, and how many days ahead somebody is told."""


@pytest.mark.parametrize("rule", REMINDERS)
def test_somebody_is_told_once_and_in_time(house: House, rule: str) -> None:
    make, ahead = REMINDERS[rule]
    day = house.today + timedelta(days=ahead + 3)
    user, name = make(house, day)
    for days, count in ((2, 0), (3, 1), (4, 1)):
        house.come_to(day - timedelta(days=ahead + 3 - days))
        assert house.told(user, name) == count, f"{days} days later"


def test_a_review_is_made_a_month_before_it_is_due(house: House) -> None:
    of = house.customer("定期审查", account_manager=STAFF)
    values = {"customer": of, "reason": "New Customer", "proposed_risk": "High", "findings": "资金来源清晰"}
    name = str(house.site.insert("KYC Review", STAFF, **values).name)
    house.act("KYC Review", name, "Submit for Review", STAFF)
    house.act("KYC Review", name, "Approve")
    house.site.user("second.compliance@example.com", "Compliance Officer", "Sales User")
    house.act("KYC Review", name, "Approve", "second.compliance@example.com")
    due = house.site.get("Customer", of).kyc_next_review
    assert (due - house.today).days in (365, 366)
    house.come_to(due - timedelta(days=31))
    assert house.rows("KYC Review", customer=of, reason="Periodic") == []
    for day in (30, 29):
        house.come_to(due - timedelta(days=day))
        (made,) = house.rows("KYC Review", customer=of, reason="Periodic")
        assert (made["workflow_state"], house.told(STAFF, of)) == ("Draft", 1)
    queue = house.site.read(
        lambda ctx: ctx.store.list("Customer", fields=["name"], filters=[["kyc_next_review", "<=", due.isoformat()]])
    )
    assert [row["name"] for row in queue] == [of]


HORIZONS = {
    "Now": ("Test drive and offer", "安排试驾并报价", 0),
    "3 Months": ("Invite to a test drive", "邀请试驾", 7),
    "6 Months": ("Send the brochure", "寄送产品手册", 30),
    "12 Months": ("Ask again", "再次询问购车意向", 90),
}
"""How soon somebody wants to buy → what is done, in English and on a Chinese site, and in how many days."""


def test_each_horizon_has_its_treatment_and_another_one_its_own(house: House) -> None:
    leads = {
        horizon: str(
            house.site.insert(
                "Lead", STAFF, first_name="潜客", last_name=str(days), purchase_horizon=horizon, lead_owner=STAFF
            ).name
        )
        for horizon, (_, _, days) in HORIZONS.items()
    }
    house.work()
    for horizon, (subject, _, days) in HORIZONS.items():
        (task,) = house.rows("Task", reference_docname=leads[horizon])
        due = datetime.fromisoformat(str(task["due_date"])).date()
        assert (task["subject"], task["assigned_to"], due - house.today) == (subject, STAFF, timedelta(days=days))
    house.site.update("Lead", leads["12 Months"], STAFF, purchase_horizon="Now")
    house.site.update("Lead", leads["6 Months"], STAFF, first_name="改名")
    house.work()
    subjects = {
        horizon: [row["subject"] for row in house.rows("Task", reference_docname=lead)]
        for horizon, lead in leads.items()
    }
    assert subjects["12 Months"] == ["Ask again", "Test drive and offer"]
    assert subjects["6 Months"] == ["Send the brochure"]


@contextmanager
def speaking(house: House, language: str) -> Iterator[None]:
    """The site in another language while the block runs."""

    def change(to: str) -> str:
        def work(ctx: Context) -> str:
            settings = ctx.store.get("System Settings", "System Settings", for_update=True)
            before, settings.language = str(settings.language), to
            ctx.store.save(settings)
            return before

        return house.site.system(work)

    before = change(language)
    try:
        yield
    finally:
        change(before)


def test_on_a_chinese_site_the_treatment_is_told_in_chinese(house: House) -> None:
    known = {"first_name": "陈", "lead_owner": STAFF}
    with speaking(house, "zh"):
        leads = {one: house.site.insert("Lead", STAFF, **known, purchase_horizon=one).name for one in HORIZONS}
        house.work()
    told = {one: house.rows("Task", reference_docname=str(lead))[0]["subject"] for one, lead in leads.items()}
    assert told == {one: chinese for one, (_, chinese, _) in HORIZONS.items()}


def test_a_reminder_speaks_the_language_of_who_gets_it(house: House) -> None:
    reader = house.site.user("zhou@example.com", "Sales User")
    house.site.system(lambda ctx: ctx.store.update("User", reader, {"language": "zh"}))
    due = house.today + timedelta(days=10)
    known = {"product": "EV-1", "customer": house.customer("关怀"), "delivered_on": "2026-01-01"}
    house.site.insert("Installed Product", STAFF, serial_no="SN-SPEAKS", **known)
    values = {"vehicle": "SN-SPEAKS", "customer": known["customer"], "occasion": "Care Call"}
    made = house.site.insert("Care Contact", reader, **values, due_on=due.isoformat())
    house.come_to(due - timedelta(days=7))
    (note,) = house.rows("Notification Log", document_name=str(made.name))
    assert note["subject"] == f"关怀: 关怀电话 ({due.year}年{due.month}月{due.day}日)"


def test_the_care_of_five_years_comes_one_after_the_other(house: House) -> None:
    body = "LSVAA49J000000099"
    of = house.customer("五年车主")
    order = house.site.insert("Vehicle Order", STAFF, customer=of, product="EV-1")
    vin = body[:8] + check_sign(body) + body[9:]
    house.site.write(lambda ctx: orders.report_state(ctx, str(order.name), "In Stock", vin))
    house.site.write(lambda ctx: orders.deliver(ctx, str(order.name)), STAFF)
    contacts = sorted(house.rows("Care Contact", customer=of), key=lambda row: row["due_on"])
    assert [row["occasion"] for row in contacts] == ["First Visit", "Care Call", *["Anniversary"] * 5]
    for number, row in enumerate(contacts):
        house.come_to(row["due_on"] - timedelta(days=7))
        told = [house.told(STAFF, str(one["name"])) for one in contacts[number:]]
        assert told == [1] + [0] * (len(contacts) - number - 1)


def test_a_supplier_gets_his_list_signed_and_again_until_he_takes_it(house: House) -> None:
    hook = {"webhook_doctype": "Vehicle Material Request", "webhook_docevent": "after_insert"}
    safe = {"request_url": house.supplier.url, "enable_security": 1, "webhook_secret": SECRET}
    house.site.insert("Webhook", **hook, **safe, condition="doc.supplier == '华能'")
    parts = [("电池", "华能"), ("轮毂", "恒力"), ("线束", "华能")]
    rows = [{"part": part, "supplier": supplier, "qty": 2} for part, supplier in parts]
    order = house.site.insert("Vehicle Order", STAFF, customer=house.customer("物料"), product="EV-1", materials=rows)
    house.supplier.answer = 503
    for _ in range(2):
        house.site.write(lambda ctx: orders.send_materials(ctx, str(order.name)), STAFF)
    house.work()
    house.supplier.answer = 200
    house.clock.go_on(hours=3)
    house.work()
    first, again = house.supplier.received
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    sent = datetime.fromtimestamp(int(again.headers["webhook-timestamp"]), house.clock.now.tzinfo)
    signed = Webhook(SECRET).sign(again.headers["webhook-id"], sent, again.body.decode())
    assert again.headers["webhook-signature"] == signed
    body = json.loads(again.body)
    assert (body["supplier"], body["vehicle_order"]) == ("华能", order.name)
    assert [(row["part"], row["qty"]) for row in body["materials"]] == [("电池", 2), ("线束", 2)]
    assert [row["status"] for row in house.rows("Webhook Request Log")] == ["Delivered"]
