"""Duplicates: found while somebody types and in a search over all, only among what he may read."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.app import create_worker
from crm_platform.documents.context import Context
from crm_platform.errors import DoesNotExistError, PermissionError, ValidationError
from crm_platform.jobs.queue import enqueue
from crm_platform.testing import TestSite
from crm_platform.transfer.duplicates import keys, pairs
from crm_platform.transfer.duplicates.finding import Match, find
from crm_platform.transfer.duplicates.keys import MATCH_KEY, build
from crm_platform.transfer.duplicates.scanning import look
from support.definitions import row

YUN = {"customer_name": "云计算有限公司", "mobile_no": "+86 138 0013 8000", "email_id": "info@yun.example"}
SELLER = "li.wei@example.com"


def ask(site: TestSite, user: str = "Administrator", /, doctype: str = "Customer", **values: Any) -> list[Match]:
    return site.read(lambda ctx: find(ctx, doctype, values), user)


def key_rows(site: TestSite, name: str) -> set[str]:
    rows = site.system(lambda ctx: ctx.connection.fetch(MATCH_KEY, {"name": name}))
    return {row["key"] for row in rows}


def test_the_standard_rules_find_a_customer_and_say_why(site: TestSite) -> None:
    name = site.insert("Customer", **YUN)["name"]
    (match,) = ask(site, customer_name="云计算科技有限公司", mobile_no="13800138000")
    assert (match.name, match.title, match.rule) == (name, "云计算有限公司", "Customer")
    assert match.explanation == "Customer Name 75 % similar: 45, Mobile No 95 % similar: 38"
    assert match.score == sum(part.points for part in match.parts) == 83
    assert [m.score for m in ask(site, customer_name="x", email_id="INFO@yun.example")] == [50]
    assert ask(site, customer_name="天科技术有限公司") == []
    assert ask(site) == []


def test_a_contact_is_found_by_his_name_and_mail(site: TestSite) -> None:
    site.insert(
        "Contact",
        first_name="王",
        last_name="芳",
        company_name="云计算",
        email_ids=[{"email_id": "wang.fang@example.com", "is_primary": 1}],
    )
    found = ask(site, doctype="Contact", full_name="王 芳", company_name="云计算有限公司")
    assert [match.score for match in found] == [60]


def test_keys_follow_the_document(site: TestSite) -> None:
    name = site.insert("Customer", **YUN)["name"]
    assert {"Phone:0138000", "Email:info@yun.example", "Name:云计算"} <= key_rows(site, name)
    site.update("Customer", name, mobile_no="", customer_name="Wasserwerk AG")
    assert {key for key in key_rows(site, name) if key[:4] in ("Phon", "Name")} == {"Name:wasserwerk", "Name:~wsrwrk"}
    new = site.write(lambda ctx: ctx.store.rename("Customer", name, "CUST-NEU"))
    assert (key_rows(site, name), len(key_rows(site, new))) == (set(), 3)
    site.write(lambda ctx: ctx.store.delete("Customer", new))
    assert key_rows(site, new) == set()


def test_each_document_of_a_batch_has_its_own_keys(site: TestSite) -> None:
    mails = ("info@yun.example", "info@tian.example", "")

    def work(ctx: Context) -> list[str]:
        docs = [ctx.store.new("Customer", {"customer_name": "云计算", "email_id": mail}) for mail in mails]
        return [str(doc.name) for doc in ctx.store.insert_many(docs)]

    found = [{key for key in key_rows(site, name) if key.startswith("Email")} for name in site.write(work)]
    assert found == [{"Email:info@yun.example"}, {"Email:info@tian.example"}, set()]


def test_a_new_rule_gives_keys_to_what_is_there(site: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BATCH", 2)
    site.doctype("Machine", row("serial"), row("built", "Date"), autoname="field:serial")
    for serial in ("AB-100", "AB-200", "CD-300"):
        site.insert("Machine", serial=serial, built="2020-01-31")
    fields = [
        {"field": "built", "method": "Date", "weight": 10},
        {"field": "serial", "method": "Trigram", "weight": 50},
    ]
    site.insert("Match Rule", rule_name="Machine", document_type="Machine", threshold=40, fields=fields)
    worker = create_worker(site.site)
    while worker.run_once():
        pass
    (match, *others) = ask(site, doctype="Machine", serial="AB-100x", built="2020-01-31")
    assert match.name == "AB-100"
    assert all(other.score < match.score for other in others)
    site.update("Match Rule", "Machine", enabled=0)
    while site.system(build):
        pass
    assert key_rows(site, "AB-100") == set()


@pytest.mark.parametrize(
    ("field", "threshold", "sentence"),
    [
        ({"field": "nope"}, 10, "cannot be compared"),
        ({"field": "secret"}, 10, "cannot be compared"),
        ({"field": "card"}, 10, "cannot be compared"),
        ({"field": "serial", "weight": 5}, 10, "nothing reaches the threshold 10"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    sqlite_site: TestSite, field: dict[str, Any], threshold: int, sentence: str
) -> None:
    fields = (row("serial"), row("secret", "Password"), row("card", sensitivity="Confidential"))
    sqlite_site.doctype("Machine", *fields)
    values = {"method": "Exact", "weight": 50, **field}
    with pytest.raises(ValidationError, match=sentence):
        sqlite_site.insert("Match Rule", rule_name="M", document_type="Machine", threshold=threshold, fields=[values])


def test_only_readable_documents_and_fields_take_part(site: TestSite) -> None:
    seller = site.user(SELLER, "Sales User")
    for territory in ("华东", "华北"):
        site.insert("Territory", territory_name=territory)
    site.insert("Customer", **YUN, territory="华北")
    assert len(ask(site, seller, customer_name="云计算")) == 1
    site.insert(
        "Property Setter",
        doctype_or_field="DocField",
        doc_type="Customer",
        field_name="mobile_no",
        property="permlevel",
        value="1",
        property_type="Int",
    )
    assert ask(site, seller, customer_name="x", mobile_no=YUN["mobile_no"], email_id="") == []
    (match,) = ask(site, seller, customer_name="云计算", mobile_no=YUN["mobile_no"])
    assert [part.field for part in match.parts] == ["customer_name"]
    site.insert("User Permission", user=seller, allow="Territory", for_value="华东", apply_to_all_doctypes=1)
    assert ask(site, seller, customer_name="云计算") == []
    with pytest.raises(PermissionError):
        ask(site, site.user("nobody@example.com"), customer_name="云计算")
    with pytest.raises(DoesNotExistError):
        ask(site, doctype="No Such", customer_name="x")


def test_a_key_that_many_have_tells_nothing(sqlite_site: TestSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "TOO_COMMON", 3)
    for number in range(5):
        sqlite_site.insert("Customer", customer_name=f"Nr {number}", email_id="office@example.com")
    assert ask(sqlite_site, customer_name="x", email_id="office@example.com") == []


def test_what_was_told_apart_is_not_offered_again(site: TestSite) -> None:
    one, other = (site.insert("Customer", customer_name="云计算")["name"] for _ in range(2))

    def offered(name: str) -> list[str]:
        values = {"customer_name": "云计算"}
        return [match.name for match in site.read(lambda ctx: find(ctx, "Customer", values, name))]

    assert (offered(one), offered(other)) == ([other], [one])
    reader = site.user("reader@example.com", site.role("Customer Reader"))
    site.insert("Custom DocPerm", parent="Customer", role="Customer Reader", read=1)
    with pytest.raises(PermissionError):
        site.write(lambda ctx: pairs.tell_apart(ctx, "Customer", one, other), reader)
    site.write(lambda ctx: pairs.tell_apart(ctx, "Customer", one, other))
    assert (offered(one), offered(other)) == ([], [])
    site.write(lambda ctx: ctx.store.delete("Customer", one))
    assert site.system(lambda ctx: ctx.store.count("Duplicate Record")) == 0


def test_a_search_over_all_documents_writes_each_pair_down_once(site: TestSite) -> None:
    names = [site.insert("Customer", customer_name=f"{name}有限公司")["name"] for name in ("云计算", "天科", "云计算")]
    site.insert("Customer", customer_name="天科 Ltd")
    for _ in range(2):
        job = site.write(lambda ctx: enqueue(ctx, "core:find_duplicates", {"doctype": "Customer"}))
        worker = create_worker(site.site)
        while worker.run_once():
            pass
    fields = ["document", "duplicate", "score", "status", "explanation"]
    rows = site.read(lambda ctx: ctx.store.list("Duplicate Record", fields=fields, order_by="document asc"))
    assert [(row["score"], row["status"]) for row in rows] == [(60, "Open"), (60, "Open")]
    assert {rows[0]["document"], rows[0]["duplicate"]} == {names[0], names[2]}
    assert rows[0]["explanation"] == "Customer Name equal: 60"
    assert job


def test_a_search_needs_a_rule(sqlite_site: TestSite) -> None:
    with pytest.raises(ValidationError, match="no Match Rule"):
        sqlite_site.write(lambda ctx: look(ctx, "Territory"))
