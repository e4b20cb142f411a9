"""Banking through the API: hidden numbers in every outlet, four eyes, value classes, hints, who may what."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.app import create_worker
from crm_platform.plugins.banking.numbers import CHECK_SIGNS, FACTORS, card_fits, resident_id_fits
from support.api_site import create
from support.crm import Crm, Person
from support.plugins import rights

ID_NUMBER, CARD, ACCOUNT = "11010519491231002X", "6222021234567890128", "6217001234567890"
HIDDEN = (ID_NUMBER, CARD, ACCOUNT)


def advisor(crm: Crm) -> Person:
    return crm.person("advisor@example.com", "Bank Advisor", "Sales User")


def compliance(crm: Crm, number: int = 1) -> Person:
    return crm.person(f"compliance{number}@example.com", "Compliance Officer", "Sales User")


def credit(crm: Crm, number: int = 1) -> Person:
    return crm.person(f"credit{number}@example.com", "Credit Officer", "Sales User")


def customer(crm: Crm, name: str = "王小明", **values: Any) -> str:
    return str(advisor(crm).create("Customer", customer_name=name, customer_type="Individual", **values)["name"])


def account(crm: Crm, of: str, number: str, balance: int = 0, product: str = "SAV", **values: Any) -> str:
    if not crm.administrator.list("Product", filters={"product_code": product}):
        create(crm.admin, "Product", {"product_code": product, "product_name": product})
    made = advisor(crm).create(
        "Bank Account", customer=of, product=product, bank_account_no=number, balance=balance, **values
    )
    return str(made["name"])


def work(crm: Crm) -> None:
    worker = create_worker(crm.site)
    while worker.run_once():
        pass


def review(crm: Crm, of: str, **values: Any) -> str:
    known = {"reason": "New Customer", "findings": "资金来源清晰", **values}
    name = str(advisor(crm).create("KYC Review", customer=of, **known)["name"])
    advisor(crm).act("KYC Review", name, "Submit for Review")
    return name


def approve(person: Person, doctype: str, name: str) -> str:
    """What the sentence of the refusal is, or the state that is reached."""
    doc = person.get(doctype, name) | {"doctype": doctype}
    answer = person.client.post(
        "/api/method/frappe.model.workflow.apply_workflow", json={"doc": doc, "action": "Approve"}
    )
    return str(answer.json()["message"]["workflow_state"] if answer.status_code == 200 else answer.json()["exception"])


def sign(crm: Crm, contract: str) -> str:
    """Why the contract cannot be approved."""
    if crm.sales_manager.get("Contract", contract)["workflow_state"] == "Draft":
        crm.sales_manager.act("Contract", contract, "Submit for Review")
    return approve(crm.person("second.manager@example.com", "Sales User", "Sales Manager"), "Contract", contract)


def test_numbers_are_hidden_in_every_outlet_and_found_by_the_whole_value(packs: Crm) -> None:
    of = customer(packs, "诸葛明")
    paper = advisor(packs).create("Identity Document", customer=of, id_number=ID_NUMBER)
    held = account(packs, of, ACCOUNT)
    card = advisor(packs).create("Bank Card", bank_account=held, card_number=CARD)
    advisor(packs).change("Bank Card", card["name"], status="Blocked")
    assert (paper["id_number"], card["card_number"]) == ("•••002X", "•••0128")
    twice = advisor(packs).client.post(
        "/api/resource/Identity Document", json={"customer": of, "id_number": ID_NUMBER, "document_type": "Other"}
    )
    manager = packs.person("bank.boss@example.com", "Compliance Officer", "System Manager", "Auditor")
    answers = [twice.text]
    for doctype, name, field in (
        ("Identity Document", paper["name"], "id_number"),
        ("Bank Account", held, "bank_account_no"),
        ("Bank Card", card["name"], "card_number"),
    ):
        rows = {"doctype": doctype, "fields": f'["name","{field}"]'}
        answers += [
            manager.client.get(address, params=parameters).text
            for address, parameters in (
                (f"/api/resource/{doctype}/{name}", {}),
                (f"/api/resource/{doctype}", {"fields": f'["{field}"]'}),
                ("/api/method/frappe.desk.form.load.getdoc", {"doctype": doctype, "name": name}),
                ("/api/method/frappe.desk.reportview.get", rows),
                ("/api/method/frappe.desk.reportview.export_query", {**rows, "file_format_type": "CSV"}),
                ("/printview", {"doctype": doctype, "name": name}),
                ("/api/resource/Version", {"fields": '["data"]', "limit": "0"}),
                ("/api/resource/Audit Log", {"fields": '["*"]', "limit": "0"}),
                ("/api/method/crm.search.query", {"text": ID_NUMBER}),
                (f"/api/resource/{doctype}", {"filters": f'[["{field}", "like", "6%"]]'}),
            )
        ]
    assert [(number, text[:200]) for number in HIDDEN for text in answers if number in text] == []
    assert [row["name"] for row in manager.list("Bank Card", filters={"card_number": CARD})] == [card["name"]]


NUMBERS = {"Identity Document": "id_number", "Bank Account": "bank_account_no", "Bank Card": "card_number"}


@pytest.mark.parametrize("doctype", NUMBERS)
def test_a_number_is_no_oracle_and_is_kept_by_no_view_report_or_chart(packs: Crm, doctype: str) -> None:
    field = NUMBERS[doctype]
    boss = packs.person("bank.boss@example.com", "Compliance Officer", "System Manager", "Auditor")
    parts: list[dict[str, Any]] = [
        {"order_by": f"{field} asc"},
        {"group_by": field, "fields": ["count(name) as n"]},
        *({"fields": [f"{function}({field}) as x"]} for function in ("min", "max", "count(distinct")),
    ]
    for part in parts:
        assert boss.refused("frappe.client.get_list", doctype=doctype, **part), part
    assert boss.call("frappe.desk.search.search_link", doctype=doctype, txt=ACCOUNT[:12]) == []
    kept = [[field, "=", ACCOUNT]]
    query = json.dumps({"filters": json.dumps(kept)})
    pivot = {"columns": [field], "group_by": [field], "aggregates": [{"function": "count"}]}
    about = {"is_standard": "No", "report_type": "Query Report", "ref_doctype": doctype}
    chart = {"chart_type": "Group By", "group_by_type": "Count", "group_by_based_on": field, "type": "Bar"}
    for target, values in (
        ("Saved View", {"label": "号码", "reference_doctype": doctype, "query": query}),
        ("Report", {"report_name": "号码", **about, "query": json.dumps({"columns": ["name"], "filters": kept})}),
        ("Report", {"report_name": "号码", **about, "query": json.dumps(pivot)}),
        (
            "Number Card",
            {"label": "号码", "document_type": doctype, "function": "Count", "filters_json": json.dumps(kept)},
        ),
        ("Dashboard Chart", {"chart_name": "号码", "document_type": doctype, "filters_json": "[]", **chart}),
    ):
        assert "masked" in boss.refused_new(target, **values), (target, values)


def test_seeing_a_number_needs_the_right_and_a_reason_and_is_written_down(packs: Crm) -> None:
    held = account(packs, customer(packs, "欧阳锋"), "6217009900001111")
    asked = {"doctype": "Bank Account", "name": held, "fields": ["bank_account_no"]}
    assert "may not see" in advisor(packs).refused("crm.privacy.unmask", **asked, reason="只是好奇")
    assert "may not see" in credit(packs).refused("crm.privacy.unmask", **asked, reason="只是好奇")
    assert "reason" in compliance(packs).refused("crm.privacy.unmask", **asked, reason="")
    seen = compliance(packs).call("crm.privacy.unmask", **asked, reason="核对转账")
    assert seen == {"bank_account_no": "6217009900001111"}
    (entry,) = packs.administrator.list(
        "Audit Log", filters={"event": "Unmasked", "reference_name": held}, fields=["*"]
    )
    assert entry["user"] == compliance(packs).email
    assert "核对转账" in str(entry)
    assert "6217009900001111" not in str(entry)


@pytest.mark.parametrize(
    ("doctype", "values"),
    [
        ("Identity Document", {"id_number": "110105194912310021"}),
        ("Identity Document", {"id_number": "11010519491331002X"}),
        ("Bank Card", {"card_number": "6222021234567890129"}),
    ],
)
def test_numbers_that_cannot_be_are_refused_without_repeating_them(
    packs: Crm, doctype: str, values: dict[str, str]
) -> None:
    of = customer(packs, "号码")
    link = (
        {"customer": of}
        if doctype == "Identity Document"
        else {"bank_account": packs.administrator.list("Bank Account")[0]["name"]}
    )
    sentence = advisor(packs).refused_new(doctype, **link, **values)
    assert "This cannot be the number" in sentence
    assert not any(number in sentence for number in values.values())


def test_risk_changes_by_a_review_of_somebody_else_only(packs: Crm) -> None:
    of = customer(packs, "四眼公司")
    advisor(packs).client.put(f"/api/resource/Customer/{of}", json={"risk": "Low"})
    assert not advisor(packs).get("Customer", of).get("risk")
    name = review(packs, of, proposed_risk="Medium", review_date="2026-01-10")
    assert "PermissionError" in approve(advisor(packs), "KYC Review", name) or "Not a valid" in approve(
        advisor(packs), "KYC Review", name
    )
    assert approve(compliance(packs), "KYC Review", name) == "Approved"
    known = advisor(packs).get("Customer", of)
    assert (known["risk"], known["kyc_reviewed_on"], known["kyc_next_review"]) == ("Medium", "2026-01-10", "2028-01-10")


def test_a_high_risk_needs_two_and_two_logins_of_one_person_are_one(packs: Crm) -> None:
    of = customer(packs, "高风险公司")
    sanctioned = {"customer": of, "reason": "Event-Driven", "findings": "制裁名单", "sanctions_hit": 1}
    assert "high risk" in advisor(packs).refused_new("KYC Review", **sanctioned, proposed_risk="Low")
    name = review(packs, of, **{key: sanctioned[key] for key in ("reason", "sanctions_hit")}, proposed_risk="High")
    second_login = packs.person("compliance1.again@example.com", "Compliance Officer", "Sales User")
    compliance(packs)
    packs.administrator.change("User", second_login.email, same_person_as=compliance(packs).email)
    assert approve(compliance(packs), "KYC Review", name) == "In Review"
    assert "Not a valid" in approve(second_login, "KYC Review", name)
    assert approve(compliance(packs, 2), "KYC Review", name) == "Approved"
    assert advisor(packs).get("Customer", of)["risk"] == "High"


def test_the_author_does_not_approve_his_limit_with_another_login(packs: Crm) -> None:
    of = customer(packs, "额度公司")
    both = packs.person("both@example.com", "Bank Advisor", "Credit Officer", "Sales User")
    other_login = packs.person("both.again@example.com", "Credit Officer", "Sales User")
    packs.administrator.change("User", other_login.email, same_person_as=both.email)
    late = (date.today() + timedelta(days=365)).isoformat()
    asked = {"customer": of, "requested_limit": 500000, "reason": "扩大生产"}
    assert "ended already" in both.refused_new("Credit Limit Request", **asked, valid_until="2020-01-01")
    name = str(both.create("Credit Limit Request", **asked, valid_until=late)["name"])
    both.act("Credit Limit Request", name, "Submit for Review")
    assert "Not a valid" in approve(both, "Credit Limit Request", name)
    assert "Not a valid" in approve(other_login, "Credit Limit Request", name)
    assert approve(credit(packs), "Credit Limit Request", name) == "Approved"
    known = both.get("Customer", of)
    assert (known["bank_credit_limit"], known["bank_limit_until"]) == (500000, late)


def test_a_contract_waits_for_an_overdue_review(packs: Crm) -> None:
    of, other = customer(packs, "逾期审查"), customer(packs, "别人")
    foreign = account(packs, other, "6217008800002222")
    name = review(packs, of, proposed_risk="Low", review_date="2018-01-10")
    assert approve(compliance(packs), "KYC Review", name) == "Approved"
    values = {"party_name": of, "start_date": "2026-01-01", "end_date": "2026-12-31", "billing_interval": "Yearly"}
    draft = str(packs.sales_manager.create("Contract", **values, contract_terms="条款")["name"])
    assert "KYC review" in sign(packs, draft)
    approve(compliance(packs), "KYC Review", review(packs, of, proposed_risk="Low"))
    packs.sales_manager.change("Contract", draft, bank_account=foreign)
    assert "not one of this customer" in sign(packs, draft)


def test_customers_are_classified_from_figures(packs: Crm) -> None:
    rich, poor, idle = (customer(packs, name) for name in ("大客户", "小客户", "老客户"))
    today = date.today()
    account(packs, rich, "6217007700000001", 600000, last_transaction_on=today.isoformat())
    account(packs, rich, "6217007700000002", 600000, "FUND", last_transaction_on=today.isoformat())
    account(packs, poor, "6217007700000003", 500, last_transaction_on=today.isoformat())
    account(packs, idle, "6217007700000004", 9000000, last_transaction_on=(today - timedelta(days=400)).isoformat())
    work(packs)
    classes = {name: advisor(packs).get("Customer", name) for name in (rich, poor, idle)}
    assert [row["bank_value_class"] for row in classes.values()] == ["High Value", "Low Value", "Dormant"]
    assert (classes[rich]["bank_balance"], classes[rich]["bank_service_level"]) == (1200000, "Private")
    also_rich = customer(packs, "另一个大客户")
    account(packs, also_rich, "6217007700000005", 2000000, last_transaction_on=today.isoformat())
    work(packs)
    hints = advisor(packs).call("banking.cross_selling", customer=also_rich)
    assert hints[0] == {"product": "FUND", "accounts": 1}
    assert "FUND" in advisor(packs).call("banking.show_cross_selling", name=also_rich)["message"]
    assert advisor(packs).call("banking.cross_selling", customer=rich) == []
    packs.administrator.change("Customer Value Class", "High Value", condition="doc.bank_balance >= 1500000")
    work(packs)
    assert advisor(packs).get("Customer", rich)["bank_value_class"] == "Valuable"
    packs.administrator.change("Customer Value Class", "High Value", condition="doc.bank_balance >= 1000000")
    assert "cannot be read" in packs.administrator.refused_change("Customer Value Class", "Valuable", condition="doc.(")
    request = packs.service.create("Service Request", subject="贵宾来电", customer=also_rich)
    clocks = packs.administrator.list(
        "SLA Clock", filters={"reference_name": request["name"]}, fields=["service_level_agreement"]
    )
    assert {row["service_level_agreement"] for row in clocks} == {"High-Value Customers"}


MATRIX = {
    "Identity Document": {"advisor": "rwc", "compliance": "rwcd", "credit": "", "sales": "", "system": "rwcd"},
    "Bank Account": {"advisor": "rwc", "compliance": "r", "credit": "r", "sales": "", "system": "rwcd"},
    "Bank Card": {"advisor": "rwc", "compliance": "r", "credit": "", "sales": "", "system": "rwcd"},
    "KYC Review": {"advisor": "rwc", "compliance": "rwcSC", "credit": "r", "sales": "", "system": "rd"},
    "Credit Limit Request": {"advisor": "rwc", "compliance": "r", "credit": "rwcSC", "sales": "", "system": "rd"},
    "Customer Value Class": {"advisor": "r", "compliance": "r", "credit": "r", "sales": "r", "system": "rwcd"},
}
"""DocType → person → what is allowed: read, write, create, delete, submit, cancel."""


@pytest.mark.parametrize("doctype", MATRIX)
def test_who_may_what(packs: Crm, doctype: str) -> None:
    people = {"advisor": advisor(packs), "compliance": compliance(packs), "credit": credit(packs), "sales": packs.sales}
    people["system"] = packs.person("system.manager@example.com", "System Manager")
    assert {who: rights(packs, person, doctype) for who, person in people.items()} == MATRIX[doctype]


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(100000, 999999), st.integers(0, 999))
def test_a_number_of_an_identity_card_fits_with_one_check_sign_only(born: date, place: int, order: int) -> None:
    body = f"{place}{born:%Y%m%d}{order:03d}"
    fitting = [sign for sign in CHECK_SIGNS if resident_id_fits(body + sign)]
    assert len(fitting) == 1
    swapped = [digit for digit in "0123456789" if resident_id_fits(digit + body[1:] + fitting[0])]
    assert swapped == [body[0]]
    assert len(FACTORS) == 17


@given(st.text(alphabet="0123456789", min_size=11, max_size=18))
def test_a_card_fits_with_one_last_digit_only(body: str) -> None:
    assert sum(card_fits(body + digit) for digit in "0123456789") == 1


@pytest.mark.parametrize("text", ["", "abc", "11010519491231002", "１１010519491231002X", "٣" * 18])
def test_what_is_no_number_does_not_fit(text: str) -> None:
    assert not resident_id_fits(text)
    assert not card_fits(text)
