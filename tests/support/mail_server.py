"""A real SMTP server (aiosmtpd) on a free port of this machine, as the peer of sending tests."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Inbox:
    """What the server took, and what it refuses: `refusals` are its replies by address."""

    refusals: dict[str, str] = field(default_factory=dict)
    password: str = ""
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self,
        server: SMTP,  # noqa: ARG002 aiosmtpd's signature
        session: Session,  # noqa: ARG002 aiosmtpd's signature
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002 aiosmtpd's signature
    ) -> str:
        """Refuse who is to be refused."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        """Keep the message, once for each recipient."""
        message = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        for recipient in envelope.rcpt_tos:
            self.taken.append((recipient, message))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:  # noqa: ARG002
        """Accept anybody with the password."""
        right = isinstance(data, LoginPassword) and data.password.decode() == self.password
        return AuthResult(success=right, handled=False)

    def to(self, address: str) -> list[EmailMessage]:
        """The messages that an address got."""
        return [message for recipient, message in self.taken if recipient == address]

    def only(self) -> EmailMessage:
        """The one message that came."""
        assert len(self.taken) == 1, [recipient for recipient, _ in self.taken]
        return self.taken[0][1]


class AnyPort(Controller):
    """A controller that may be given port 0."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(inbox: Inbox, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Inbox]:
    """The server, while the block runs. With `tls` it insists on STARTTLS; with a password on a sign-in."""
    controller = AnyPort(
        inbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        require_starttls=tls is not None,
        authenticator=inbox.authenticate if inbox.password else None,
        auth_required=bool(inbox.password),
        auth_require_tls=tls is not None,
    )
    controller.start()
    try:
        inbox.port = controller.port
        yield inbox
    finally:
        controller.stop()
