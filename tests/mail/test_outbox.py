"""Queueing mail: in the transaction of its cause, with what its sender may read, to who wants it."""

from __future__ import annotations

import pytest

from crm_platform.documents.context import Context
from crm_platform.errors import (
    DoesNotExistError,
    InvalidEmailAddressError,
    PermissionError,
    PrintFormatError,
    ValidationError,
)
from support.post_office import PostOffice
from support.sabotage import defended_by, nothing, unchanged

TO = "zhang@example.org"


def customer(post: PostOffice, name: str = "上海纺织") -> str:
    return str(post.site.insert("Customer", customer_name=name)["name"])


def test_a_queued_mail_is_sent_after_the_commit(post: PostOffice) -> None:
    name = post.queue(TO, subject="报价单 & 合同")
    assert post.queued(name)["status"] == "Not Sent"
    assert post.inbox.taken == []
    post.deliver()
    message = post.inbox.only()
    assert message["subject"] == "报价单 & 合同"
    assert (message["from"], message["to"]) == ("support@example.com", TO)
    assert message["message-id"] == f"<{post.queued(name)['message_id']}>"
    assert message.get_body(("plain",)).get_content().startswith("您好")
    assert post.queued(name)["status"] == "Sent"


def test_X06_no_mail_leaves_for_what_was_rolled_back(post: PostOffice) -> None:
    def cause(ctx: Context) -> None:
        post.site.site.outbox.queue_mail(ctx, recipients=[TO], subject="Never", message="Never")
        raise ValidationError("No.")

    with pytest.raises(ValidationError):
        post.site.write(cause)
    post.deliver()
    assert post.inbox.taken == []
    assert post.outbox() == []


def test_a_mail_about_a_document_is_on_its_timeline(post: PostOffice) -> None:
    name = customer(post)
    post.queue(TO, reference_doctype="Customer", reference_name=name)
    (entry,) = post.timeline("Customer", name)
    assert (entry["subject"], entry["content"], entry["delivery_status"]) == ("报价单", "<p>您好</p>", "Scheduled")
    post.deliver()
    (entry,) = post.timeline("Customer", name)
    assert (entry["delivery_status"], entry["sent_or_received"]) == ("Sent", "Sent")


@pytest.mark.parametrize("bad", ["nobody", "a@b", "x@example.com\r\nBcc: y@example.com", "a b@example.com", ""])
def test_an_address_that_is_none_is_refused(sqlite_post: PostOffice, bad: str) -> None:
    with pytest.raises(InvalidEmailAddressError):
        sqlite_post.queue(TO, bad)
    assert sqlite_post.outbox() == []


def test_a_mail_needs_a_recipient_and_has_not_too_many(sqlite_post: PostOffice) -> None:
    with pytest.raises(ValidationError, match="needs a recipient"):
        sqlite_post.queue()
    with pytest.raises(ValidationError, match="at most 200"):
        sqlite_post.queue(*(f"a{number}@example.com" for number in range(201)))


@defended_by("crm_platform.mail.outbox:header_text", replace_with=unchanged)
@pytest.mark.parametrize("bad", ["Hello\r\nBcc: evil@example.com", "Hello\nX: y", "Hello\x00", "a\u2028b"])
def test_F10_a_line_break_in_a_subject_is_refused(sqlite_post: PostOffice, bad: str) -> None:
    with pytest.raises(ValidationError, match="one line"):
        sqlite_post.queue(TO, subject=bad)
    sqlite_post.deliver()
    assert sqlite_post.inbox.taken == []


def test_each_recipient_gets_one_copy_and_sees_no_bcc(sqlite_post: PostOffice) -> None:
    sqlite_post.queue(TO, TO.upper(), "Li <li@example.org>")
    sqlite_post.deliver()
    assert sorted(recipient for recipient, _ in sqlite_post.inbox.taken) == ["li@example.org", TO]


def test_a_template_is_filled_with_the_document_as_it_was_then(post: PostOffice) -> None:
    name = customer(post, "上海 & Co")
    subject, html = "致 {{ doc.customer_name }}", "<p>{{ customer_name }} <b>你好</b></p><script>alert(1)</script>"
    post.site.insert("Email Template", name="Hello", subject=subject, use_html=1, response_html=html)
    queued = post.queue(TO, template="Hello", reference_doctype="Customer", reference_name=name)
    post.site.update("Customer", name, customer_name="Changed")
    post.deliver()
    message = post.inbox.only()
    assert message["subject"] == "致 上海 & Co"
    assert "<p>上海 &amp; Co <b>你好</b></p>" in message.get_body(("html",)).get_content()
    assert "script" not in message.get_body(("html",)).get_content()
    assert post.timeline("Customer", name)[0]["subject"] == "致 上海 & Co"
    assert post.queued(queued)["template_data"] is None


