"""All coded checks of definitions in one table, and running them: every fault at once, errors and warnings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from crm_platform.metadata.checks import (
    alone,
    approvals,
    conditions,
    engine,
    fetching,
    fields,
    figures,
    links,
    mapping,
    names,
    naming,
    permissions,
    readers,
    rollups,
    sensitivity,
    views,
    workflows,
)
from crm_platform.metadata.checks.check import Check, World
from crm_platform.metadata.merge import Merged
from crm_platform.metadata.model import Definitions
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
    *rollups.CHECKS,
    *figures.CHECKS,
    *sensitivity.CHECKS,
    *workflows.CHECKS,
    *approvals.CHECKS,
    *alone.CHECKS,
    *mapping.CHECKS,
    *engine.CHECKS,
)


def check(
    merged: Merged, roles: Collection[str] | None = None, only: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Every problem of the merged definitions: those found while merging, then those of the coded checks.

    `roles` are the known role names (None: not known, so nothing is said about them); `only` limits the answer to
    these DocTypes, for a change that touches no other, and to roll-ups that gather from them.
    """
    world = World(merged.definitions, None if roles is None else frozenset(roles))
    if only is None:
        return (*merged.problems, *_run(merged, world, merged.definitions, CHECKS))
    found = (*merged.problems, *_run(merged, world, only, CHECKS))
    gathering = rollups.gathering_from(merged.definitions, only)
    touched = tuple(problem for problem in found if problem.doctype in only)
    return (*touched, *_run(merged, world, gathering - set(only), rollups.CHECKS))


def deprived_by(old: Definitions, new: Definitions) -> list[Problem]:
    """The faults that a change brings to definitions which it does not touch: what they read is not there any more."""
    return readers.deprived(old, new, CHECKS)


def _run(merged: Merged, world: World, names: Collection[str], checks: Iterable[Check]) -> Iterator[Problem]:
    for name in names:
        if name not in merged.definitions:
            continue
        for rule in checks:
            for problem in rule.run(merged.definitions[name], world):
                parts = merged.parts[name]
                is_of_workflow = "workflow" in problem.params
                source = parts.source_of_workflow if is_of_workflow else parts.source_of(problem.fieldname)
                yield replace(problem, source=source)
