"""Definitions that lose what they read: faults which only a change elsewhere can have caused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from crm_platform.metadata.checks.check import Check, World
from crm_platform.metadata.model import Definitions, DocType
from crm_platform.metadata.problems import Problem

READING = frozenset(
    {
        *("D301", "D305", "D322", "D323"),
        *("D401", "D402", "D403", "D601", "D602", "D603", "D604", "D605", "D606"),
        *("D703", "D713", "D714", "D715", "D716", "D717"),
        *("D811", "D812", "D814", "D819", "D821"),
    }
)
"""Checks of what a definition reads of others: fields, DocTypes, links, columns of a view."""

OF_DOCTYPE = ("D4", "D6")
"""The checks whose reader is the DocType itself: its naming, its view."""


REMEDY = "Change that first, or make both changes in one plan."


def deprived(old: Definitions, new: Definitions, checks: Sequence[Check]) -> list[Problem]:
    """The faults of definitions that did not change themselves and had none before, as errors with their own remedy."""
    rules = [rule for rule in checks if rule.id in READING]
    before = {_key(problem) for _, problem in _faults(old, rules)}
    return [
        replace(problem, level="error", remedy=REMEDY)
        for doctype, problem in _faults(new, rules)
        if _key(problem) not in before and _reader(old, doctype.name, problem) == _reader(new, doctype.name, problem)
    ]


def _faults(definitions: Definitions, rules: Sequence[Check]) -> Iterator[tuple[DocType, Problem]]:
    world = World(definitions)
    for doctype in definitions.values():
        for rule in rules:
            for problem in rule.run(doctype, world):
                yield doctype, problem


def _key(problem: Problem) -> tuple[str, str, str, str]:
    return problem.id, problem.doctype, problem.fieldname, problem.message()


def _reader(definitions: Definitions, name: str, problem: Problem) -> Any:
    """What the definition that reads says of itself; None when it is not there."""
    doctype = definitions.get(name)
    if doctype is None:
        return None
    if "workflow" in problem.params:
        workflow = definitions.workflows.get(name)
        return (workflow.states, workflow.transitions, workflow.tiers) if workflow else None
    if problem.id.startswith(OF_DOCTYPE):
        return dict(doctype.properties)
    field = doctype.field(problem.fieldname)
    return dict(field.properties) if field is not None else None
