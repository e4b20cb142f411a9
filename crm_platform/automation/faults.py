"""What a rule does wrong, as a sentence for the log or as the error that refuses a document."""

from __future__ import annotations

from functools import partial

from crm_platform.automation.rule import Rule
from crm_platform.documents.context import Context
from crm_platform.errors import CRMError, ValidationError


def sentence(ctx: Context, error: CRMError) -> str:
    """The error's message in the language of the caller."""
    return error.message(partial(ctx.runtime.translate, ctx.language))


def refusal(rule: Rule, reason: str) -> ValidationError:
    """For rules that refuse a document when they fail."""
    return ValidationError(
        "{record} {rule} failed and refuses the document: {reason}", record=rule.record, rule=rule.name, reason=reason
    )
