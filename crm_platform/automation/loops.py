"""Loop protection: rules that set each other off without end are stopped, with a sentence that spells the ring out."""

from __future__ import annotations

from datetime import timedelta

from crm_platform.automation.rule import Rule
from crm_platform.database.conditions import Compare, all_of
from crm_platform.database.query import Query
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document

LONGEST = 8
"""Steps of a chain of rules, each set off by what the one before it did."""

PER_MINUTE = 20
"""Runs of one rule on one document within a minute, whatever set them off: a ring may lead through the outside."""

MINUTE = timedelta(minutes=1)


def step(rule: Rule, doctype: str, name: str) -> str:
    """How a chain names one of its links."""
    return f"{rule.label} → {doctype} {name}"


def stopped(ctx: Context, rule: Rule, doc: Document) -> str:
    """The sentence that says why this run would be one too many; empty when it may go on."""
    own = step(rule, doc.doctype, doc["name"])
    if own in ctx.causes:
        ring = " ⇒ ".join((*ctx.causes[ctx.causes.index(own) :], own))
        return ctx._("Stopped: the rules set each other off in a ring: {ring}", ring=ring)
    if len(ctx.causes) >= LONGEST:
        chain = " ⇒ ".join(ctx.causes)
        return ctx._("Stopped: the chain of rules has more than {limit} steps: {chain}", limit=LONGEST, chain=chain)
    if _recent(ctx, rule, doc) >= PER_MINUTE:
        return ctx._("Stopped: the rule ran {limit} times on this document within a minute.", limit=PER_MINUTE)
    return ""


def _recent(ctx: Context, rule: Rule, doc: Document) -> int:
    """Runs of the rule on the document in the last minute, counted up to the limit."""
    where = all_of(
        Compare(("document_name",), "=", doc["name"]),
        Compare(("document_type",), "=", doc.doctype),
        Compare(("rule",), "=", rule.name),
        Compare(("rule_type",), "=", rule.record),
        Compare(("result",), "in", ("Queued", "Done")),
        Compare(("creation",), ">", ctx.now() - MINUTE),
    )
    return ctx.connection.count(Query(ctx.definitions["Automation Log"], where=where), cap=PER_MINUTE)
