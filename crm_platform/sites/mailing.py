"""Mail that packs queue: the outbox with the templates of printing, as a function of the pack API."""

from __future__ import annotations

from collections.abc import Sequence

from crm_platform.documents.context import Context
from crm_platform.mail.letters import Letter
from crm_platform.mail.outbox import Outbox
from crm_platform.printing.freezing import freeze_texts


def queue_mail(  # noqa: PLR0913 what a mail is made of, by name
    ctx: Context,
    *,
    recipients: Sequence[str],
    subject: str = "",
    message: str = "",
    template: str = "",
    reference_doctype: str = "",
    reference_name: str = "",
    language: str = "",
) -> str:
    """Queue one mail in the transaction of `ctx`; it is sent after COMMIT, from the site's outgoing account.

    Either `subject` and `message` (HTML) are given, or `template` names an Email Template, which is filled with the
    referenced document in `language`. The mail stands on the timeline of that document, and each recipient can leave
    the conversation about it. Answers the name of the Email Queue document. Raises InvalidEmailAddressError,
    ValidationError (no recipient), DoesNotExistError (template, document).
    """
    letter = Letter(
        recipients,
        subject,
        message,
        reference_doctype=reference_doctype,
        reference_name=reference_name,
        template=template,
        language=language,
    )
    return Outbox(freeze_texts).post(ctx, letter)
