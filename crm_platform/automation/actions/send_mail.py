"""Send Mail: a mail for each recipient, filled with what that one may read; outside addresses read as the rule does."""

from __future__ import annotations

from functools import partial

from crm_platform.automation.actions.notify import nothing
from crm_platform.automation.notifying import may_read
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.recipients import enabled, recipients
from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.texts import fill
from crm_platform.documents.coerce import is_email
from crm_platform.documents.context import Context


def plan(outlets: Outlets, run: Run, action: Action) -> list[Effect]:
    """An effect for each address."""
    people = recipients(run.ctx, run.doc, action)
    users = frozenset(enabled(run.ctx, people))
    return [_to(outlets, run, action, person, is_user=person in users) for person in people]


def _to(outlets: Outlets, run: Run, action: Action, person: str, *, is_user: bool) -> Effect:
    address = _address(run.ctx, person) if is_user else person
    if not is_email(address):
        return Effect(run.ctx._("No mail to {user}: there is no address.", user=person), nothing)
    reader = outlets.as_user(run.ctx, person) if is_user else run.ctx
    if not may_read(reader, run.doc):
        return Effect(run.ctx._("No mail to {user}: no right to read the document.", user=person), nothing)
    return _letter(outlets, run, action, address, reader)


def _letter(outlets: Outlets, run: Run, action: Action, address: str, reader: Context) -> Effect:
    about = {"reference_doctype": run.doc.doctype, "reference_name": str(run.doc["name"])}
    template = action.text("email_template")
    if template:
        sentence = run.ctx._("Mail to {address} by the template {template}.", address=address, template=template)
        return Effect(sentence, partial(_queue, outlets, reader, recipients=[address], template=template, **about))
    sources = {"subject": action.text("subject") or run.rule.name, "message": action.text("message")}
    texts = fill(outlets, reader, run.doc, sources)
    sentence = run.ctx._("Mail to {address}: {subject}", address=address, subject=texts["subject"])
    return Effect(sentence, partial(_queue, outlets, run.ctx, recipients=[address], **texts, **about))


def _queue(outlets: Outlets, ctx: Context, **letter: object) -> None:
    outlets.mail(ctx, **letter)  # type: ignore[arg-type]  # the names are those of the Protocol


def _address(ctx: Context, user: str) -> str:
    row = ctx.connection.get_row(ctx.definitions["User"], user)
    return str((row or {}).get("email") or user)
