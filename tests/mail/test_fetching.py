"""Receiving from a real IMAP server: once, to the right timeline, to a new document, and never to a wrong one."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from crm_platform.app import create_worker
from crm_platform.app.tasks import mail_fetching
from crm_platform.files.attachments import Files
from crm_platform.files.storage import Storage
from crm_platform.mail import fetching
from crm_platform.mail.beginnings import PER_SENDER
from support.certificates import certificate
from support.imap_server import LOGIN, PASSWORD, ImapServer, imap_server, mailbox
from support.mails import CUSTOMER, bounce, mail, returned_by_qq
from support.post_office import PostOffice, post_office
from support.sabotage import always, defended_by, no, nothing

__all__ = ["mailbox"]

REQUEST = {
    "autoname": "hash",
    "email_append_to": 1,
    "subject_field": "subject",
    "sender_field": "raised_by",
    "sender_name_field": "customer",
}
FIELDS = [
    {"fieldname": "subject", "label": "Subject", "fieldtype": "Data", "reqd": 1},
    {"fieldname": "raised_by", "label": "Raised By", "fieldtype": "Data", "options": "Email"},
    {"fieldname": "customer", "label": "Customer", "fieldtype": "Data"},
    {"fieldname": "description", "label": "Description", "fieldtype": "Text Editor"},
]


@dataclass
class Desk:
    """A post office that also fetches, from a folder of its own."""

    post: PostOffice
    server: ImapServer
    folder: str

    def put(self, *messages: bytes) -> None:
        self.server.put(*messages, folder=self.folder)

    def fetch(self) -> None:
        self.post.clock.go_on(minutes=5)
        self.post.site.system(fetching.fetch_all)
        self.post.deliver()
        error = self.post.site.get("Email Account", "收件")["last_error"]
        assert not error, error

    def got(self, *messages: bytes) -> None:
        self.put(*messages)
        self.fetch()

    def requests(self) -> list[dict[str, Any]]:
        fields = ["name", "subject", "raised_by", "customer", "description"]
        return list(
            self.post.site.read(
                lambda ctx: ctx.store.list("Request", fields=fields, order_by="creation asc", limit=None)
            )
        )

    def mails(self, **filters: Any) -> list[dict[str, Any]]:
        """Everything received, the oldest first."""
        asked = {"sent_or_received": "Received", **filters}
        return list(
            self.post.site.read(
                lambda ctx: ctx.store.list("Communication", fields=["*"], filters=asked, order_by="uid asc", limit=None)
            )
        )

    def written(self, **about: str) -> str:
        """A mail of ours that was sent; answers its Message-ID."""
        name = self.post.queue(CUSTOMER, **about)
        self.post.deliver()
        return str(self.post.queued(name)["message_id"])


@pytest.fixture
def desk(request: pytest.FixtureRequest, post: PostOffice, mailbox: ImapServer) -> Desk:
    return make_desk(request, post, mailbox)


@pytest.fixture
def sqlite_desk(request: pytest.FixtureRequest, sqlite_post: PostOffice, mailbox: ImapServer) -> Desk:
    return make_desk(request, sqlite_post, mailbox)


def make_desk(request: pytest.FixtureRequest, post: PostOffice, mailbox: ImapServer) -> Desk:
    folder = f"T{abs(hash(request.node.name))}"
    mailbox.make_folder(folder)
    post.site.doctype("Request", *FIELDS, **REQUEST)
    account = {"email_account_name": "收件", "email_id": "in@example.com", "enable_incoming": 1, "default_incoming": 1}
    place = {"email_server": "127.0.0.1", "incoming_port": mailbox.port, "use_ssl": 0}
    signed = {"login_id": LOGIN, "password": PASSWORD, "append_to": "Request"}
    post.site.insert("Email Account", **account, **place, **signed, imap_folder=[{"folder_name": folder}])
    return Desk(post, mailbox, folder)


def customer(desk: Desk) -> dict[str, str]:
    name = desk.post.site.insert("Customer", customer_name="上海纺织")["name"]
    return {"reference_doctype": "Customer", "reference_name": name}


def test_a_mail_begins_a_request_and_is_on_its_timeline(desk: Desk) -> None:
    desk.got(mail("请退货", html="<p>请<b>退货</b></p><script>alert(1)</script>"))
    (request,) = desk.requests()
    assert (request["subject"], request["raised_by"], request["customer"]) == ("退货", CUSTOMER, "张三")
    assert request["description"] == "<p>请<b>退货</b></p>"
    (entry,) = desk.post.timeline("Request", request["name"])
    assert (entry["sender"], entry["sent_or_received"]) == (CUSTOMER, "Received")
    assert entry["content"] == "<p>请<b>退货</b></p>"


@pytest.mark.parametrize(
    ("doctype", "expected"),
    [
        ("Lead", {"title": "询价", "email_id": CUSTOMER, "lead_name": "张三"}),
        ("Service Request", {"subject": "询价", "raised_by": CUSTOMER}),
    ],
)
def test_a_mail_begins_a_lead_or_a_request_of_the_standard_crm(
    desk: Desk, doctype: str, expected: dict[str, str]
) -> None:
    site = desk.post.site
    site.update("Email Account", "收件", append_to=doctype)
    first = mail("请报价", Subject="询价")
    desk.got(first, mail("还要十台", Subject="Re: 询价", In_Reply_To=str(message_from_bytes(first)["Message-ID"])))
    (name,) = site.read(lambda ctx: [row["name"] for row in ctx.store.list(doctype, limit=None)])
    made = site.get(doctype, name)
    assert {field: made[field] for field in expected} == expected
    assert {entry["content"] for entry in desk.post.timeline(doctype, name)} == {"请报价", "还要十台"}


def test_a_mail_is_taken_once_whatever_happens(desk: Desk) -> None:
    first = mail()
    desk.got(first, mail(Subject="zweite"))
    desk.fetch()
    assert len(desk.mails()) == len(desk.requests()) == 2
    assert desk.server.flags(desk.folder) == [b"1 (FLAGS ())", b"2 (FLAGS ())"], "Nobody's unread mail becomes read."
    desk.server.make_folder(desk.folder)
    desk.got(first, mail(Subject="dritte"))
    assert [one["subject"] for one in desk.mails()].count("退货") == 1
    assert len(desk.requests()) == 3


class Killed(BaseException):
    """The process ends here."""


@defended_by("crm_platform.mail.receiving:skip", replace_with=nothing)
@defended_by("crm_platform.mail.receiving:_is_known", replace_with=no)
def test_X04_a_fetch_killed_half_way_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(*(mail(Subject=f"{number}") for number in range(4)))
    parse, seen = fetching.parse, []

    def killed(content: bytes, *, whole: bool) -> Any:
        seen.append(content)
        if len(seen) == 3:
            raise Killed
        return parse(content, whole=whole)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(fetching, "parse", killed)
        desk.fetch()
    assert len(desk.mails()) == 2
    desk.post.clock.go_on(hours=1)
    desk.fetch()
    assert [one["subject"] for one in desk.mails()] == ["0", "1", "2", "3"]
    assert len(desk.requests()) == 4


def test_the_first_time_unread_mail_is_taken_and_history_is_not(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.put(mail(Subject="gelesen"), mail(Subject="ungelesen"))
    with desk.server.signed_in() as connection:
        connection.select(desk.folder)
        connection.uid("STORE", "101", "+FLAGS", "(\\Seen)")
    desk.fetch()
    assert [one["subject"] for one in desk.mails()] == ["ungelesen"]
    desk.got(mail(Subject="neu"))
    assert [one["subject"] for one in desk.mails()] == ["ungelesen", "neu"]


def test_an_answer_joins_the_timeline_that_it_answers(desk: Desk) -> None:
    about = customer(desk)
    sent = desk.written(**about)
    desk.got(mail("收到", Subject="Re: 报价单", In_Reply_To=f"<{sent}>"))
    ours, theirs = desk.post.timeline("Customer", about["reference_name"])
    assert (ours["sent_or_received"], theirs["sent_or_received"]) == ("Sent", "Received")
    assert desk.mails()[0]["in_reply_to"] == ours["name"]
    assert desk.requests() == []
    again = mail("和", References=f"<0@elsewhere> <{sent}> <{desk.mails()[0]['message_id']}>")
    desk.got(again)
    assert len(desk.post.timeline("Customer", about["reference_name"])) == 3


def test_an_answer_without_its_headers_is_known_by_subject_and_sender(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.got(mail(Subject="机器坏了"))
    desk.got(mail("还没好", Subject="回复：Re: 机器坏了"))
    desk.got(mail("x", Subject="回复：机器坏了", From="other@example.org"))
    first, second = desk.requests()
    assert len(desk.post.timeline("Request", first["name"])) == 2
    assert second["raised_by"] == "other@example.org"


@defended_by("crm_platform.mail.threads:_people", replace_with=always({"evil@example.net"}))
def test_A10_a_stranger_who_knows_a_message_id_does_not_get_into_the_timeline(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    about = customer(desk)
    sent = desk.written(**about)
    desk.got(mail("Bitte zahlen Sie auf dieses Konto", From="evil@example.net", In_Reply_To=f"<{sent}>"))
    assert len(desk.post.timeline("Customer", about["reference_name"])) == 1
    assert [request["raised_by"] for request in desk.requests()] == ["evil@example.net"]


def test_a_colleague_who_may_read_the_document_may_answer(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    about = customer(desk)
    sent = desk.written(**about)
    desk.post.site.user("boss@example.com", "System Manager")
    desk.post.site.user("other@example.com")
    desk.got(mail("OK", From="boss@example.com", In_Reply_To=f"<{sent}>"))
    assert len(desk.post.timeline("Customer", about["reference_name"])) == 2
    desk.got(mail("OK", From="other@example.com", In_Reply_To=f"<{sent}>"))
    assert len(desk.post.timeline("Customer", about["reference_name"])) == 2


def test_files_are_attached_to_the_mail_and_read_by_who_reads_the_document(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    files = {
        "合同.txt": "条款".encode(),
        "bild.png": b"no picture at all",
        "../../etc/passwd": b"x",
        "bombe.zip": b"PK",
    }
    desk.got(mail(files=files))
    (one,) = desk.mails()
    assert "bild.png" in one["error"], "What is not what its name says is left out, and the mail says so."
    filters = {"attached_to_doctype": "Communication", "attached_to_name": one["name"]}
    fields = ["file_name", "file_url", "is_private"]

    def found(ctx: Any) -> Any:
        return ctx.store.list("File", fields=fields, filters=filters, order_by="file_name asc")

    rows = desk.post.site.read(found)
    assert [(row["file_name"], row["is_private"]) for row in rows] == [
        ("bombe.zip", 1),
        ("etcpasswd", 1),
        ("合同.txt", 1),
    ]
    desk.post.site.role("Requests")
    desk.post.site.insert("Custom DocPerm", parent="Request", role="Requests", read=1)
    desk.post.site.user("reader@example.com", "Requests")
    desk.post.site.user("stranger@example.com")
    url = next(row["file_url"] for row in rows if row["file_name"] == "合同.txt")
    assert desk.post.client("reader@example.com").get(url).content.decode() == "条款"
    assert desk.post.client("stranger@example.com").get(url).status_code == 404
    assert desk.post.site.read(found, "stranger@example.com") == []


def test_with_a_document_go_its_mails_and_their_files(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    desk.got(mail(files={"合同.txt": b"text"}))
    (request,) = desk.requests()
    desk.post.site.write(lambda ctx: ctx.store.delete("Request", request["name"]))
    assert desk.mails() == []
    attached = {"attached_to_doctype": "Communication"}
    assert desk.post.site.read(lambda ctx: ctx.store.count("File", filters=attached)) == 0


def test_pictures_in_the_text_are_shown_and_those_from_elsewhere_are_not(sqlite_desk: Desk) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
    raw = mail(
        html='<p><img src="cid:bild@x" alt="a"><img src="https://spy.example/x.png"></p>', files={"b.png": picture}
    )
    raw = raw.replace(b"Content-Disposition: attachment", b"Content-ID: <bild@x>\r\nContent-Disposition: attachment")
    sqlite_desk.got(raw)
    (one,) = sqlite_desk.mails()
    assert "spy.example" not in one["content"]
    assert '<img src="/private/files/' in one["content"], one["content"]


@defended_by("crm_platform.mail.headers:is_automatic", replace_with=always(value=False))
@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<news.example.org>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_X22_what_a_program_wrote_begins_nothing(sqlite_desk: Desk, header: dict[str, str]) -> None:
    sqlite_desk.got(mail("Ich bin im Urlaub", **header))
    assert sqlite_desk.requests() == []
    assert [one["communication_type"] for one in sqlite_desk.mails()] == ["Automated Message"]


def test_an_absence_note_is_on_the_timeline_that_it_answers(sqlite_desk: Desk) -> None:
    about = customer(sqlite_desk)
    sent = sqlite_desk.written(**about)
    sqlite_desk.got(mail("Urlaub", Auto_Submitted="auto-replied", In_Reply_To=f"<{sent}>"))
    types = [entry["communication_type"] for entry in sqlite_desk.post.timeline("Customer", about["reference_name"])]
    assert types == ["Automated Message", "Automated Message"]


@defended_by("crm_platform.mail.receiving:_is_known", replace_with=no)
def test_X22_our_own_mail_that_comes_back_is_not_taken(sqlite_desk: Desk) -> None:
    sent = sqlite_desk.written(**customer(sqlite_desk))
    raw = sqlite_desk.post.inbox.only().as_bytes()
    sqlite_desk.got(raw, mail("hin und her", From="support@example.com"), mail(Message_ID=f"<{sent}>"))
    assert sqlite_desk.mails() == sqlite_desk.requests() == []


@defended_by("crm_platform.mail.beginnings:_began", replace_with=always(0))
def test_X22_one_sender_does_not_begin_documents_without_end(sqlite_desk: Desk) -> None:
    sqlite_desk.got(*(mail(Subject=f"{number}") for number in range(PER_SENDER + 3)))
    assert len(sqlite_desk.requests()) == PER_SENDER
    assert len(sqlite_desk.mails()) == PER_SENDER + 3
    assert "within an hour" in sqlite_desk.mails()[-1]["error"]


def test_a_bounce_marks_whom_the_mail_did_not_reach(desk: Desk) -> None:
    about = customer(desk)
    sent = desk.written(**about)
    desk.got(bounce(CUSTOMER.upper(), sent))
    queued = desk.post.site.get("Email Queue", desk.post.outbox()[0]["name"])
    (row,) = queued["recipients"]
    assert (row["status"], row["error"][:23]) == ("Bounced", "smtp; 550 5.1.1 <ZHANG@")
    assert desk.post.timeline("Customer", about["reference_name"])[0]["delivery_status"] == "Bounced"
    assert desk.mails() == desk.requests() == []


def test_a_forged_or_late_bounce_changes_nothing(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    about = customer(desk)
    sent = desk.written(**about)
    desk.got(bounce("other@example.org", sent), bounce(CUSTOMER, "unknown@x"), bounce(CUSTOMER, sent, "delayed"))
    (row,) = desk.post.site.get("Email Queue", desk.post.outbox()[0]["name"])["recipients"]
    assert row["status"] == "Sent"
    assert desk.requests() == []
    assert ["not in a form that marks" in (one["error"] or "") for one in desk.mails()] == [True, True, False]


@defended_by("crm_platform.mail.receiving:returned", replace_with=always(None))
def test_a_notification_for_people_only_is_left_to_them_on_the_timeline(desk: Desk) -> None:
    about = customer(desk)
    sent = desk.written(**about)
    desk.got(returned_by_qq(CUSTOMER, sent), returned_by_qq("other@example.org", sent), returned_by_qq(CUSTOMER, ""))
    (row,) = desk.post.site.get("Email Queue", desk.post.outbox()[0]["name"])["recipients"]
    assert (row["status"], desk.requests()) == ("Sent", [])
    known, foreign, untold = desk.mails()
    assert (known["reference_doctype"], known["reference_name"]) == ("Customer", about["reference_name"])
    assert [(one["reference_name"], one["status"]) for one in (foreign, untold)] == [(None, "Open")] * 2
    for one in (known, foreign, untold):
        assert (one["communication_type"], one["subject"]) == ("Automated Message", "来自qq.com的退信")
        assert "该邮箱地址不存在" in one["text_content"]
        assert "not in a form that marks its recipient" in one["error"]


def test_a_notification_about_a_document_that_is_gone_is_kept(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    about = customer(desk)
    sent = desk.written(**about)
    desk.post.site.write(lambda ctx: ctx.store.delete("Customer", about["reference_name"]))
    desk.got(returned_by_qq(CUSTOMER, sent))
    assert [(one["reference_name"], one["status"]) for one in desk.mails()] == [(None, "Open")]


def test_a_mail_that_cannot_begin_a_document_is_kept_with_the_reason(sqlite_desk: Desk) -> None:
    sqlite_desk.post.site.insert("Custom Field", dt="Request", fieldname="code", label="Code", fieldtype="Data", reqd=1)
    sqlite_desk.got(mail(), mail(Subject="zweite"))
    assert sqlite_desk.requests() == []
    assert len(sqlite_desk.mails()) == 2
    assert "code" in sqlite_desk.mails()[0]["error"]


def test_a_server_that_is_away_is_told_and_asked_again(sqlite_desk: Desk) -> None:
    account = sqlite_desk.post.site
    account.update("Email Account", "收件", incoming_port=1)
    with pytest.raises(AssertionError, match="127.0.0.1:1"):
        sqlite_desk.fetch()
    account.update("Email Account", "收件", incoming_port=sqlite_desk.server.port, password="wrong")
    with pytest.raises(AssertionError, match="AUTHENTICATIONFAILED"):
        sqlite_desk.fetch()
    account.update("Email Account", "收件", password=PASSWORD)
    sqlite_desk.got(mail())
    assert len(sqlite_desk.requests()) == 1


def test_a_folder_that_is_not_there_is_named(sqlite_desk: Desk) -> None:
    account = sqlite_desk.post.site.get("Email Account", "收件")
    rows = [{"name": account["imap_folder"][0]["name"], "folder_name": "草稿"}]
    sqlite_desk.post.site.update("Email Account", "收件", imap_folder=rows)
    with pytest.raises(AssertionError, match="草稿"):
        sqlite_desk.fetch()


@pytest.fixture
def secure_post(sqlite_site: Any) -> Iterator[PostOffice]:
    with post_office(sqlite_site) as office:
        yield office


def test_encryption_is_used_and_the_server_must_be_who_it_says(secure_post: PostOffice, tmp_path: Path) -> None:
    _, trust = certificate(tmp_path)
    site = secure_post.site.site
    with imap_server((tmp_path / "certificate.pem", tmp_path / "key.pem")) as server:
        server_settings = {"email_server": "localhost", "incoming_port": server.port, "use_ssl": 0, "use_starttls": 1}
        account = {"email_account_name": "收件", "email_id": "in@example.com", "enable_incoming": 1}
        secure_post.site.insert("Email Account", **account, **server_settings, login_id=LOGIN, password=PASSWORD)
        server.put(mail())

        def fetch(trusted: ssl.SSLContext) -> Any:
            secure_post.clock.go_on(minutes=5)
            secure_post.site.system(fetching.fetch_all)
            tasks = replace(mail_fetching(site, Files(Storage(site.folder.files))), trust=lambda: trusted).tasks()
            worker = create_worker(site, tasks)
            while worker.run_once():
                pass
            return secure_post.site.get("Email Account", "收件")["last_error"]

        assert "certificate verify failed" in fetch(ssl.create_default_context())
        assert fetch(trust) is None
    assert secure_post.site.read(lambda ctx: ctx.store.count("Communication")) == 1


def test_a_doctype_that_takes_no_mail_is_refused(sqlite_post: PostOffice) -> None:
    with pytest.raises(Exception, match="does not allow documents made by mail"):
        sqlite_post.site.update("Email Account", "客服", append_to="Customer")
