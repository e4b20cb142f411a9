"""A campaign: approved, sent to whom it may, answered, left, bounced; calls, brochures, deals, and what it earned."""

from __future__ import annotations

from crm_platform.doctypes.marketing.answers import note_deliveries
from crm_platform.mail.incoming import Bounce
from crm_platform.mail.receiving import note_bounce
from support.campaigns import Marketing, marketing
from support.post_office import PostOffice, post

__all__ = ["post"]


def audience(office: Marketing) -> list[str]:
    """Customers and leads of a territory, each with a reason of its own; answers the names of two segments."""
    insert = office.post.site.insert
    place = insert("Territory", territory_name="华东试点").name

    def customer(name: str, **values: object) -> str:
        return str(insert("Customer", customer_name=name, territory=place, **values).name)

    customer("甲", email_id="jia@example.org", mobile_no="+86 21 1001", preferred_channel="Email")
    customer("同址", email_id="JIA@example.org")
    customer("退订", email_id="tui@example.org", unsubscribed=1)
    withdrawn = customer("撤回", email_id="che@example.org")
    for status in ("Given", "Withdrawn"):
        office.post.clock.go_on(days=1)
        insert(
            "Consent",
            reference_doctype="Customer",
            reference_name=withdrawn,
            purpose="Marketing",
            status=status,
            evidence="电话",
        )
    customer("无址")
    insert("Email Unsubscribe", email="gone@example.org", global_unsubscribe=1)
    customer("离开", email_id="gone@example.org")
    customer("电话", email_id="dian@example.org", mobile_no="+86 21 1002", preferred_channel="Phone")
    insert("Lead", first_name="新人", email_id="xin@example.org", territory=place)
    insert("Lead", first_name="勿扰", email_id="wu@example.org", territory=place, status="Do Not Contact")
    return [office.segment(doctype, ["territory", "=", place]) for doctype in ("Customer", "Lead")]


def test_a_campaign(post: PostOffice) -> None:
    office = marketing(post)
    name = approved(office)
    it_is_sent_to_whom_it_may(office, name)
    only_who_came_since_gets_it(office, name)
    one_answers(office, name)
    one_leaves(office, name)
    one_cannot_be_reached(office, name)
    states = office.states(name)
    assert [states[f"{one} Email"] for one in ("甲", "新人", "后来")] == ["Responded", "Unsubscribed", "Bounced"]
    customer = the_interest_of_a_call_makes_a_deal(office, name)
    the_deal_makes_money(office, name, customer)


def approved(office: Marketing) -> str:
    """A campaign by mail and telephone with a brochure, ready to be sent."""
    segments = audience(office)
    brochure = office.post.site.insert("Literature", literature_name="泵样本", unit_cost=2.5).name
    return office.approved(
        *segments,
        make_calls=1,
        call_script="您好",
        send_literature=1,
        literature=brochure,
        budget=1000,
    )


def it_is_sent_to_whom_it_may(office: Marketing, name: str) -> None:
    office.send(name)
    inbox = office.post.inbox
    assert sorted(recipient for recipient, _ in inbox.taken) == ["jia@example.org", "xin@example.org"]
    assert inbox.to("jia@example.org")[0]["subject"] == "给 甲"
    assert office.states(name) == {
        "甲 Email": "Sent",
        "甲 Phone": "Prefers Another Channel",
        "同址 Phone": "No Address",
        "退订 Email": "Unsubscribed",
        "退订 Phone": "No Address",
        "撤回 Email": "Consent Withdrawn",
        "撤回 Phone": "No Address",
        "无址 Email": "No Address",
        "无址 Phone": "No Address",
        "离开 Email": "Unsubscribed",
        "离开 Phone": "No Address",
        "电话 Email": "Prefers Another Channel",
        "电话 Phone": "Waiting",
        "新人 Email": "Sent",
        "新人 Phone": "No Address",
        "勿扰 Email": "Do Not Contact",
        "勿扰 Phone": "No Address",
    }


def only_who_came_since_gets_it(office: Marketing, name: str) -> None:
    post = office.post
    territory = post.site.get("Customer", office.recipient(name, "甲").recipient).territory
    post.site.insert("Customer", customer_name="后来", email_id="hou@example.org", territory=territory)
    office.send(name)
    assert len(post.inbox.taken) == 3
    assert office.figures(name, "emails_sent", "recipients") == [3, 4]


def one_answers(office: Marketing, name: str) -> None:
    mail = {"reference_doctype": "Campaign Recipient", "reference_name": office.recipient(name, "甲").name}
    office.post.site.insert("Communication", subject="Re: 新品", sent_or_received="Received", **mail)


def one_leaves(office: Marketing, name: str) -> None:
    post = office.post
    guest, link = office.leaving("xin@example.org")
    answer = guest.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, answer.text
    post.deliver()
    lead = office.recipient(name, "新人").recipient
    assert post.site.get("Lead", lead).unsubscribed
    (consent,) = post.site.read(
        lambda ctx: ctx.store.list("Consent", fields=["status"], filters={"reference_name": lead})
    )
    assert consent["status"] == "Withdrawn"


def one_cannot_be_reached(office: Marketing, name: str) -> None:
    post = office.post
    sent = post.inbox.to("hou@example.org")[0]["message-id"].strip("<>")
    post.site.system(lambda ctx: note_bounce(ctx, Bounce(sent, {"hou@example.org": "550"})))
    post.site.system(note_deliveries)


def the_interest_of_a_call_makes_a_deal(office: Marketing, name: str) -> str:
    """Answers whose deal it is."""
    post = office.post
    listed = office.call("call_list", name=name)
    (waiting,) = post.site.read(lambda ctx: ctx.store.list(listed["list"], filters=listed["filters"]))
    call = office.call("log_call", name=waiting["name"])
    post.site.update("Call Log", call["name"], status="Completed")
    assert office.states(name)["电话 Phone"] == "Called"
    post.site.update("Campaign Recipient", waiting["name"], outcome="Interested")
    post.site.user("seller@example.com", "Sales User", "Marketing User")
    deal = office.call("make_opportunity", "seller@example.com", name=waiting["name"])
    assert office.call("make_opportunity", "seller@example.com", name=waiting["name"]) == deal
    found = post.site.get("Opportunity", deal["name"])
    assert (found.campaign, found.title) == (name, "春季新品: 电话")
    return str(found.customer)


def the_deal_makes_money(office: Marketing, name: str, customer: str) -> None:
    post = office.post
    product = post.site.insert("Product", product_code="P", product_name="泵", standard_rate=5000).name
    bill = {"customer": customer, "campaign": name, "items": [{"product": product, "qty": 1}]}
    post.site.insert("Sales Invoice", **bill, docstatus=1)
    post.site.update("Campaign", name, expenses=[{"description": "广告", "amount": 400}])
    assert office.figures(name, "responses", "unsubscribed", "bounced", "calls", "opportunities") == [2, 1, 1, 1, 1]
    brochures = post.site.read(lambda ctx: ctx.store.count("Literature Dispatch", filters={"campaign": name}))
    assert office.figures(name, "literature_sent") == [brochures]
    cost = 400 + brochures * 2.5
    assert office.figures(name, "total_cost", "invoiced_amount", "campaign_return") == [cost, 5000, 5000 - cost]
