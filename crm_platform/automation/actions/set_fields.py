"""Set Fields: values or computed values for fields of the document itself."""

from __future__ import annotations

from functools import partial

from crm_platform.automation.rule import Action
from crm_platform.automation.run import Effect, Run
from crm_platform.automation.showing import shown_in
from crm_platform.documents.guards import coerce_standard
from crm_platform.documents.policy import AllowAll
from crm_platform.errors import PermissionError, WorkflowPermissionError
from crm_platform.metadata.model import Field


def plan(run: Run, action: Action) -> list[Effect]:
    """An effect for each field whose value would change."""
    doc = run.doc
    effects = []
    for name, given in run.values(action.table("field_values")).items():
        field = doc.meta.by_name[name]
        value = coerce_standard(field, given, run.ctx)
        if value == doc[name]:
            continue
        _check_state(run, field)
        _check_level(run, field)
        sentence = run.ctx._("{field} is set to {value}.", field=name, value=shown_in(field, value))
        effects.append(Effect(sentence, partial(doc.set, name, value)))
    return effects


def _check_state(run: Run, field: Field) -> None:
    """A workflow may have come after the rule: nobody's rule takes an action for which persons must stand."""
    workflow = run.ctx.definitions.workflows.get(run.doc.doctype)
    if workflow is not None and workflow.state_field == field.fieldname:
        raise WorkflowPermissionError(
            "{field} is changed by the actions of the workflow only.", field=field.label or field.fieldname
        )


def _check_level(run: Run, field: Field) -> None:
    """With a user's rights a rule sets what that user may set."""
    if not field.permlevel or isinstance(run.ctx.policy, AllowAll):
        return
    if field.permlevel not in run.ctx.policy.levels(run.doc.meta, "write", run.doc):
        raise PermissionError("{label} cannot be set by you.", label=field.label or field.fieldname)
