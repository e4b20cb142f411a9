"""Sending against a real SMTP server: encryption, sign-in, refusals, bad days, order, headers, attachments."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crm_platform.errors import ValidationError
from crm_platform.mail import delivery, waiting
from crm_platform.mail.smtp import Outcome
from crm_platform.mail.waiting import LEASE, LINE, PAUSES
from support.certificates import certificate
from support.mail_server import Inbox, smtp_server
from support.post_office import OWN, PostOffice
from support.sabotage import defended_by, no, yes

TO, OTHER = "zhang@example.org", "li@example.org"


def about_customer(post: PostOffice) -> dict[str, str]:
    name = post.site.insert("Customer", customer_name="上海纺织")["name"]
    return {"reference_doctype": "Customer", "reference_name": name}


def test_encryption_and_sign_in_are_used_where_the_account_asks_for_them(
    sqlite_post: PostOffice, tmp_path: Path
) -> None:
    server, sqlite_post.trust = certificate(tmp_path)
    secure = Inbox(password="Geheim-1")
    with smtp_server(secure, tls=server):
        account = {"smtp_server": "localhost", "smtp_port": secure.port, "use_tls": 1, "login_id": "crm"}
        sqlite_post.site.update("Email Account", "客服", password="Geheim-1", **account)
        name = sqlite_post.queue(TO)
        sqlite_post.deliver()
    assert secure.only()["to"] == TO
    assert secure.encrypted == [True]
    assert sqlite_post.queued(name)["status"] == "Sent"


def test_a_wrong_password_is_told_and_tried_again(sqlite_post: PostOffice, tmp_path: Path) -> None:
    server, sqlite_post.trust = certificate(tmp_path)
    secure = Inbox(password="Geheim-1")
    with smtp_server(secure, tls=server):
        account = {"smtp_server": "localhost", "smtp_port": secure.port, "use_tls": 1, "login_id": "crm"}
        sqlite_post.site.update("Email Account", "客服", password="wrong", **account)
        name = sqlite_post.queue(TO)
        sqlite_post.deliver()
        assert "refused the sign-in" in sqlite_post.queued(name)["error"]
        assert "wrong" not in sqlite_post.queued(name)["error"]
        sqlite_post.site.update("Email Account", "客服", password="Geheim-1")
        sqlite_post.clock.go_on(seconds=PAUSES[0])
        sqlite_post.deliver()
    assert secure.only()["to"] == TO


def test_an_account_that_signs_in_by_oauth_is_refused_with_a_sentence(sqlite_post: PostOffice) -> None:
    account = {"email_account_name": "OAuth", "email_id": "oauth@example.com", "auth_method": "OAuth"}
    with pytest.raises(ValidationError, match="Email Account has no field auth_method"):
        sqlite_post.site.insert("Email Account", **account)


def test_nothing_goes_unencrypted_or_to_an_impostor(sqlite_post: PostOffice, tmp_path: Path) -> None:
    sqlite_post.site.update("Email Account", "客服", use_tls=1)
    plain = sqlite_post.queue(TO)
    sqlite_post.deliver()
    assert "STARTTLS" in sqlite_post.queued(plain)["error"]
    server, _ = certificate(tmp_path)
    with smtp_server(Inbox(), tls=server) as impostor:
        sqlite_post.site.update("Email Account", "客服", smtp_port=impostor.port, smtp_server="localhost")
        false = sqlite_post.queue(TO)
        sqlite_post.deliver()
    assert "certificate verify failed" in sqlite_post.queued(false)["error"]
    assert impostor.taken == sqlite_post.inbox.taken == []


def test_one_refused_recipient_does_not_hold_back_the_others(post: PostOffice) -> None:
    post.inbox.refusals[OTHER] = "550 5.1.1 no such user"
    name = post.queue(OTHER, TO, **about_customer(post))
    post.deliver()
    assert [recipient for recipient, _ in post.inbox.taken] == [TO]
    queued = post.queued(name)
    assert (queued["status"], queued["retry"]) == ("Partially Sent", 1)
    states = [(row["recipient"], row["status"], row["error"]) for row in queued["recipients"]]
    assert states == [(OTHER, "Error", "550 5.1.1 no such user"), (TO, "Sent", None)]
    post.clock.go_on(days=3)
    post.deliver()
    assert len(post.inbox.taken) == 1


def test_who_is_refused_for_now_is_tried_again_and_nobody_else(post: PostOffice) -> None:
    post.inbox.refusals[OTHER] = "450 mailbox busy"
    name = post.queue(OTHER, TO)
    post.deliver()
    assert post.queued(name)["status"] == "Not Sent"
    del post.inbox.refusals[OTHER]
    post.clock.go_on(seconds=PAUSES[0])
    post.deliver()
    assert [recipient for recipient, _ in post.inbox.taken] == [TO, OTHER]
    assert post.queued(name)["status"] == "Sent"


@defended_by("crm_platform.jobs.line:Line._has_older", replace_with=no)
def test_X34_a_server_down_for_a_day_loses_nothing_and_keeps_the_order(post: PostOffice) -> None:
    about = about_customer(post)
    post.site.update("Email Account", "客服", smtp_port=1)
    first = post.queue(TO, subject="1", **about)
    post.deliver()
    post.clock.go_on(seconds=1)
    names = [first, *(post.queue(TO, subject=str(number), **about) for number in (2, 3))]
    other = post.queue(TO, subject="elsewhere")
    for _ in range(8):
        post.deliver()
        post.clock.go_on(hours=3)
    assert {row["status"] for row in post.outbox()} == {"Not Sent"}
    assert post.queued(first)["retry"] > 3
    post.site.update("Email Account", "客服", smtp_port=post.inbox.port)
    names.append(post.queue(TO, subject="4", **about))  # comes while those before it have hours to wait
    for _ in range(4):
        post.deliver()
        post.clock.go_on(hours=8)
    subjects = [message["subject"] for message in post.inbox.to(TO)]
    assert [subject for subject in subjects if subject != "elsewhere"] == ["1", "2", "3", "4"]
    assert sorted(subjects) == ["1", "2", "3", "4", "elsewhere"]
    assert {post.queued(name)["status"] for name in (*names, other)} == {"Sent"}


@defended_by("crm_platform.jobs.line:Line.may_try_again", replace_with=yes)
def test_X34_what_can_never_be_sent_is_given_up_visibly(post: PostOffice) -> None:
    about = about_customer(post)
    post.site.update("Email Account", "客服", smtp_port=1)
    name = post.queue(TO, **about)
    follower = post.queue(OTHER, **about)
    for pause in (0, *PAUSES):
        post.clock.go_on(seconds=pause)
        post.deliver()
    dead = post.queued(name)
    assert (dead["status"], dead["retry"]) == ("Error", len(PAUSES) + 1)
    assert "cannot be used" in dead["error"]
    assert post.site.get("Communication", dead["communication"])["delivery_status"] == "Error"
    post.site.update("Email Account", "客服", smtp_port=post.inbox.port)
    post.clock.go_on(seconds=PAUSES[0])
    post.deliver()
    assert post.queued(follower)["status"] == "Sent"


class Killed(BaseException):
    """The process ends here."""


def killed(*_: object) -> Outcome:
    raise Killed


@defended_by("crm_platform.mail.waiting:LINE", replace_with=replace(LINE, lease=LEASE * 1000))
def test_X06_a_sender_killed_before_it_could_send_is_followed_by_another(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = post.queue(TO)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(delivery, "send", killed)
        post.deliver()
    assert post.queued(name)["status"] == "Sending"
    post.clock.go_on(seconds=LEASE.total_seconds() + 3600)
    post.deliver()
    assert post.inbox.only()["to"] == TO
    assert post.queued(name)["status"] == "Sent"


@defended_by("crm_platform.jobs.line:Line._end", replace_with=yes)
def test_X06_two_senders_send_one_mail_once(post: PostOffice) -> None:
    name = post.queue(TO)
    taken = post.site.system(lambda ctx: waiting.take(ctx, name))
    assert taken is not None
    assert post.site.system(lambda ctx: waiting.take(ctx, name)) is None
    late = replace(taken, taken=replace(taken.taken, lease="another"))
    post.site.system(lambda ctx: waiting.settle(ctx, late, Outcome(sent={TO}), {}))
    assert post.queued(name)["status"] == "Sending"
    post.site.system(lambda ctx: waiting.settle(ctx, taken, Outcome(sent={TO}), {}))
    assert post.queued(name)["status"] == "Sent"


def test_a_mail_that_no_job_remembers_is_found_by_the_hourly_sweep(sqlite_post: PostOffice) -> None:
    post = sqlite_post
    name = post.queue(TO)
    post.site.system(lambda ctx: ctx.connection.update_row(ctx.definitions["Email Queue"], name, {"status": "Error"}))
    post.deliver()
    post.site.system(
        lambda ctx: ctx.connection.update_row(ctx.definitions["Email Queue"], name, {"status": "Not Sent"})
    )
    post.clock.go_on(hours=1, minutes=1)
    post.site.system(waiting.sweep)
    post.deliver()
    assert post.inbox.only()["to"] == TO
    post.clock.go_on(days=31)
    post.site.system(waiting.sweep)
    assert post.outbox() == []


def test_the_headers_say_who_writes_and_how_to_leave(sqlite_post: PostOffice) -> None:
    post = sqlite_post
    incoming = {"enable_incoming": 1, "default_incoming": 1, "email_server": "localhost"}
    post.site.insert("Email Account", email_account_name="In", email_id="in@example.com", **incoming)
    post.site.update("Email Account", "客服", sender_name="客服中心")
    post.queue(TO, OTHER, **about_customer(post))
    post.deliver()
    message, copy = (post.inbox.to(recipient)[0] for recipient in (TO, OTHER))
    assert message["from"] == f"客服中心 <{OWN}>"
    assert message["reply-to"] == "in@example.com"
    assert message["auto-submitted"] == "auto-generated"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://crm\.example\.com/unsubscribe\?token=[\w%-]+>", message["list-unsubscribe"])
    assert message["list-unsubscribe"] != copy["list-unsubscribe"]
    assert message["message-id"] == copy["message-id"]


def test_print_outs_and_files_with_chinese_names_are_attached(sqlite_post: PostOffice) -> None:
    post = sqlite_post
    name = about_customer(post)["reference_name"]
    client = post.client("Administrator")
    sent = client.post(
        "/api/method/upload_file",
        files={"file": ("合同 2026.txt", "条款".encode())},
        data={"doctype": "Customer", "docname": name},
    )
    file = sent.json()["message"]["name"]
    paper = {"print_format_attachment": 1, "doctype": "Customer", "name": name, "lang": "zh-CN"}
    post.queue(TO, attachments=[{"fid": file}, paper])
    post.deliver()
    text, pdf = post.inbox.only().iter_attachments()
    assert (text.get_filename(), text.get_payload(decode=True).decode()) == ("合同 2026.txt", "条款")
    assert pdf.get_filename() == f"{name}.pdf"
    assert pdf.get_content().startswith(b"%PDF")


def test_a_file_that_is_gone_when_the_mail_is_sent_is_told(sqlite_post: PostOffice) -> None:
    post = sqlite_post
    sent = post.client("Administrator").post("/api/method/upload_file", files={"file": ("a.txt", b"text")})
    file = sent.json()["message"]["name"]
    name = post.queue(TO, attachments=[{"fid": file}])
    post.site.write(lambda ctx: ctx.store.delete("File", file))
    post.deliver()
    assert post.queued(name)["status"] == "Error"
    assert post.inbox.taken == []


def test_a_domain_in_chinese_is_reached_as_dns_knows_it(sqlite_post: PostOffice) -> None:
    sqlite_post.queue("li@例子.com")
    sqlite_post.deliver()
    assert [recipient for recipient, _ in sqlite_post.inbox.taken] == ["li@xn--fsqu00a.com"]
