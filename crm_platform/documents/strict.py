"""Conditions that somebody has just written must work; of those that files of Frappe apps bring it is only warned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from crm_platform.metadata.checks import check
from crm_platform.metadata.problems import Problem

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

CONDITIONS = frozenset({"D701", "D703", "D813", "D814"})
"""Conditions of fields and transitions that are beyond the expression language, or read a field that is not there."""

BEYOND = frozenset({"D701", "D813"})
REMEDY = "Correct the condition."


def strict(ctx: Context, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a draft; a condition that it brings and that cannot work is an error.

    `ctx` is that of the present model: what it has already stays a warning, since the draft has not written it.
    """
    found = list(problems)
    doctypes = {one.doctype for one in found if one.id in CONDITIONS}
    if not doctypes:
        return found
    present = {_told(one) for one in check(ctx.runtime.merge(ctx.connection), only=doctypes & ctx.definitions.keys())}
    return [_as_error(one) if one.id in CONDITIONS and _told(one) not in present else one for one in found]


def _as_error(problem: Problem) -> Problem:
    """What is refused is not kept, as the remedy of the warning would have it."""
    return replace(problem, level="error", remedy=REMEDY if problem.id in BEYOND else problem.remedy)


def _told(problem: Problem) -> tuple[str, str]:
    return problem.id, problem.message()
