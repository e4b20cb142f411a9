"""Notifications of undelivered mail as mail servers of several makers write them: who was not reached by what."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes

import pytest

from crm_platform.mail.bounces import bounce_of, notice_of
from crm_platform.mail.headers import is_automatic
from crm_platform.mail.parsing import parse

OURS = "angebot.1@crm.example.com"
ZHANG = "zhang@kunde.example"
COPY = f"Message-ID: <{OURS}>\nFrom: support@example.com\nTo: {ZHANG}\nSubject: =?gb2312?B?sai82w==?=\n"


KIND = "multipart/report; report-type=delivery-status"


def report(*parts: tuple[str, str], head: str = "", kind: str = KIND, boundary: str = "B") -> str:
    inner = "".join(f"--{boundary}\n{heads}\n\n{body}\n" for heads, body in parts)
    return (
        f"From: postmaster@mx.example\nTo: support@example.com\n{head}MIME-Version: 1.0\n"
        f'Content-Type: {kind}; boundary="{boundary}"\n\n{inner}--{boundary}--\n'
    )


def status(*fields: str) -> str:
    return "\n".join(["Reporting-MTA: dns; mx.example", "", *fields, ""])


FAILED = status(
    f"Final-Recipient: rfc822;{ZHANG}", "Action: failed", "Status: 5.1.1", "Diagnostic-Code: smtp;550 5.1.1 unknown"
)
DSN = "Content-Type: message/delivery-status"
WORDS = ("Content-Type: text/plain; charset=utf-8", "您的邮件无法送达。")
WHOLE = ("Content-Type: message/rfc822", f"{COPY}\n报价")
HEADERS = ("Content-Type: text/rfc822-headers", COPY)


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


EXIM = f"""From: Mailer-Daemon@mx.example
To: support@example.com
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: {ZHANG}
Auto-Submitted: auto-replied

This message was created automatically by mail delivery software.

  {ZHANG}
    host mx.kunde.example [203.0.113.7]: 550 unknown user

------ This is a copy of the message, including all the headers. ------

{COPY}
text
"""
QMAIL = f"""From: MAILER-DAEMON@mx.example
To: support@example.com
Subject: failure notice

Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ZHANG}>:
203.0.113.7 does not like recipient. Remote host said: 550 查无此人

--- Below this line is a copy of the message.

