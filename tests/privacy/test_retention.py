"""Data whose time is over is erased by the clock, but never what is held; a dry run changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from crm_platform.privacy import audit
from crm_platform.privacy.retention import due, enforce
from crm_platform.testing import TestSite
from support.definitions import row

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def later(site: TestSite, days: int) -> None:
    site.site.runtime.clock = lambda: START + timedelta(days=days)


def as_system(site: TestSite, work: Any) -> Any:
    return site.system(lambda ctx: work(ctx.as_system()))


def run(site: TestSite) -> dict[str, int]:
    done: dict[str, int] = as_system(site, lambda ctx: enforce(ctx, lambda *_: None))
    return done


def test_fields_are_emptied_after_their_days(site: TestSite) -> None:
    later(site, 0)
    personal = {"sensitivity": "Personal"}
    site.doctype(
        "Applicant",
        row("title"),
        row("phone", "Phone", retention_days=30, **personal),
        row("paper", sensitivity="Secret", retention_days=30, exact_search=1),
        autoname="field:title",
        track_changes=1,
    )
    for name in ("甲", "乙"):
        site.insert("Applicant", title=name, phone="+8613912345678", paper=f"PAPER-{name}")
    site.update("Applicant", "甲", phone="+8613900000000")
    site.insert("Legal Hold", reference_doctype="Applicant", reference_name="乙", reason="Complaint")
    later(site, 29)
    assert as_system(site, due) == []
    later(site, 31)
    waiting = {(one.name, one.fields, one.held) for one in as_system(site, due)}
    assert waiting == {("甲", ("phone", "paper"), ""), ("乙", ("phone", "paper"), "Complaint")}
    assert site.get("Applicant", "甲").phone == "+8613900000000"
    assert run(site) == {"emptied": 1}
    assert [site.get("Applicant", "甲")[field] for field in ("title", "phone", "paper")] == ["甲", None, None]
    assert site.get("Applicant", "乙").phone == "+8613912345678"
    found = as_system(site, lambda ctx: ctx.store.list("Applicant", filters={"paper": "PAPER-甲"}))
    assert found == []
    history = site.read(lambda ctx: ctx.store.list("Version", fields=["data"], filters={"docname": "甲"}))
    assert "13900000000" not in str(history)
    assert run(site) == {}
    newest = site.read(
        lambda ctx: ctx.store.list("Audit Log", fields=["event", "details"], order_by="sequence desc", limit=1)
    )
    assert newest == [{"event": "Retention", "details": '{"emptied":1}'}]


def test_documents_go_as_a_whole_unless_others_link_to_them(site: TestSite) -> None:
    later(site, 0)
    site.doctype(
        "Lead In",
        row("title", sensitivity="Personal", reqd=1),
        row("ended", "Date"),
        autoname="hash",
        retention={"days": 10, "since": "ended"},
    )
    site.doctype("Deal", row("lead", "Link", options="Lead In"), autoname="hash")
    old, linked, young, endless = (
        site.insert("Lead In", title="王", ended=ended).name
        for ended in ("2026-01-01", "2026-01-01", "2026-01-20", None)
    )
    site.insert("Deal", lead=linked)
    later(site, 12)
    assert run(site) == {"deleted": 1, "emptied": 1}
    left = as_system(site, lambda ctx: ctx.store.list("Lead In", fields=["name", "title"], limit=0))
    assert {one["name"]: one["title"] for one in left} == {linked: "Erased", young: "王", endless: "王"}
    assert old not in str(left)
    assert as_system(site, lambda ctx: ctx.store.count("Deleted Document")) == 0
    assert run(site) == {}
    assert site.read(audit.verify)[1] is None
