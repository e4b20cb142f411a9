"""Notifications of undelivered mail as mail servers of several makers write them: who was not reached by what."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes

import pytest

from crm_platform.mail.bounces import bounce_of

OURS = "angebot.1@crm.example.com"
ZHANG = "zhang@kunde.example"
COPY = f"Message-ID: <{OURS}>\nFrom: support@example.com\nTo: {ZHANG}\nSubject: =?gb2312?B?sai82w==?=\n"


def report(*parts: tuple[str, str], head: str = "", kind: str = "multipart/report; report-type=delivery-status") -> str:
    inner = "".join(f"--B\n{heads}\n\n{body}\n" for heads, body in parts)
    return (
        f"From: postmaster@mx.example\nTo: support@example.com\n{head}MIME-Version: 1.0\n"
        f'Content-Type: {kind}; boundary="B"\n\n{inner}--B--\n'
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
}

NONE = {
    "delayed": report(
        WORDS, (DSN, FAILED.replace("failed", "delayed")), HEADERS, head=f"X-Failed-Recipients: {ZHANG}\n"
    ),
    "delivered": report((DSN, FAILED.replace("failed", "delivered")), HEADERS),
    "no mail of ours named": report(WORDS, (DSN, FAILED)),
    "a customer forwards a notification": report(
        WORDS, ("Content-Type: message/rfc822", report((DSN, FAILED), HEADERS)), kind="multipart/mixed"
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
