"""Mail as attackers write it: it is read within limits, or not read, and never does more than say something."""

from __future__ import annotations

import time
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.mail import parsing
from crm_platform.mail.headers import LONGEST, MOST_ADDRESSES, MOST_IDS
from crm_platform.mail.parsing import LINES, MOST_ATTACHMENTS, parse
from support.mails import mail
from support.sabotage import defended_by, no, unchanged

HEAD = b"From: evil@example.net\nTo: support@example.com\nSubject: x\nMessage-ID: <1@example.net>\n"


XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=password></form>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<base href='https://evil.example/'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<template><script>alert(1)</script></template>",
]


def nested(depth: int) -> bytes:
    """Parts in parts in parts."""
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return HEAD + b"MIME-Version: 1.0\n" + opened + b"\nend"


def sliced(parts: int) -> bytes:
    """A mail that is nothing but the beginnings of parts."""
    return HEAD + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * parts


BOMBS = {
    "many parts": sliced(50_000),
    "deep parts": nested(3_000),
    "many headers": HEAD + b"X: y\n" * LINES,
    "many headers in a part": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"X: y\n" * LINES,
    "one long header": HEAD + b"X: " + b"a" * (1 << 20) + b"\n\nx",
}
"""Only their headers are read."""

BURDENS = {
    "long subject": b"Subject: " + b"=?utf-8?q?=41?= " * 10_000 + b"\n\nx",
    "long addresses": b"From: " + b"(" * 200_000 + b"\n\nx",
    "many recipients": HEAD + b"Cc: " + b"a@example.com, " * 10_000 + b"\n\nx",
    "many references": HEAD + b"References: " + b"<a@b> " * 30_000 + b"\n\nx",
    "long lines": HEAD + b"\n" + b"a" * (20 << 20),
    "deep html": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 45_000,
    "many entities": HEAD + b"Content-Type: text/html\n\n" + b"&amp;" * 200_000,
    "deep forwards": HEAD + b"Content-Type: message/rfc822\n\n" * 900,
}
"""They are read, within limits."""


@defended_by("crm_platform.mail.parsing:_is_bomb", replace_with=no)
@pytest.mark.parametrize("name", BOMBS)
def test_H05_of_a_bomb_the_headers_are_read(name: str) -> None:
    found = parse(BOMBS[name])
    assert "only its headers" in found.problem
    assert (found.sender, found.subject) == ("evil@example.net", "x")
    assert found.html == found.text == ""
    assert found.attachments == ()


@defended_by("crm_platform.mail.headers:LONGEST", replace_with=1 << 30)
@pytest.mark.parametrize("name", BURDENS)
def test_I03_a_burden_is_carried_within_limits(name: str) -> None:
    started = time.process_time()
    found = parse(BURDENS[name])
    assert time.process_time() - started < 8
    assert len(found.subject) <= LONGEST
    assert len(found.to) + len(found.cc) <= 2 * MOST_ADDRESSES
    assert len(found.answers) <= 2 * MOST_IDS
    assert len(found.attachments) <= MOST_ATTACHMENTS
    assert len(found.html) <= 6 * parsing.LONGEST_BODY


def test_of_a_mail_that_is_too_large_the_beginning_is_read() -> None:
    found = parse(mail("x" * 1000)[:500], whole=False)
    assert (found.subject, found.sender) == ("退货", "zhang@example.org")
    assert "too large" in found.problem


def test_H05_an_archive_is_a_file_and_never_unpacked() -> None:
    found = parse(mail(files={"42.zip": b"PK\x03\x04" + bytes(1000)}))
    assert [(one.file_name, len(one.content)) for one in found.attachments] == [("42.zip", 1004)]


@defended_by("crm_platform.mail.parsing:clean", replace_with=unchanged)
@pytest.mark.parametrize("payload", XSS)
def test_F02_F04_nothing_in_a_mail_runs(payload: str) -> None:
    html = parse(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + payload.encode("utf-8", "replace")).html
    lowered = html.lower()
    assert "<script" not in lowered
    assert "javascript:" not in lowered
    assert "<iframe" not in lowered
    assert " on" not in "".join(part.partition(">")[0] for part in lowered.split("<")[1:])


def test_F04_text_is_text() -> None:
    assert parse(mail("<script>alert(1)</script>")).html == "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\r\nX: y", "=?utf-8?q?..=2F..=2Fx?=", "\x00.txt", "con", "." * 300, "x" * 5000]
)
def test_H02_names_of_attachments_are_only_names(name: str) -> None:
    disposition = f'Content-Disposition: attachment; filename="{name}"'.encode("utf-8", "replace")
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + disposition + b"\n\ncontent\n--b--\n"
    found = parse(raw)
    assert all(len(one.file_name) <= 500 and "\n" not in one.file_name for one in found.attachments)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\x00" * 100,
        b"not a mail at all",
        b"Content-Type: multipart/mixed\n\n--x\n",
        b"Content-Type: text/plain; charset=nonsense\n\n\xff\xfe",
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!",
        b"Subject: =?nonsense?b?////?=\nFrom: =?utf-8?b?broken\nDate: Thu, 99 Foo 99999\n\nx",
        b"Message-ID: <" + b"a" * 5000 + b">\n\nx",
        b"Content-Type: message/rfc822\n\n" * 50,
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nx",
    ],
)
def test_X26_what_is_hardly_a_mail_is_taken_as_one(raw: bytes) -> None:
    found = parse(raw)
    assert found.subject
    assert found.message_id
    assert found.message_id == parse(raw).message_id, "It is the same mail each time."


@given(st.binary(max_size=2000))
def test_X26_no_bytes_raise(raw: bytes) -> None:
    parse(raw)
    parse(HEAD + b"Content-Type: multipart/report; boundary=b\n\n--b\n" + raw)
    parse(HEAD + b"Subject: " + raw + b"\nContent-Type: " + raw + b"\n\n" + raw)


@given(st.text(max_size=200), st.sampled_from(["utf-8", "gb2312", "gb18030", "big5", "iso-8859-1", "utf-16", "x"]))
def test_a_text_comes_through_its_charset(text: str, charset: str) -> None:
    try:
        encoded = text.encode(charset)
    except (LookupError, UnicodeError):
        encoded = text.encode("utf-8", "replace")
        charset = "utf-8"
    body = b"Content-Type: text/plain; charset=" + charset.encode() + b"\nContent-Transfer-Encoding: base64\n\n"
    found = parse(HEAD + body + b64encode(encoded))
    if charset != "iso-8859-1":
        assert found.text == text.encode(charset, "replace").decode(charset)
