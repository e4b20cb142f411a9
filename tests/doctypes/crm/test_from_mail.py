"""A mail to sales begins a lead, one to service a request of the customer who wrote it."""

from __future__ import annotations

from crm_platform.mail.beginnings import begin
from crm_platform.mail.incoming import Incoming
from crm_platform.testing import TestSite
from support.crm import Crm


def test_a_mail_begins_a_lead(crm: Crm) -> None:
    mail = Incoming(
        "1@lake.example", "请报价：二十台水泵", "zhou@lake.example", "周涛", html="<p>您好</p>", text="您好"
    )
    thread = TestSite(crm.site).system(lambda ctx: begin(ctx, "Lead", "Sales", mail))
    lead = crm.sales.get("Lead", thread.name)
    assert (lead["title"], lead["first_name"], lead["email_id"]) == (mail.subject, "周涛", mail.sender)
    assert (lead["status"], lead["qualification_status"]) == ("Lead", "Unqualified")


def test_a_mail_begins_a_request_of_its_customer(crm: Crm) -> None:
    customer = crm.sales.create("Customer", customer_name="湖滨水务", email_id="info@lakeside.example")["name"]
    mail = Incoming("2@lakeside.example", "Pump stands still", "info@lakeside.example", html="<p>Help</p>", text="Help")
    thread = TestSite(crm.site).system(lambda ctx: begin(ctx, "Service Request", "Support", mail))
    request = crm.service.get("Service Request", thread.name)
    assert (request["customer"], request["channel"], request["status"]) == (customer, "Email", "Open")
