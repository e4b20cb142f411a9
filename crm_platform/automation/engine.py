"""Rules at work while documents are saved: what is decided in the transaction, and what is queued in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from crm_platform.automation import log
from crm_platform.automation.actions import set_fields
from crm_platform.automation.faults import refusal, sentence
from crm_platform.automation.judging import Verdict, judge
from crm_platform.automation.loops import step, stopped
from crm_platform.automation.rule import Rule
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.triggers import CANCELLED, HAPPENED
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Listener
from crm_platform.documents.origins import Origin, setting
from crm_platform.errors import CRMError
from crm_platform.jobs.queue import enqueue

TASK = "core:automation"
"""The task that runs the actions of one rule on one document (automation.running)."""


@dataclass(frozen=True)
class Finding:
    """What became of one rule in one save, carried from its decision to the log."""

    rule: Rule
    verdict: Verdict
    done: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Watcher:
    """The rules of one DocType that are set off by a save or a deletion, the most important first."""

    rules: Sequence[Rule]

    def decide(self, ctx: Context, doc: Document) -> None:
        """On `validate`: judge each rule once and set the fields that those set off want to set."""
        findings = [find(ctx, rule, doc) for rule in self.rules if _set_off(ctx, rule, doc)]
        if findings:
            doc.carried = (*doc.carried, *findings)

    def decide_cancelling(self, ctx: Context, doc: Document) -> None:
        """A document that is being cancelled is not validated: its rules are judged on `before_validate`."""
        if doc.get("docstatus") == CANCELLED:
            self.decide(ctx, doc)

    def follow(self, ctx: Context, doc: Document) -> None:
        """On `on_change`, when the document is stored: log, and queue what runs after the commit."""
        for finding in doc.carried:
            if isinstance(finding, Finding):
                settle(ctx, finding, doc)

    def gone(self, ctx: Context, doc: Document) -> None:
        """On `after_delete`."""
        for rule in self.rules:
            if rule.trigger.kind == "Deleted":
                settle(ctx, find(ctx, rule, doc), doc)


def _set_off(ctx: Context, rule: Rule, doc: Document) -> bool:
    happened = HAPPENED.get(rule.trigger.kind)
    return happened is not None and happened(ctx, rule.trigger, doc)


def find(ctx: Context, rule: Rule, doc: Document) -> Finding:
    """Judge a rule and do what it does to the document itself."""
    began = perf_counter()
    verdict = judge(ctx, rule, doc)
    if verdict.error and rule.refuse_on_error:
        raise refusal(rule, verdict.error)
    done, error = _set(ctx, rule, doc) if verdict.matched and rule.inline else ((), "")
    return Finding(rule, verdict, done, error, perf_counter() - began)


def _set(ctx: Context, rule: Rule, doc: Document) -> tuple[tuple[str, ...], str]:
    """Set the fields of all actions or, when one fails, none."""
    run = Run(rights_of(ctx, rule), rule, doc)
    done: list[str] = []
    origin = Origin(rule.pack or "site", "", f"{rule.record} {rule.name}, revision {rule.revision}")
    try:
        with setting(doc, origin):
            for action in rule.inline:
                done += perform(set_fields.plan(run, action))
    except CRMError as error:
        if rule.refuse_on_error:
            raise refusal(rule, sentence(ctx, error)) from error
        return (), sentence(ctx, error)
    return tuple(done), ""


def perform(effects: Iterable[Effect]) -> list[str]:
    """Do what was planned; returns the sentences about it."""
    told = []
    for effect in effects:
        effect.perform()
        told.append(effect.sentence)
    return told


def rights_of(ctx: Context, rule: Rule) -> Context:
    """The Context with which the actions of a rule run."""
    return ctx.as_system() if rule.as_system else ctx


def settle(ctx: Context, finding: Finding, doc: Document) -> None:
    """Write the log entry of a finding; queue its later actions unless it is one link too many of a chain."""
    rule, verdict = finding.rule, finding.verdict
    entry = log.Entry(
        doc.doctype,
        str(doc["name"]),
        rule.trigger.kind,
        "Done",
        verdict.reason,
        finding.done,
        verdict.error or finding.error,
        finding.seconds,
    )
    if entry.error:
        log.write(ctx, rule, replace(entry, result="Failed"))
    elif not verdict.matched:
        if rule.log_misses:
            log.write(ctx, rule, replace(entry, result="Not Matched"))
    elif rule.later:
        queue(ctx, rule, doc, entry)
    else:
        log.write(ctx, rule, entry)


def queue(ctx: Context, rule: Rule, doc: Document, entry: log.Entry, *, key: str = "") -> None:
    """Queue the later actions of a rule in this transaction; `key` makes it happen once."""
    reason = stopped(ctx, rule, doc)
    if reason:
        log.write(ctx, rule, replace(entry, result="Stopped", error=reason))
        return
    name = log.write(ctx, rule, replace(entry, result="Queued"))
    arguments = {
        "record": rule.record,
        "rule": rule.name,
        "doctype": doc.doctype,
        "name": str(doc["name"]),
        "entry": name,
        "causes": [*ctx.causes, step(rule, doc.doctype, str(doc["name"]))],
    }
    enqueue(ctx, TASK, arguments, key=key or f"automation {name}")


def listeners_of_rules(rules: Iterable[Rule]) -> list[Listener]:
    """The listeners of enabled rules: a DocType without rules has none."""
    by_doctype: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: (-rule.priority, rule.record, rule.name)):
        if rule.trigger.kind in HAPPENED or rule.trigger.kind == "Deleted":
            by_doctype.setdefault(rule.doctype, []).append(rule)
    return [
        Listener("core", doctype, event, handler)
        for doctype, found in by_doctype.items()
        for event, handler in handlers_of(Watcher(tuple(found))).items()
    ]


def handlers_of(watcher: Watcher) -> Mapping[str, Callable[[Context, Document], None]]:
    return {
        "before_validate": watcher.decide_cancelling,
        "validate": watcher.decide,
        "on_change": watcher.follow,
        "after_delete": watcher.gone,
    }
