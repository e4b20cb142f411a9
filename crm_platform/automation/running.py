"""The job of a rule: its later actions on one document, in one transaction with their log entry, so once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from crm_platform.automation import log
from crm_platform.automation.actions.kinds import plans
from crm_platform.automation.engine import perform, rights_of
from crm_platform.automation.faults import sentence
from crm_platform.automation.gone import deleted_document
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.registry import rule_named
from crm_platform.automation.rule import Action, Rule
from crm_platform.automation.run import Run
from crm_platform.automation.texts import has_templates
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CRMError, DoesNotExistError, TimestampMismatchError, UnavailableError

PASSING = (UnavailableError, TimestampMismatchError)
"""Faults that another attempt may not meet: the job is tried again."""


@dataclass(frozen=True)
class RunRule:
    """The task `core:automation`: the later actions of one rule on one document."""

    outlets: Outlets

    def prepare(self, ctx: Context, *, record: str, rule: str, doctype: str, name: str, **_: Any) -> None:
        """Plan the actions, so that their templates are filled."""
        found = rule_named(ctx.connection, ctx.definitions, record, rule)
        if found is not None:
            self.plan(ctx, found, doctype, name)

    def perform(
        self, ctx: Context, *, record: str, rule: str, doctype: str, name: str, entry: str, causes: Sequence[str]
    ) -> None:
        """Run the actions and complete the log entry."""
        ctx = replace(ctx, causes=tuple(causes))
        self.complete(ctx, rule_named(ctx.connection, ctx.definitions, record, rule), doctype, name, entry)

    def plan(self, ctx: Context, rule: Rule, doctype: str, name: str) -> None:
        """Plan every action that has a template."""
        for action in rule.later:
            if has_templates(action):
                run = Run(rights_of(ctx, rule), rule, document_of(ctx, doctype, name))
                plans(self.outlets)[action.kind](run, action)

    def complete(self, ctx: Context, rule: Rule | None, doctype: str, name: str, entry: str) -> None:
        """Run the later actions of `rule` unless that was done; the log entry tells that, and how it went.

        A passing fault is raised: the job runs again.
        """
        if not log.is_queued(ctx, entry):
            return
        if rule is None:
            log.complete(ctx, entry, "Stopped", error=ctx._("The rule is switched off or gone by now."))
            return
        began = perf_counter()
        try:
            with ctx.connection.savepoint():
                done = self.act(ctx, rule, doctype, name)
        except PASSING:
            raise
        except CRMError as error:
            log.complete(ctx, entry, "Failed", error=sentence(ctx, error), seconds=perf_counter() - began)
            return
        log.complete(ctx, entry, "Done", done=done, seconds=perf_counter() - began)

    def act(self, ctx: Context, rule: Rule, doctype: str, name: str) -> list[str]:
        """Do all actions or, when one fails, none; returns the sentences about them."""
        told: list[str] = []
        for action in rule.later:
            told += self._act(rights_of(ctx, rule), rule, action, document_of(ctx, doctype, name))
        return told

    def _act(self, ctx: Context, rule: Rule, action: Action, doc: Document) -> list[str]:
        effects = plans(self.outlets)[action.kind](Run(ctx, rule, doc), action)
        told = perform(effects)
        if action.kind == "Set Fields" and effects:
            ctx.store.save(still_there(doc))
        return told


def document_of(ctx: Context, doctype: str, name: str) -> Document:
    """The document as it is now, open for change; one that is gone as it was when it was deleted."""
    try:
        return ctx.as_system().store.get(doctype, name, for_update=ctx.connection.writable)
    except DoesNotExistError:
        return deleted_document(ctx, doctype, name)


def still_there(doc: Document) -> Document:
    """Raises DoesNotExistError for a document that is gone: nothing brings it back."""
    if doc.is_new:
        template = "{doctype} {name} was deleted before the rule could run."
        raise DoesNotExistError(template, doctype=doc.doctype, name=doc["name"])
    return doc