Return-Path: <support@example.com>
{COPY}
text
"""
COREMAIL = (
    "From: Postmaster@163.com\nTo: support@example.com\n"
    f"Subject: =?GBK?B?{b64encode('系统退信'.encode('gbk')).decode()}?=\n"
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n'
    '--B\nContent-Type: multipart/alternative; boundary="C"\n\n'
    "--C\nContent-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
    + b64encode(f"抱歉，邮件未能送达。\n收件人 {ZHANG}\n退信原因：对方邮箱不存在\n".encode("gb18030")).decode()
    + f"\n--C--\n--B\n{DSN}\n\nFinal-Recipient: rfc822; {ZHANG}\nAction: failed\nStatus: 5.0.0\n"
    f"Diagnostic-Code: SMTP; 对方邮箱不存在\n\n--B\n{WHOLE[0]}\n\n{COPY}\n\n--B--\n"
)
"""163.com and others of Coremail: the status lies in a mail of several parts, without fields about the server."""

QQ_TEXT = f"很抱歉，您发送的邮件被退回。\n收件人：{ZHANG}\n退信原因：该邮箱地址不存在\n"


def qq(*parts: str) -> str:
    """QQ: for people only, in GB18030; the mail that came back is beside it, or not."""
    body = b64encode(f"<p>{QQ_TEXT}</p>".encode("gb18030")).decode()
    inner = "".join(
        f"--B\n{part}\n"
        for part in (f"Content-Type: text/html; charset=gb18030\nContent-Transfer-Encoding: base64\n\n{body}", *parts)
    )
    return (
        "From: =?gb18030?B?UG9zdE1hc3Rlcg==?= <PostMaster@qq.com>\nTo: support@example.com\n"
        f"Subject: =?gb18030?B?{b64encode('来自qq.com的退信'.encode('gb18030')).decode()}?=\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="B"\n\n{inner}--B--\n'
    )


REPORTS = {
    "Postfix, headers only": report(WORDS, (DSN, FAILED), HEADERS),
    "Exchange, Chinese subject": report(
        ("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64", in_base64("<p>未送达</p>")),
        (DSN, FAILED.replace("550 5.1.1 unknown", "550 5.1.10 RESOLVER.ADR.RecipientNotFound")),
        WHOLE,
        head="Subject: =?utf-8?B?5peg5rOV6YCB6L6+?=\n",
    ),
    "Exchange, without the mail": report(WORDS, (DSN, FAILED), head=f"In-Reply-To: <{OURS}>\nReferences: <{OURS}>\n"),
    "Gmail": report(WORDS, (DSN, FAILED), WHOLE, head=f"X-Failed-Recipients: {ZHANG}\nReferences: <{OURS}>\n"),
    "Sendmail, original recipient": report(
        (DSN, FAILED.replace(f"Final-Recipient: rfc822;{ZHANG}", f"Original-Recipient: rfc822;{ZHANG}")), HEADERS
    ),
    "action with a remark": report(
        (DSN, FAILED.replace("Action: failed", "Action: Failed (bad destination)")), HEADERS
    ),
    "international (RFC 6533)": report(
        ("Content-Type: message/global-delivery-status", FAILED.replace("rfc822;", "utf-8; ")),
        ("Content-Type: message/global-headers", COPY),
    ),
    "everything in base64": report(
        (f"{DSN}\nContent-Transfer-Encoding: base64", in_base64(FAILED)),
        ("Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64", in_base64(COPY)),
    ),
    "quoted-printable": report(
        (f"{DSN}\nContent-Transfer-Encoding: quoted-printable", FAILED),
        ("Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: quoted-printable", COPY.replace("=", "=3D")),
    ),
    "a footer of a gateway around it": report(
        (
            'Content-Type: multipart/report; boundary="C"',
            f"--C\n{DSN}\n\n{FAILED}\n--C\n{HEADERS[0]}\n\n{COPY}\n--C--\n",
        ),
        ("Content-Type: text/plain", "scanned"),
        kind="multipart/mixed",
    ),
    "Exim": EXIM,
    "qmail": QMAIL,
    "163.com": COREMAIL,
    "angle brackets and a remark": report(
        (DSN, FAILED.replace(f"rfc822;{ZHANG}", f"rfc822; <{ZHANG}> (Zhang San)")), HEADERS
    ),
}

FOR_PEOPLE = {
    "QQ, the mail beside it": (qq(f"{WHOLE[0]}\n\n{COPY}\n"), OURS),
    "QQ, its headers beside it": (qq(f"{HEADERS[0]}\n\n{COPY}"), OURS),
    "QQ, the text alone": (qq(), ""),
    "a text that answers": (f"From: Mailer-Daemon@mx.example\nReferences: <{OURS}>\n\n{ZHANG}: 查无此人\n", OURS),
    "a report without a status": (report(WORDS, HEADERS), OURS),
}
NONE = {
    "delayed": report(
        WORDS, (DSN, FAILED.replace("failed", "delayed")), HEADERS, head=f"X-Failed-Recipients: {ZHANG}\n"
    ),
    "delivered": report((DSN, FAILED.replace("failed", "delivered")), HEADERS),
    "no mail of ours named": report(WORDS, (DSN, FAILED)),
    "somebody forwards a notification, its status loose": report(
        (DSN, FAILED), HEADERS, kind="multipart/mixed"
    ).replace("postmaster", "zhao"),
    "a customer forwards a notification": report(
        WORDS, ("Content-Type: message/rfc822", report((DSN, FAILED), HEADERS, boundary="C")), kind="multipart/mixed"
    ),
    "a customer writes of it": f"From: {ZHANG}\nIn-Reply-To: <{OURS}>\n\n<{ZHANG}>:\nHi. This is the failure.\n",
    "base64 that is none": report((f"{DSN}\nContent-Transfer-Encoding: base64", "=!"), HEADERS),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_notification_says_who_was_not_reached_by_which_mail(name: str) -> None:
    found = bounce_of(message_from_bytes(REPORTS[name].encode()))
    assert found is not None
    assert (found.message_id, list(found.recipients)) == (OURS, [ZHANG])
    assert found.recipients[ZHANG]


@pytest.mark.parametrize("name", NONE)
def test_other_mails_mark_nobody(name: str) -> None:
    assert bounce_of(message_from_bytes(NONE[name].encode())) is None


def test_a_reason_in_chinese_is_read_though_nobody_says_its_charset() -> None:
    found = bounce_of(message_from_bytes(COREMAIL.encode("gb18030")))
    assert found is not None
    assert found.recipients == {ZHANG: "SMTP; 对方邮箱不存在"}


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_what_only_people_can_read_marks_nobody_and_is_known_for_what_it_is(name: str) -> None:
    text, about = FOR_PEOPLE[name]
    message = message_from_bytes(text.encode())
    notice = notice_of(message)
    assert notice is not None
    assert (bounce_of(message), notice.message_id, notice.is_readable) == (None, about, False)
    assert is_automatic(message)
    told = parse(text.encode())
    assert (told.automatic, told.bounce, told.notice) == (True, None, notice)


def test_a_text_of_qq_is_shown_as_it_was_written() -> None:
    told = parse(qq().encode())
    assert (told.subject, told.sender) == ("来自qq.com的退信", "postmaster@qq.com")
    assert "该邮箱地址不存在" in told.text


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_a_subject_and_a_text_without_a_charset_are_read(charset: str) -> None:
    told = parse(f"From: 张三 <{ZHANG}>\nSubject: 退货 鄰居\n\n您好，请看附件。\n".encode(charset))
    assert (told.sender_name, told.sender, told.subject) == ("张三", ZHANG, "退货 鄰居")
    assert told.text.strip() == "您好，请看附件。"


@pytest.mark.parametrize("name", ["a customer forwards a notification", "a customer writes of it"])
def test_what_a_customer_writes_is_no_notice(name: str) -> None:
    message = message_from_bytes(NONE[name].replace("postmaster@mx.example", ZHANG).encode())
    assert notice_of(message) is None
    assert not is_automatic(message)
