"""A mail, as rooms that do not know the mail room ask for one; `app` wires mail.outbox.Outbox.queue_mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from crm_platform.documents.context import Context


class QueueMail(Protocol):
    """mail.outbox.Outbox.queue_mail: a mail in the transaction of `ctx`, sent after COMMIT."""

    def __call__(  # noqa: PLR0913 the parameters of a mail
        self,
        ctx: Context,
        *,
        recipients: Sequence[str],
        subject: str = "",
        message: str = "",
        reference_doctype: str = "",
        reference_name: str = "",
        attachments: Sequence[Mapping[str, Any]] = (),
        template: str = "",
    ) -> str: ...
