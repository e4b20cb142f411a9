"""Dead ends of a workflow: states that nobody reaches or leaves, found without running it."""

from __future__ import annotations

from collections.abc import Iterable

from crm_platform.metadata.model import Workflow


def faults_of(workflow: Workflow) -> list[str]:
    """One sentence for each state that is not reached from the first one, or from which no end is reached."""
    steps = [(row.state, row.next_state) for row in workflow.transitions]
    states = [row.state for row in workflow.states]
    reached = _closure(states[:1], steps)
    ends = set(states) - {start for start, _ in steps}
    ending = _closure(ends, [(after, before) for before, after in steps])
    lost = [f"{workflow.name}: no transition leads to {state}." for state in states if state not in reached]
    stuck = [f"{workflow.name}: {state} never comes to an end." for state in states if ends and state not in ending]
    return lost + stuck


def _closure(starts: Iterable[str], steps: Iterable[tuple[str, str]]) -> set[str]:
    """All states that `steps` lead to."""
    found: set[str] = set()
    waiting = list(starts)
    edges = list(steps)
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [after for before, after in edges if before == state]
    return found
