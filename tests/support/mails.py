"""Mail as other people's programs write it."""

from __future__ import annotations

from base64 import encodebytes
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count

NUMBERS = count(1)
CUSTOMER = "zhang@example.org"


def mail(text: str = "您好", /, *, html: str = "", files: dict[str, bytes] | None = None, **headers: str) -> bytes:
    """A mail from a customer; `headers` are named with underscores, and an empty one is left out."""
    message = EmailMessage(policy=SMTP)
    values = {
        "From": f"张三 <{CUSTOMER}>",
        "To": "support@example.com",
        "Subject": "退货",
        "Message_ID": f"<{next(NUMBERS)}.{id(message)}@example.org>",
        "Date": "Sat, 28 Mar 2026 10:00:00 +0000",
        **headers,
    }
    for name, value in values.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def bounce(recipient: str, message_id: str, action: str = "failed") -> bytes:
    """A delivery status notification as Postfix writes it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: support@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <{next(NUMBERS)}.bounce@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown

--B
Content-Type: message/rfc822

Message-ID: <{message_id}>
From: support@example.com
To: {recipient}
Subject: =?utf-8?b?5oql5Lu3?=

text
--B--
""".encode()


def returned_by_qq(recipient: str, message_id: str) -> bytes:
    """A notification of a large Chinese provider, for people only: no status, in GB18030, the headers beside it."""

    def written(text: str) -> str:
        return encodebytes(text.encode("gb18030")).decode()

    text = f"<p>抱歉，您的邮件未能送达。</p><p>收件人：{recipient}</p><p>退信原因：该邮箱地址不存在</p>"
    return f"""From: PostMaster@qq.com
To: support@example.com
Subject: =?gb18030?B?{written("来自qq.com的退信").strip()}?=
Message-ID: <{next(NUMBERS)}.returned@qq.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"

--B
Content-Type: text/html; charset=gb18030
Content-Transfer-Encoding: base64

{written(text)}
--B
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
From: support@example.com

--B--
""".encode()
