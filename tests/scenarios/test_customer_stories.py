"""Stories of customers, told through the API: from a lead to a first order, and one that was lost and comes back."""

from __future__ import annotations

from support.crm import Crm


def test_from_a_lead_to_a_customer(crm: Crm) -> None:
    """A visitor of a fair is qualified, becomes a customer, is won and welcomed."""
    rep = crm.sales
    lead = rep.create("Lead", first_name="孟", company_name="青禾农机厂", source="Exhibition", title="灌溉控制器")[
        "name"
    ]
    rep.act("Lead", lead, "Start Qualification")
    action = {"doc": rep.get("Lead", lead) | {"doctype": "Lead"}, "action": "Qualify"}
    assert "mobile_no" in rep.refused("frappe.model.workflow.apply_workflow", **action)
    rep.change("Lead", lead, mobile_no="+86-138-0000-9300")
    qualified = rep.act("Lead", lead, "Qualify")
    assert (qualified["qualification_status"], qualified["qualified_by"]) == ("Qualified", rep.email)
    made = rep.call("crm.lead.convert", name=lead)
    customer = made["customer"]
    assert rep.get("Customer", customer)["life_cycle_stage"] == "Inquiry"
    rep.create("Customer Visit", subject="现场考察", customer=customer, starts_on="2026-05-04 10:00:00")
    rep.change("Opportunity", made["name"], sales_stage="Won", closed_date="2026-05-20", opportunity_amount=88_000)
    after = rep.get("Customer", customer)
    assert [row["to_stage"] for row in after["stage_history"]] == ["Inquiry", "Welcome"]
    tasks = rep.list("Task", filters={"reference_docname": customer}, fields=["life_cycle_stage"])
    assert {task["life_cycle_stage"] for task in tasks} == {"Inquiry", "Welcome"}
    seen = rep.call("crm.desk.overview", doctype="Customer", name=customer)
    assert seen["title"] == "青禾农机厂"
    everything = {section["doctype"]: section for section in seen["sections"]}
    assert everything["Opportunity"]["rows"][0]["name"] == made["name"]
    assert everything["Customer Visit"]["count"] == 1
    assert everything["Contact"]["count"] == 1


def test_a_page_shows_what_its_reader_may_read(crm: Crm) -> None:
    """Mails come with the customer; what another role reads does not."""
    customer = crm.sales.create("Customer", customer_name="一览")["name"]
    mail = {"subject": "报价", "content": "<p>请报价</p>", "communication_type": "Communication"}
    crm.administrator.create("Communication", reference_doctype="Customer", reference_name=customer, **mail)
    crm.sales.create("Service Request", subject="缺件", customer=customer)
    page = {
        who.email: {section["doctype"]: section for section in seen["sections"]}
        for who in (crm.sales, crm.marketing)
        for seen in [who.call("crm.desk.overview", doctype="Customer", name=customer)]
    }
    assert page[crm.sales.email].keys() == {"Service Request", "Communication"}
    assert page[crm.sales.email]["Communication"]["rows"][0]["subject"] == "报价"
    assert page[crm.sales.email]["Communication"]["listed"] == 0
    assert page[crm.marketing.email].keys() == {"Communication"}
    nobody = crm.person("nobody@example.com").client
    answer = nobody.get("/api/method/crm.desk.overview", params={"doctype": "Customer", "name": customer})
    assert answer.status_code == 403


def test_a_lost_customer_is_won_back(crm: Crm) -> None:
    """The customer leaves, the reasons are asked, an offer brings it back."""
    rep, manager = crm.sales, crm.sales_manager
    customer = rep.create("Customer", customer_name="金桥贸易", life_cycle_stage="Development")["name"]
    rep.change("Customer", customer, life_cycle_stage="Win-back", lost_reason="Poor service", lost_on="2026-04-01")
    manager.create(
        "Segment",
        segment_name="流失客户",
        filters='[["life_cycle_stage", "=", "Win-back"], ["lost_reason", "is", "set"]]',
    )
    assert customer in rep.call("crm.segment.members", name="流失客户", limit=0)["members"]
    offer = rep.create("Opportunity", title="挽回", customer=customer, sales_stage="Engaging")["name"]
    rep.change("Opportunity", offer, sales_stage="Won", closed_date="2026-05-20")
    assert rep.get("Customer", customer)["life_cycle_stage"] == "Development"
    assert customer not in rep.call("crm.segment.members", name="流失客户", limit=0)["members"]
