"""What automation needs of other rooms, as callables that `app` wires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.mailing import QueueMail

AsUser = Callable[[Context, str], Context]
"""access.Access.as_user: the same transaction with the rights of another user."""


class CallWebhook(Protocol):
    """Queues the call of the Webhook `name` about a document, in the transaction of `ctx`."""

    def __call__(self, ctx: Context, name: str, doc: Document) -> object: ...


class Render(Protocol):
    """Fills Jinja templates in printing's sandbox with what the user of `ctx` may read of `doc`.

    Raises PrintFormatError, TimeoutError.
    """

    def __call__(self, ctx: Context, doc: Document, sources: Mapping[str, str]) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Outlets:
    """The ways out of the room."""

    as_user: AsUser
    mail: QueueMail
    webhook: CallWebhook
    render: Render
