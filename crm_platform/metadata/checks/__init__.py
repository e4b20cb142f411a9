"""All coded checks of definitions in one table, and running them: every fault at once, errors and warnings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from crm_platform.metadata.checks import (
    conditions,
    engine,
    fetching,
    fields,
    links,
    names,
    naming,
    permissions,
    views,
    workflows,
)
from crm_platform.metadata.checks.check import Check, World
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.problems import Problem

CHECKS: tuple[Check, ...] = (
    *names.CHECKS,
    *fields.CHECKS,
    *links.CHECKS,
    *fetching.CHECKS,
    *naming.CHECKS,
    *permissions.CHECKS,
    *views.CHECKS,
    *conditions.CHECKS,
    *workflows.CHECKS,
    *engine.CHECKS,
)


def check(
    merged: Merged, roles: Collection[str] | None = None, only: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Every problem of the merged definitions: those found while merging, then those of the coded checks.

    `roles` are the known role names (None: not known, so nothing is said about them); `only` limits the answer to
    these DocTypes, for a change that touches no other.
    """
    world = World(merged.definitions, None if roles is None else frozenset(roles))
    found = (*merged.problems, *_run(merged, world, merged.definitions if only is None else only))
    return tuple(problem for problem in found if only is None or problem.doctype in only)


def _run(merged: Merged, world: World, names: Collection[str]) -> Iterator[Problem]:
    for name in names:
        if name not in merged.definitions:
            continue
        for rule in CHECKS:
            for problem in rule.run(merged.definitions[name], world):
                yield replace(
                    problem, source=merged.parts[name].source_of(problem.fieldname, "workflow" in problem.params)
                )
