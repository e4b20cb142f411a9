"""Reports by mail: at their times, with the rights of their user, through the outbox to a real SMTP server."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from email.message import EmailMessage
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from crm_platform.documents.document import Document
from crm_platform.errors import ValidationError
from crm_platform.jobs.queue import enqueue
from crm_platform.reports.mailing.sending import SEND, sweep
from crm_platform.reports.mailing.times import next_time
from crm_platform.testing import TestSite, make_site
from support.post_office import PostOffice, post_office
from support.sabotage import defended_by

from .conftest import CLERK, OTHER, STRANGER, add_report, furnish

CANARY = 98765
NOW = "/api/method/frappe.email.doctype.auto_email_report.auto_email_report.send_now"
QUERY = {"columns": ["name", "customer.territory", "customer.rating", "amount", "margin"], "order_by": "name asc"}


def prepare(site: TestSite) -> None:
    """Orders with canaries in what clerks may not read, and a report that asks for them."""
    furnish(site, export=1)
    for name in ("星河", "蓝海", "远山"):
        site.update("Trial Customer", name, rating=CANARY)
    site.update("Trial Order", "O-1", margin=CANARY)
    add_report(site, QUERY, name="订单", add_total_row=1)
    filtered = {**QUERY, "filters": [["status", "=", {"parameter": "status"}]]}
    add_report(site, filtered, name="By Status", filters=[{"fieldname": "status", "label": "Status", "mandatory": 1}])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[PostOffice]:
    site = make_site(tmp_path_factory.mktemp("mailing") / "site", template=site_template)
    prepare(site)
    with post_office(site) as made:
        yield made


def plan(post: PostOffice, report: str = "订单", **values: Any) -> Document:
    body = {"report": report, "user": CLERK, "email_to": "li@example.org", "frequency": "Daily", **values}
    return post.site.insert("Auto Email Report", **body)


def sent(post: PostOffice, name: str) -> EmailMessage:
    """Mail a report now; the one mail that arrives."""
    post.inbox.taken.clear()
    post.client("Administrator").post(NOW, json={"name": name}).raise_for_status()
    post.deliver()
    return post.inbox.only()


def texts(mail: EmailMessage) -> str:
    """All that the mail says, its files among it."""
    return "\n".join(cells(part) for part in mail.walk() if not part.is_multipart())


def cells(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    if not (part.get_filename() or "").endswith("xlsx"):
        return content.decode("utf-8-sig")
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    return "\n".join(",".join(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True))


def test_a_report_is_mailed_once_at_its_time(post: PostOffice) -> None:
    prepare(post.site)
    made = plan(post, format="CSV", frequency="Weekly", day_of_week="Tuesday", send_at="09:30:00")
    assert made["next_send"] == datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
    post.site.system(sweep)
    post.deliver()
    assert post.inbox.taken == []
    post.clock.go_on(days=15)
    for _ in range(2):
        post.site.system(sweep)
        post.deliver()
    mail = post.inbox.only()
    (file,) = mail.iter_attachments()
    rows = list(csv.reader(StringIO(cells(file))))
    assert [row[0] for row in rows] == ["Name", "O-1", "O-2", "O-3", "O-4", "O-5", "Total"]
    after = post.site.get("Auto Email Report", made["name"])
    assert after["next_send"] == datetime(2026, 4, 14, 9, 30, tzinfo=UTC)
    assert (after["last_result"], after["last_sent"]) == ("6 rows were mailed.", post.clock.now)


@pytest.mark.parametrize("kind", ["HTML", "XLSX", "CSV"])
@defended_by("crm_platform.reports.mailing.sending:reader_of", replace_with=lambda ctx, *_: ctx)
def test_B09_a_mail_says_what_its_user_may_read_and_no_more(office: PostOffice, kind: str) -> None:
    made = plan(office, format=kind)
    said = texts(sent(office, made["name"]))
    assert all(text in said for text in ("O-1", "华东", "华南", "50.5"))
    assert not any(text in said for text in (str(CANARY), f"{CANARY:,}", "Margin", "Rating"))


def test_a_table_in_a_mail_is_cut_and_holds_no_markup_of_the_data(office: PostOffice) -> None:
    office.site.update("Trial Customer", "星河", territory="<b>华东</b>")
    made = plan(office, no_of_rows=2, description="<p>请查收</p>")
    mail = sent(office, made["name"])
    said = texts(mail)
    office.site.update("Trial Customer", "星河", territory="华东")
    assert "&lt;b&gt;华东&lt;/b&gt;" in said
    assert "请查收" in said
    assert "The first 2 of 5 rows." in said
    assert "O-3" not in said
    assert "385.50" in said, "the total is that of all rows"
    assert mail["subject"].startswith("订单 – ")


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"email_to": "li@example.org\nnobody"}, "email_to", "nobody is not an email address"),
        ({"filters": "[1]"}, "filters", "must be a JSON object"),
        ({"filters": json.dumps({"nothing": 1})}, "filters", "The report has no filter nothing"),
        ({"report": "By Status"}, "filters", "Status is needed"),
        ({"no_of_rows": 501}, "no_of_rows", "At most 500"),
        ({"user": STRANGER}, "user", "Insufficient Permission"),
        ({"frequency": ""}, "frequency", "Value missing"),
    ],
)
def test_what_could_not_be_sent_is_refused(
    office: PostOffice, values: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        plan(office, **values)
    assert any(error.field == field for error in refused.value.errors)
    assert sentence in str(refused.value)


def test_nobody_lends_rights_that_are_not_his(office: PostOffice) -> None:
    manager = office.site.user("manager@example.com", "System Manager")
    body = {"report": "订单", "user": "Administrator", "email_to": "li@example.org"}
    refused = office.client(manager).post("/api/resource/Auto Email Report", json=body)
    assert refused.status_code == 417
    assert "rights of somebody else" in refused.text
    assert office.client(manager).post("/api/resource/Auto Email Report", json={**body, "user": OTHER}).is_success
    made = plan(office)
    for caller in (CLERK, ""):
        assert office.client(caller).post(NOW, json={"name": made["name"]}).status_code == 403
        assert office.client(caller).post("/api/resource/Auto Email Report", json=body).status_code == 403


def test_nothing_is_sent_without_rows_or_rights_and_the_record_says_why(office: PostOffice) -> None:
    empty = plan(office, "By Status", filters=json.dumps({"status": "Won"}))
    office.site.update("Auto Email Report", empty["name"], filters=json.dumps({"status": "Nothing"}))
    leaver = office.site.user("leaver@example.com", "Clerk")
    gone = plan(office, user=leaver)
    office.site.update("User", leaver, enabled=0)
    office.inbox.taken.clear()
    for made in (empty, gone):
        office.client("Administrator").post(NOW, json={"name": made["name"]}).raise_for_status()
    office.deliver()
    assert office.inbox.taken == []
    assert office.site.get("Auto Email Report", empty["name"])["last_sent"] is None
    assert "is disabled" in office.site.get("Auto Email Report", gone["name"])["last_result"]


def test_a_job_that_is_done_again_sends_no_second_mail(office: PostOffice) -> None:
    made = plan(office, format="XLSX")
    arguments = {"name": made["name"], "asked": office.clock.now.isoformat()}
    office.inbox.taken.clear()
    for _ in range(2):
        office.site.write(lambda ctx: enqueue(ctx, SEND, arguments))
        office.deliver()
    (file,) = office.inbox.only().iter_attachments()
    assert file.get_filename() == "订单.xlsx"


@pytest.mark.parametrize(
    ("frequency", "after", "expected"),
    [
        ("Daily", "2026-03-28T06:59:00+00:00", "2026-03-28T07:00:00+00:00"),
        ("Daily", "2026-03-28T07:00:00+00:00", "2026-03-29T06:00:00+00:00"),  # summer time begins
        ("Weekdays", "2026-03-27T08:00:00+00:00", "2026-03-30T06:00:00+00:00"),
        ("Weekly", "2026-03-28T12:00:00+00:00", "2026-04-02T06:00:00+00:00"),
        ("Monthly", "2026-03-01T08:00:00+00:00", "2026-04-01T06:00:00+00:00"),
    ],
)
def test_times_are_those_of_the_sites_clock(frequency: str, after: str, expected: str) -> None:
    record = {"frequency": frequency, "day_of_week": "Thursday", "send_at": time(8)}
    found = next_time(record, datetime.fromisoformat(after), ZoneInfo("Europe/Berlin"))
    assert found == datetime.fromisoformat(expected)
