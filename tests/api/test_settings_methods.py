"""What settings do: a label that the site translates itself, an invitation, the audit log verified."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from crm_platform.documents.context import Context
from support.crm import Crm, Person
from support.sabotage import always, defended_by, nothing

TEXTS = [("zh", "Industry", "行当"), ("en", "Industry", "Trade"), ("zh", "Opportunity Amount", "商机金额（元）")]


@pytest.fixture
def translated(crm: Crm) -> Iterator[list[str]]:
    """Names of Translations of the site, which is everybody's."""
    admin = crm.administrator
    rows = [
        admin.create("Translation", language=language, source_text=source, translated_text=text)
        for language, source, text in TEXTS
    ]
    yield [row["name"] for row in rows]
    for row in rows:
        admin.client.delete(f"/api/resource/Translation/{row['name']}")


def label(person: Person, language: str) -> str:
    shown = person.client.get("/api/method/crm.desk.meta", params={"doctype": "Industry", "_lang": language})
    text: str = shown.json()["message"]["doctype"]["label"]
    return text


def test_a_label_is_what_the_site_says_at_once_and_until_it_is_taken_back(crm: Crm, translated: list[str]) -> None:
    for person in (crm.administrator, crm.sales):
        assert (label(person, "zh"), label(person, "zh-CN"), label(person, "en")) == ("行当", "行当", "Trade")
    changed = {"translated_text": "行业门类"}
    assert crm.admin.put(f"/api/resource/Translation/{translated[0]}", json=changed).status_code == 200
    assert label(crm.sales, "zh") == "行业门类"
    for name in translated[:2]:
        assert crm.admin.delete(f"/api/resource/Translation/{name}").status_code == 202
    assert (label(crm.sales, "zh"), label(crm.sales, "en")) == ("行业", "Industry")


def test_a_word_of_a_context_is_said_so_there_alone(crm: Crm) -> None:
    def words() -> tuple[str, str]:
        boot = crm.admin.get("/api/method/crm.desk.boot", params={"_lang": "zh"}).json()["message"]["messages"]
        return boot["Currency"], boot["Currency:DocField"]

    assert words() == ("币种", "货币")
    values = {"language": "zh", "source_text": "Currency", "context": "DocField", "translated_text": "金额"}
    own = crm.administrator.create("Translation", **values)
    assert words() == ("币种", "金额")
    crm.admin.delete(f"/api/resource/Translation/{own['name']}")
    assert words() == ("币种", "货币")


HOSTILE = [
    "{doctype.__class__} 不见了",
    "{name}",
    "{doctype!r} {name} 不见了",
    "{doctype} {name",
    "{0}",
    "{doctype:>99999999}",
]


@defended_by("crm_platform.sites.texts:check_translation", replace_with=nothing)
@defended_by("crm_platform.sites.texts:places", replace_with=always(None))
@pytest.mark.parametrize("text", HOSTILE)
def test_D02_a_translation_puts_nothing_else_into_a_sentence(crm_on_sqlite: Crm, text: str) -> None:
    values = {"language": "zh", "source_text": "{doctype} {name} not found", "translated_text": text}
    answer = crm_on_sqlite.admin.post("/api/resource/Translation", json=values)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (417, "translated_text")
    missing = crm_on_sqlite.admin.get("/api/resource/Industry/Nope", params={"_lang": "zh"})
    assert missing.status_code == 404
    assert "class" not in missing.text


def test_a_user_is_invited_with_a_link_of_its_own_letter(crm: Crm) -> None:
    admin = crm.administrator
    before = len(admin.list("Email Queue"))
    crm.person("invited@example.com", "Sales User")
    told = admin.call("crm.users.invite", name="invited@example.com")
    assert "invited@example.com" in told["message"]
    assert len(admin.list("Email Queue")) == before, "the letter is made by a job, as the link is good for an hour"
    jobs = admin.call("crm.jobs.list")
    assert any(job["task"] == "core:send_password_link" for job in jobs)
    admin.change("User", "invited@example.com", enabled=0)
    assert "cannot be invited" in admin.refused("crm.users.invite", name="invited@example.com")
    assert "System Manager" in crm.sales.refused("crm.users.invite", name="sales.manager@example.com")


def test_the_audit_log_is_verified_from_the_browser(crm: Crm) -> None:
    admin = crm.administrator
    found: dict[str, Any] = admin.call("crm.audit.verify")
    assert (found["damage"], found["sound"] > 0) == (None, True)


def test_who_is_no_system_manager_verifies_nothing(crm: Crm) -> None:
    assert "System Manager" in crm.sales.refused("crm.audit.verify")
    assert crm.guest.get("/api/method/crm.audit.verify").status_code == 403


def test_a_call_is_sent_again_by_who_may_change_its_webhook(crm: Crm) -> None:
    admin = crm.administrator
    hook = admin.create(
        "Webhook", webhook_doctype="Industry", webhook_docevent="on_trash", request_url="https://w.test/"
    )
    trade = admin.create("Industry", industry="再送")["name"]

    def call(ctx: Context) -> str:
        system = crm.site.system(ctx)
        return crm.site.webhooks.call(system, hook["name"], system.store.get("Industry", trade))

    log = crm.site.runtime.write(call)
    assert "still waits" in admin.refused("crm.webhooks.resend", name=log)
    _settle(crm, log, "Delivered")
    before = admin.get("Webhook Request Log", log)
    assert admin.call("crm.webhooks.resend", name=log)["message"]
    after = admin.get("Webhook Request Log", log)
    assert (after["status"], after["retry"], after["data"]) == ("Queued", 0, before["data"])
    _settle(crm, log, "Failed")
    assert crm.sales.client.post("/api/method/crm.webhooks.resend", json={"name": log}).status_code == 403
    admin.change("Webhook", hook["name"], enabled=0)
    assert "switched off" in admin.refused("crm.webhooks.resend", name=log)
    assert crm.admin.delete(f"/api/resource/Webhook Request Log/{log}").status_code == 202
    assert crm.admin.delete(f"/api/resource/Webhook/{hook['name']}").status_code == 202


def _settle(crm: Crm, log: str, status: str) -> None:
    def work(ctx: Context) -> None:
        ctx.connection.update_row(ctx.definitions["Webhook Request Log"], log, {"status": status, "retry": 3})

    crm.site.runtime.write(work)
