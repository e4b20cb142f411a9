"""Notify: a Notification Log for each recipient who may read the document, with what that one may read of it."""

from __future__ import annotations

from functools import partial

from crm_platform.automation.notifying import Note, may_read, tell
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.recipients import enabled, recipients
from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.texts import fill


def plan(outlets: Outlets, run: Run, action: Action) -> list[Effect]:
    """An effect for each user."""
    users = enabled(run.ctx, recipients(run.ctx, run.doc, action))
    return [effect for user in users for effect in _for_user(outlets, run, action, user)]


def _for_user(outlets: Outlets, run: Run, action: Action, user: str) -> list[Effect]:
    reader = outlets.as_user(run.ctx, user)
    if not may_read(reader, run.doc):
        sentence = run.ctx._("{user} is not told: no right to read the document.", user=user)
        return [Effect(sentence, nothing)]
    sources = {"subject": action.text("subject") or run.rule.name, "message": action.text("message")}
    told = fill(outlets, reader, run.doc, sources)
    note = Note("Alert", told["subject"], told["message"])
    sentence = run.ctx._("{user} is told: {subject}", user=user, subject=note.subject)
    return [Effect(sentence, partial(tell, run.ctx, user, note, run.doc))]


def nothing() -> None:
    """The deed of an effect that is only told."""
