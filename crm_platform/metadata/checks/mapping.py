"""Checks of a workflow's state mapping: where documents go that are in a state which the workflow no longer has."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, fault
from crm_platform.metadata.checks.workflows import of_workflow
from crm_platform.metadata.model import DocType, Workflow


def _missing_targets(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    for old, new in workflow.becomes.items():
        if new not in workflow.statuses:
            yield fault(state=old, next=new)


def _still_there(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    return (fault(state=old) for old in workflow.becomes if old in workflow.statuses)


CHECKS = (
    Check(
        "D823",
        of_workflow(_missing_targets),
        "The workflow {workflow} moves documents from {state} to {next}, a state that it does not have.",
        "Choose one of its states.",
    ),
    Check(
        "D824",
        of_workflow(_still_there),
        "The workflow {workflow} moves documents out of {state}, which is one of its states.",
        "Take the row out of the mapping, or the state out of the workflow.",
    ),
)
