"""A forgotten password: asking for the link, and setting a new password with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import Literal
from urllib.parse import quote

from starlette.responses import Response

from crm_platform.access import reset
from crm_platform.api.call import Call
from crm_platform.api.methods import Method, ShellMethod
from crm_platform.api.replies import method_response
from crm_platform.documents.context import Context
from crm_platform.jobs.queue import enqueue
from crm_platform.mail.letters import Letter
from crm_platform.mail.outbox import Outbox

SEND_LINK = "core:send_password_link"
PAGE = "/update-password"
SENT = "If there is such an account, a mail with a link to set a new password is on its way to its address."


Kind = Literal["reset", "invitation"]

SENTENCES: Mapping[Kind, tuple[str, ...]] = {
    "reset": (
        "Somebody, probably you, asked for a new password for {user}.",
        "The link below is good for one hour, once. If you did not ask for it, do nothing.",
    ),
    "invitation": (
        "You have an account at {site}: {user}.",
        "Set your password with the link below. It is good for one hour, once; ask for another one on the sign-in "
        "page.",
    ),
}
"""What stands above the link: for who asked for it, and for who has not."""


async def reset_password(call: Call, user: str) -> Response:
    """Ask for a link by mail; the answer is the same, and takes as long, whether or not there is such an account."""
    await call.scope.write(partial(_ask, user))
    sentence = call.site.runtime.translate(call.scope.language, SENT)
    return method_response(sentence, call.style)


def _ask(user: str, ctx: Context) -> None:
    account = reset.count_request(ctx, user)
    enqueue(ctx, SEND_LINK, {"account": ctx.runtime.cipher.encrypt(account.key)})


def send_link(ctx: Context, account: str, kind: Kind = "reset", *, outbox: Outbox, address: str) -> None:
    """Make the link and queue its mail, when there is somebody to get it. `ctx` acts as the system.

    The mail goes to the stored address, in the account's language; `address` is the site's own, never a request's.
    """
    link = reset.make_link(ctx, ctx.runtime.cipher.decrypt(account))
    if link is None:
        return
    speaking = replace(ctx, language=link.language or ctx.language)
    place = f"{address}{PAGE}?key={quote(link.key)}"
    sentences = (
        speaking._("Dear {full_name},", full_name=link.full_name),
        *(speaking._(sentence, user=link.user, site=ctx.runtime.name) for sentence in SENTENCES[kind]),
    )
    text = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    outbox.post(
        ctx,
        Letter(
            recipients=[link.email],
            subject=speaking._("Your account" if kind == "invitation" else "Set a new password"),
            message=f'{text}<p><a href="{escape(place)}">{escape(place)}</a></p>',
            add_unsubscribe_link=False,
            confidential=True,
        ),
    )


async def with_key(call: Call, key: str, new_password: str) -> Response:
    """Set a new password by the key of a link; every session of the user ends."""
    await call.scope.write(lambda ctx: reset.reset_password(ctx, key, new_password))
    return method_response("/login", call.style)


METHODS: tuple[Method, ...] = (
    ShellMethod(
        "frappe.core.doctype.user.user.reset_password", reset_password, guest=True, writes=True, verbs=("POST",)
    ),
)
