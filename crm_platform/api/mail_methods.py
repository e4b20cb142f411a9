"""Mail from documents (frappe.core.doctype.communication.email.make), and templates filled for who writes one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.methods import Method, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.errors import ValidationError
from crm_platform.mail.addresses import split
from crm_platform.mail.composing import Draft, Written, write
from crm_platform.mail.templates import sources_of
from crm_platform.printing.freezing import freeze_texts


async def make(  # noqa: PLR0913, PLR0917 the parameters of Frappe's make
    call: Call,
    doctype: str,
    name: str,
    content: str = "",
    subject: str = "",
    recipients: list[Any] | str = "",
    cc: list[Any] | str = "",
    bcc: list[Any] | str = "",
    sender: str = "",
    communication_medium: str = "Email",
    sent_or_received: str = "Sent",
    send_email: bool = False,
    print_format: str = "",
    attach_document_print: bool = False,
    print_language: str = "",
    attachments: list[Any] | str = "",
    send_me_a_copy: bool = False,
    email_template: str = "",
    in_reply_to: str = "",
) -> Response:
    """Write from a document: note it on its timeline and, with `send_email`, send it. Needs the right `email`.

    `attachments` are names of File documents. `print_format` or `attach_document_print` adds the document's print-out.
    """
    draft = Draft(doctype, name, subject, content, template=email_template, in_reply_to=in_reply_to)
    draft = replace(draft, medium=communication_medium, send=send_email, received=sent_or_received == "Received")
    draft = _addressed(draft, sender, recipients, cc, bcc)
    draft = _enclosed(draft, attachments, print_format if print_format or attach_document_print else None)
    draft = replace(draft, language=print_language, copy_to_me=send_me_a_copy)
    written: Written = await call.write(partial(_write, call, draft))
    answer = {"name": written.communication, "emails_not_sent_to": ", ".join(written.unwilling)}
    return method_response(answer, call.style)


def _addressed(draft: Draft, sender: str, *given: Sequence[Any] | str) -> Draft:
    """With its sender, recipients, and those of a copy, seen or not."""
    recipients, cc, bcc = (addresses(one) for one in given)
    return replace(draft, sender=sender, recipients=recipients, cc=cc, bcc=bcc)


def _enclosed(draft: Draft, attachments: Sequence[Any] | str, print_format: str | None) -> Draft:
    """With what goes along: files, and the print-out unless it is None."""
    return replace(draft, attachments=files(attachments), print_format=print_format)


def _write(call: Call, draft: Draft, ctx: Context) -> Written:
    return write(ctx, call.site.services.outbox, draft)


def addresses(given: Sequence[Any] | str) -> list[str]:
    """Addresses as a text with commas, or as a list."""
    return split(given) if isinstance(given, str) else [str(one) for one in given]


def files(given: Sequence[Any] | str) -> list[Mapping[str, Any]]:
    """Attachments as a list, or as JSON of one: names of File documents, {"fid": name} or {"file_url": address}."""
    try:
        found = json.loads(given) if isinstance(given, str) and given else given or []
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str | dict) for one in found):
        raise ValidationError("attachments must be a list of names of files.")
    return [{"fid": one} if isinstance(one, str) else _named(one) for one in found]


def _named(one: Mapping[str, Any]) -> dict[str, Any]:
    """Only what names a file: a print-out is asked for by its own parameters."""
    return {key: one[key] for key in ("fid", "file_url") if key in one}


async def get_email_template(call: Call, template_name: str, doc: dict[str, Any]) -> Response:
    """Subject and message of an Email Template, filled with a stored document that the caller may read."""
    frozen = await call.read(partial(_freeze, template_name, doc))
    made = await asyncio.get_running_loop().run_in_executor(call.site.slow, call.site.services.printing.fill, frozen)
    return method_response(made, call.style)


def _freeze(template_name: str, doc: Mapping[str, Any], ctx: Context) -> str:
    document = ctx.store.get(str(doc.get("doctype") or ""), str(doc.get("name") or ""))
    return freeze_texts(ctx, document, sources_of(ctx, template_name), "")


METHODS: tuple[Method, ...] = (
    ShellMethod("frappe.core.doctype.communication.email.make", make, writes=True, verbs=("POST",)),
    ShellMethod("frappe.email.doctype.email_template.email_template.get_email_template", get_email_template),
)
