"""Webhook: the call of a Webhook about the document, made after the commit."""

from __future__ import annotations

from functools import partial

from crm_platform.automation.outlets import Outlets
from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run


def plan(outlets: Outlets, run: Run, action: Action) -> list[Effect]:
    """One effect: the queued call."""
    name = action.text("webhook")
    sentence = run.ctx._("The webhook {webhook} is called.", webhook=name)
    return [Effect(sentence, partial(_call, outlets, run, name))]


def _call(outlets: Outlets, run: Run, name: str) -> None:
    outlets.webhook(run.ctx, name, run.doc)