def test_D01_a_template_that_reaches_out_sends_nothing_and_says_why(sqlite_post: PostOffice) -> None:
    name = customer(sqlite_post)
    sources = ("{{ doc.nothing }}", "{{ doc.__class__.__mro__ }}", "{{ 7 / 0 }}")
    queued = []
    for number, source in enumerate(sources):
        sqlite_post.site.insert("Email Template", name=f"Bad {number}", subject="x", use_html=1, response_html=source)
        queued.append(
            sqlite_post.queue(TO, template=f"Bad {number}", reference_doctype="Customer", reference_name=name)
        )
    sqlite_post.deliver()
    assert sqlite_post.inbox.taken == []
    for one in map(sqlite_post.queued, queued):
        assert one["status"] == "Error"
        assert "(line 1)" in one["error"]


@defended_by("crm_platform.printing.checks:check_template", replace_with=nothing)
@pytest.mark.parametrize("source", ["{% for i in range(3) %}", "{{ doc|attr('x') }}", "{{ 'x'|tojson }}"])
def test_D01_a_mistake_in_a_template_is_told_to_its_author(sqlite_post: PostOffice, source: str) -> None:
    with pytest.raises(PrintFormatError, match="line 1") as refused:
        sqlite_post.site.insert("Email Template", name="Bad", subject="x", use_html=1, response_html=source)
    assert [fault.field for fault in refused.value.errors] == ["response_html"]


def test_what_the_sender_may_not_read_cannot_be_sent(post: PostOffice) -> None:
    name = customer(post)
    stranger = post.site.user("wang@example.com")
    post.site.insert("Email Template", name="Hello", subject="x", use_html=1, response_html="{{ customer_name }}")
    with pytest.raises((DoesNotExistError, PermissionError)):
        post.queue(TO, user=stranger, template="Hello", reference_doctype="Customer", reference_name=name)
    paper = {"print_format_attachment": 1, "doctype": "Customer", "name": name}
    with pytest.raises((DoesNotExistError, PermissionError)):
        post.queue(TO, user=stranger, attachments=[paper])
    with pytest.raises(ValidationError):
        post.queue(TO, attachments=[{}])
    assert post.outbox() == []


@defended_by("crm_platform.printing.freezing:TEXT_LEVEL", replace_with=frozenset({0, 1}))
def test_B11_a_template_sees_no_field_that_a_level_closes(post: PostOffice) -> None:
    fields = [
        {"fieldname": "title", "label": "Title", "fieldtype": "Data"},
        {"fieldname": "secret", "label": "Secret", "fieldtype": "Data", "permlevel": 1},
        {"fieldname": "code", "label": "Code", "fieldtype": "Password"},
    ]
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "email": 1}]
    levels = [*rights, {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1}]
    post.site.doctype("Vault", *fields, permissions=levels)
    vault = post.site.insert("Vault", title="开放", secret="KANARI-1", code="KANARI-2")["name"]
    text = "{{ doc.title }} {{ doc.secret or '' }} {{ doc.code or '' }}"
    post.site.insert("Email Template", name="All", subject=text, use_html=1, response_html=text)
    post.queue(TO, template="All", reference_doctype="Vault", reference_name=vault)
    post.deliver()
    assert "KANARI" not in post.inbox.only().as_string()
    assert post.inbox.only()["subject"].startswith("开放")


def test_who_has_unsubscribed_gets_no_more(post: PostOffice) -> None:
    name = customer(post)
    post.site.insert("Email Unsubscribe", email=TO.upper(), reference_doctype="Customer", reference_name=name)
    queued = post.queue(TO, "li@example.org", reference_doctype="Customer", reference_name=name)
    other = post.queue(TO)
    post.deliver()
    assert [recipient for recipient, _ in post.inbox.taken] == ["li@example.org", TO]
    assert [row["status"] for row in post.queued(queued)["recipients"]] == ["Unsubscribed", "Sent"]
    assert post.queued(other)["status"] == "Sent"
    post.site.insert("Email Unsubscribe", email="li@example.org", global_unsubscribe=1)
    last = post.queue("li@example.org")
    post.deliver()
    assert post.queued(last)["status"] == "Expired"


def test_a_mail_without_account_waits_until_there_is_one(post: PostOffice) -> None:
    post.site.update("Email Account", "客服", enable_outgoing=0)
    name = post.queue(TO)
    post.deliver()
    assert "no outgoing Email Account" in post.queued(name)["error"]
    post.site.update("Email Account", "客服", enable_outgoing=1, default_outgoing=1)
    post.clock.go_on(minutes=2)
    post.deliver()
    assert post.inbox.only()["to"] == TO
