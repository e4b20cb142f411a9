"""What happens when a rule's record is saved: it is checked, gets its next revision, and every process loads it."""

from __future__ import annotations

from crm_platform.automation.checks.rule import check_rule
from crm_platform.automation.rule import RULE
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.events import Handler, Listener, listeners_of
from crm_platform.documents.modelling import bump


def next_revision(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the context
    """Each change of a rule is another version of it."""
    doc["revision"] = int(doc.before.get("revision", 1)) + 1 if doc.before is not None else 1


def count_from_now(ctx: Context, doc: Document) -> None:
    """A rule about dates looks at what comes after it was switched on or changed."""
    doc["checked_until"] = ctx.now()


def changed(ctx: Context, doc: Document) -> None:  # noqa: ARG001 a listener takes the document
    """Rules are part of the model."""
    bump(ctx)


LOADED: dict[str, Handler] = {"on_update": changed, "after_delete": changed, "after_rename": changed}

RULES: list[Listener] = [
    Listener("core", RULE, "before_validate", next_revision),
    Listener("core", RULE, "before_validate", count_from_now),
    Listener("core", RULE, "validate", check_rule),
]

LISTENERS: tuple[Listener, ...] = (*RULES, *listeners_of("core", {RULE: LOADED}))
