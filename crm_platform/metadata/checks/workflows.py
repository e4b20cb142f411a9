"""Checks of the active workflow of a DocType: states, transitions, document status, roles and conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.metadata.checks.check import Check, Fault, Find, World, fault
from crm_platform.metadata.checks.conditions import unknown_fields
from crm_platform.metadata.checks.flow import can_hold, leading_to, reached
from crm_platform.metadata.model import DocType, Transition, Workflow

ALLOWED_MOVES = frozenset({(0, 0), (0, 1), (1, 1), (1, 2)})
"""Moves of the document status that a transition may make (Frappe's rule)."""


def of_workflow(rule: Callable[[Workflow, DocType, World], Iterable[Fault]]) -> Find:
    """The search in the DocType's active workflow, if it has one."""

    def find(doctype: DocType, world: World) -> Iterator[Fault]:
        workflow = world.definitions.workflows.get(doctype.name)
        for found in rule(workflow, doctype, world) if workflow else ():
            yield fault(found.fieldname, workflow=workflow.name if workflow else "", **found.params)

    return find


def _per_transition(rule: Callable[[Transition, Workflow], bool]) -> Find:
    def search(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
        for row, transition in enumerate(workflow.transitions, 1):
            if rule(transition, workflow):
                yield fault(row=row, state=transition.state, action=transition.action, next=transition.next_state)

    return of_workflow(search)


def _without_states(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    if not any(state.state for state in workflow.states):
        yield fault()


def _twin_states(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    """Frappe allows a state twice, with one row for each role that may edit; its document status must be one."""
    counts = Counter({(state.state, state.doc_status) for state in workflow.states})
    names = Counter(name for name, _status in counts)
    return (fault(state=name) for name, count in names.items() if count > 1)


def _unknown_state(transition: Transition, workflow: Workflow) -> bool:
    known = workflow.statuses
    return transition.state not in known or transition.next_state not in known


def _forbidden_move(transition: Transition, workflow: Workflow) -> bool:
    statuses = workflow.statuses
    move = (statuses.get(transition.state), statuses.get(transition.next_state))
    return None not in move and move not in ALLOWED_MOVES


def _unreachable_states(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    there = reached(workflow, can_hold)
    return (fault(state=name) for name in workflow.statuses if name not in there)


def _dead_ends(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    """Drafts that nothing leads out of, and those that only go round among themselves."""
    left = {transition.state for transition in workflow.transitions if can_hold(transition)}
    ends = {name for name, status in workflow.statuses.items() if status or name not in left}
    on_the_way = leading_to(workflow, ends)
    for name, status in workflow.statuses.items():
        if doctype.is_submittable and status == 0 and (name not in left or name not in on_the_way):
            yield fault(state=name)


def _status_of_unsubmittable(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    for state in workflow.states:
        if state.doc_status and not doctype.is_submittable:
            yield fault(state=state.state)


def _odd_status(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    return (fault(state=state.state) for state in workflow.states if state.doc_status not in (0, 1, 2))


def _unknown_roles(workflow: Workflow, _doctype: DocType, world: World) -> Iterator[Fault]:
    if world.roles is None:
        return
    used = {state.allow_edit for state in workflow.states} | {t.allowed for t in workflow.transitions}
    yield from (fault(role=role) for role in sorted(used - world.roles - {""}))


def _updates_of_missing_fields(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    for state in workflow.states:
        if state.update_field and state.update_field not in doctype.columns:
            yield fault(state.update_field, state=state.state)


def _bad_state_field(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    field = doctype.field(workflow.state_field)
    if field is None or field.fieldtype not in ("Link", "Data", "Select", "Read Only"):
        yield fault(workflow.state_field)


def _bad_conditions(workflow: Workflow, _doctype: DocType, _world: World) -> Iterator[Fault]:
    for transition in workflow.transitions:
        try:
            expressions.compile(transition.condition or "1")
        except ExpressionError as error:
            yield fault(state=transition.state, action=transition.action, reason=error)


def _conditions_on_missing_fields(workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    for transition in workflow.transitions:
        for missing in unknown_fields(doctype, transition.condition or "1"):
            yield fault(missing, state=transition.state, action=transition.action)


def _on_wrong_kind(_workflow: Workflow, doctype: DocType, _world: World) -> Iterator[Fault]:
    if doctype.istable or doctype.issingle:
        yield fault()


CHECKS = (
    Check(
        "D801",
        of_workflow(_without_states),
        "The workflow {workflow} has no states.",
        "Add the states that a document passes through; the first is that of a new document.",
    ),
    Check(
        "D802",
        of_workflow(_twin_states),
        "The workflow {workflow} gives the state {state} two document statuses.",
        "Give each state one document status.",
    ),
    Check(
        "D803",
        _per_transition(_unknown_state),
        "The workflow {workflow}: the transition {action} from {state} to {next} names a state that it does not have.",
        "Add the state to the workflow or correct the transition.",
    ),
    Check(
        "D804",
        _per_transition(_forbidden_move),
        "The workflow {workflow}: {action} from {state} to {next} makes a forbidden move of the document status.",
        "A draft may be submitted and a submitted document cancelled; nothing goes back, and drafts are not cancelled.",
    ),
    Check(
        "D805",
        of_workflow(_unreachable_states),
        "The workflow {workflow}: no transition leads to the state {state}.",
        "Add a transition to it or remove it.",
        "warning",
    ),
    Check(
        "D806",
        of_workflow(_dead_ends),
        "The workflow {workflow}: a document in the state {state} stays a draft for ever.",
        "Add a transition out of it, unless it is meant to end there.",
        "warning",
    ),
    Check(
        "D827",
        _per_transition(lambda transition, _: not can_hold(transition)),
        "The workflow {workflow}: the condition of {action} from {state} holds for no document.",
        "Correct the condition, or remove the transition.",
        "warning",
    ),
    Check(
        "D807",
        of_workflow(_status_of_unsubmittable),
        "The workflow {workflow}: the state {state} submits documents, but {doctype} is not submittable.",
        "Make {doctype} submittable or set the document status to 0.",
    ),
    Check(
        "D808",
        of_workflow(_odd_status),
        "The workflow {workflow}: the document status of {state} is not 0, 1 or 2.",
        "Choose 0 (draft), 1 (submitted) or 2 (cancelled).",
    ),
    Check(
        "D809",
        _per_transition(lambda transition, _: not transition.allowed),
        "The workflow {workflow}: the transition {action} from {state} names no role.",
        "Choose the role that may take it.",
    ),
    Check(
        "D810",
        of_workflow(_unknown_roles),
        "The workflow {workflow} names the role {role}, which is not there.",
        "Add the role or correct its name.",
        "warning",
    ),
    Check(
        "D811",
        of_workflow(_updates_of_missing_fields),
        "The workflow {workflow}: the state {state} sets the field {field}, which {doctype} does not have.",
        "Choose a field of {doctype}.",
    ),
    Check(
        "D812",
        of_workflow(_bad_state_field),
        "The workflow {workflow} keeps its state in {field}, which holds no text.",
        "Choose a Link field to Workflow State.",
    ),
    Check(
        "D813",
        of_workflow(_bad_conditions),
        "The workflow {workflow}: the condition of {action} from {state} is beyond the expression language: {reason}",
        "The condition is kept and the transition stays closed; rewrite it to use it.",
        "warning",
    ),
    Check(
        "D814",
        of_workflow(_conditions_on_missing_fields),
        "The workflow {workflow}: the condition of {action} from {state} reads the field {field}, which is not there.",
        "Correct the name of the field.",
        "warning",
    ),
    Check(
        "D815",
        of_workflow(_on_wrong_kind),
        "The workflow {workflow} is for {doctype}, a child table or Single.",
        "Workflows are for DocTypes with documents of their own.",
    ),
    Check(
        "D816",
        _per_transition(lambda transition, _: not transition.action),
        "The workflow {workflow}: the transition from {state} to {next} has no action.",
        "Name the action that the button shows.",
    ),
)
