"""Writing from a document through the API: rights, sender, timeline, answers, links for leaving."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from support.api_site import Client
from support.post_office import MAKE, OWN, PostOffice
from support.post_office import post as on_both
from support.post_office import sqlite_post as post
from support.sabotage import defended_by, nothing, yes

__all__ = ["on_both", "post"]

TO = "zhang@example.org"
SALES, READER, STRANGER = "sales@example.com", "reader@example.com", "stranger@example.com"


@pytest.fixture
def letters(post: PostOffice) -> str:
    return make_letters(post)


def make_letters(post: PostOffice) -> str:
    """A DocType that one role may mail and another only read; answers a document of it."""
    for role in ("Mailing", "Reading"):
        post.site.role(role)
    base = {"read": 1, "print": 1}
    rights = [{"role": "Mailing", **base, "email": 1}, {"role": "Reading", **base}]
    everything = {"role": "System Manager", "read": 1, "write": 1, "create": 1, "email": 1, "print": 1}
    field = {"fieldname": "title", "label": "Title", "fieldtype": "Data"}
    post.site.doctype("Case", field, permissions=[everything, *rights])
    post.site.user(SALES, "Mailing")
    post.site.user(READER, "Reading")
    post.site.user(STRANGER)
    return str(post.site.insert("Case", title="退货")["name"])


def body(name: str, **more: Any) -> dict[str, Any]:
    return {
        "doctype": "Case",
        "name": name,
        "subject": "关于退货",
        "content": "<p>您好</p><script>alert(1)</script>",
        "recipients": TO,
        "send_email": 1,
        **more,
    }


def test_who_may_mail_a_document_writes_from_it(on_both: PostOffice) -> None:
    post, letters = on_both, make_letters(on_both)
    answer = post.client(SALES).post(MAKE, json=body(letters, cc="a@example.org; b@example.org"))
    assert answer.status_code == 200, answer.text
    post.deliver()
    message = post.inbox.to(TO)[0]
    assert message["from"] == f"sales <{OWN}>"
    assert message["reply-to"] == SALES
    assert message["cc"] == "a@example.org, b@example.org"
    assert "script" not in message.as_string()
    assert message["auto-submitted"] is None
    (entry,) = post.timeline("Case", letters, READER)
    assert entry["name"] == answer.json()["message"]["name"]
    assert (entry["content"], entry["communication_type"]) == ("<p>您好</p>", "Communication")


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_C06_who_may_only_read_a_document_does_not_mail_it(on_both: PostOffice) -> None:
    post, letters = on_both, make_letters(on_both)
    assert post.client(READER).post(MAKE, json=body(letters)).status_code == 403
    assert post.client(STRANGER).post(MAKE, json=body(letters)).status_code in (403, 404)
    assert post.client().post(MAKE, json=body(letters)).status_code == 403
    assert post.outbox() == []
    assert post.timeline("Case", letters) == []


def test_nobody_sends_under_a_foreign_address(post: PostOffice, letters: str) -> None:
    refused = post.client(SALES).post(MAKE, json=body(letters, sender="chef@bank.example"))
    assert refused.status_code == 403
    assert "chef@bank.example" in refused.text
    assert post.client(SALES).post(MAKE, json=body(letters, sender=OWN)).status_code == 200


@defended_by("crm_platform.mail.outbox:check_attachments", replace_with=nothing)
@pytest.mark.parametrize(
    "bad",
    [
        {"recipients": "nobody"},
        {"recipients": ""},
        {"subject": "x\r\nBcc: y@example.com"},
        {"communication_medium": "Smoke"},
        {"attachments": "{"},
        {"attachments": [5]},
        {"attachments": ["none"]},
        {"in_reply_to": "none"},
        {"email_template": "none"},
        {"ignore_permissions": 1},
    ],
)
def test_C03_bad_arguments_are_refused_and_leave_nothing(post: PostOffice, letters: str, bad: dict[str, Any]) -> None:
    answer = post.client("Administrator").post(MAKE, json=body(letters, **bad))
    assert answer.status_code in (404, 417), answer.text
    assert post.outbox() == []
    assert post.timeline("Case", letters) == []


def test_a_call_is_noted_and_sends_nothing(post: PostOffice, letters: str) -> None:
    call = body(letters, communication_medium="Phone", send_email=0, recipients="", sent_or_received="Received")
    assert post.client(SALES).post(MAKE, json=call).status_code == 200
    post.deliver()
    (entry,) = post.timeline("Case", letters)
    assert (entry["sent_or_received"], entry["sender"]) == ("Received", SALES)
    assert post.inbox.taken == []


@defended_by("crm_platform.mail.outbox:check_attachments", replace_with=nothing)
def test_H01_a_file_of_somebody_else_cannot_be_sent(post: PostOffice, letters: str) -> None:
    sent = post.client("Administrator").post("/api/method/upload_file", files={"file": ("a.txt", b"KANARI")})
    file = sent.json()["message"]["name"]
    for attachment in (file, {"fid": file}, {"file_url": sent.json()["message"]["file_url"]}):
        answer = post.client(SALES).post(MAKE, json=body(letters, attachments=[attachment]))
        assert answer.status_code in (403, 404)
        assert "KANARI" not in answer.text
    assert post.outbox() == []


def test_the_print_out_goes_with_the_mail(post: PostOffice, letters: str) -> None:
    answer = post.client(SALES).post(MAKE, json=body(letters, attach_document_print=1, send_me_a_copy=1))
    assert answer.status_code == 200, answer.text
    post.deliver()
    (paper,) = post.inbox.to(SALES)[0].iter_attachments()
    assert paper.get_content_type() == "application/pdf"


def test_a_template_is_filled_for_who_writes(post: PostOffice, letters: str) -> None:
    template = {"subject": "关于 {{ doc.title }}", "use_html": 1, "response_html": "<p>{{ title }}</p>"}
    post.site.insert("Email Template", name="Hello", **template)
    method = "/api/method/frappe.email.doctype.email_template.email_template.get_email_template"
    asked = {"template_name": "Hello", "doc": {"doctype": "Case", "name": letters}}
    answer = post.client(SALES).post(method, json=asked)
    assert answer.json()["message"] == {"subject": "关于 退货", "message": "<p>退货</p>"}
    assert post.client(STRANGER).post(method, json=asked).status_code in (403, 404)
    missing = {**asked, "doc": {"doctype": "Case", "name": "nothing"}}
    assert post.client(SALES).post(method, json=missing).status_code == 404


def leaving(post: PostOffice) -> tuple[Client, str]:
    link = post.inbox.to(TO)[-1]["list-unsubscribe"].strip("<>")
    parts = urlsplit(link)
    return post.client(), f"{parts.path}?{parts.query}"


def test_a_recipient_leaves_with_one_click(on_both: PostOffice) -> None:
    post, letters = on_both, make_letters(on_both)
    post.client(SALES).post(MAKE, json=body(letters))
    post.deliver()
    guest, link = leaving(post)
    shown = guest.get(link)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert TO in shown.text
    post.client(SALES).post(MAKE, json=body(letters))
    post.deliver()
    assert len(post.inbox.to(TO)) == 2, "Following the link by GET changes nothing."
    assert guest.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert guest.post(link).status_code == 200
    again = post.client(SALES).post(MAKE, json=body(letters))
    assert again.json()["message"]["emails_not_sent_to"] == TO
    post.deliver()
    assert len(post.inbox.to(TO)) == 2
    assert post.site.read(lambda ctx: ctx.store.count("Email Unsubscribe")) == 1


@pytest.mark.parametrize("token", ["", "x", "gAAAAABm", "%F0%9F%98%80" * 50])
def test_a_made_up_link_for_leaving_is_refused(post: PostOffice, token: str) -> None:
    for verb in ("GET", "POST"):
        answer = post.client().request(verb, f"/unsubscribe?token={token}")
        assert answer.status_code == 410
        assert "Traceback" not in answer.text
