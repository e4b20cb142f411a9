"""Speaks SMTP: one connection for a mail, one transaction for each recipient, and what the server says about it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from crm_platform.mail.accounts import STARTTLS, TLS, Server
from crm_platform.mail.addresses import ascii_domain
from crm_platform.outbound.certificates import Trust

TIMEOUT = 30.0
"""Seconds for each step of the conversation."""

PERMANENT = 500
"""SMTP replies from here on will not change by trying again."""


@dataclass
class Outcome:
    """What became of each recipient. In neither `sent` nor `refused`: to be tried again, for the reason in `error`."""

    sent: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    error: str = ""


def send(server: Server, sender: str, letters: Mapping[str, EmailMessage], trust: Trust) -> Outcome:
    """Hand each recipient's message to the server; never raises for what the server or the network does.

    One message per recipient: a refused one does not hold back the others, and nobody sees who else got a copy.
    """
    outcome = Outcome()
    try:
        with _connected(server, trust) as connection:
            for recipient, message in letters.items():
                _send_one(connection, sender, recipient, message, outcome)
    except (OSError, smtplib.SMTPException) as error:
        outcome.error = _failed(server, error)
    return outcome


def probe(server: Server, trust: Trust) -> str:
    """Reach the server and sign in, without sending anything; what went wrong, or nothing."""
    try:
        with _connected(server, trust) as connection:
            connection.noop()
    except (OSError, smtplib.SMTPException) as error:
        return _failed(server, error)
    return ""


def _failed(server: Server, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The server {server.host} refused the sign-in: {_said(error.smtp_code, error.smtp_error)}"
    return f"The server {server.host}:{server.port} cannot be used: {error}"[:500]


@contextmanager
def _connected(server: Server, trust: Trust) -> Iterator[smtplib.SMTP]:
    """A connection, encrypted and signed in as the account says; a server that cannot encrypt gets nothing."""
    if server.encryption == TLS:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trust())
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.encryption == STARTTLS:
            connection.starttls(context=trust())
        if server.login:
            connection.login(server.login, server.password)
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
        connection.close()


def _send_one(connection: smtplib.SMTP, sender: str, recipient: str, message: EmailMessage, outcome: Outcome) -> None:
    """Note the server's answer about one recipient; a lost connection raises."""
    try:
        connection.send_message(message, from_addr=sender, to_addrs=[ascii_domain(recipient)])
    except smtplib.SMTPRecipientsRefused as error:
        _refused(outcome, recipient, *next(iter(error.recipients.values())))
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        raise
    except smtplib.SMTPResponseException as error:
        _refused(outcome, recipient, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as error:
        outcome.refused[recipient] = f"The server cannot take this address or text: {error}"[:300]
    else:
        outcome.sent.add(recipient)


def _refused(outcome: Outcome, recipient: str, code: int, said: bytes | str) -> None:
    """5xx is the server's last word, 4xx asks to try again."""
    if code >= PERMANENT:
        outcome.refused[recipient] = _said(code, said)
    else:
        outcome.error = _said(code, said)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}"[:300]
