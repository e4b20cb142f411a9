"""Taking an applied plan back: the former definitions, the values of hidden and parked columns, the former records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_platform.database.schema import Step
from crm_platform.documents import modelling, plans, records, states
from crm_platform.documents.plans import Applied, Bodies
from crm_platform.documents.undoing import undone
from crm_platform.errors import CRMError, ValidationError
from crm_platform.metadata.problems import refuse
from crm_platform.metadata.records import MODEL_KINDS

if TYPE_CHECKING:
    from crm_platform.documents.context import Context


@dataclass(frozen=True)
class TakenBack:
    """What a rollback did: the plan, the steps, and why some records stayed as they are."""

    plan: Applied
    steps: Sequence[Step]
    kept: Sequence[CRMError]


def newest(ctx: Context) -> Applied:
    """The plan that is taken back first. Raises ValidationError when there is none."""
    found = plans.standing(ctx)
    if not found:
        raise ValidationError("There is no applied plan to take back.")
    return found[0]


def back_to(ctx: Context, number: int) -> list[Applied]:
    """The plans to take back, in order, so that `number` is the last of them: it and all newer ones.

    Raises DoesNotExistError, and ValidationError when it was taken back already.
    """
    wanted = plans.find(ctx, number)
    if wanted.rolled_back_at is not None:
        raise ValidationError("The plan {id} was taken back already.", id=number)
    return [plan for plan in plans.standing(ctx) if plan.id >= number]


def rollback(ctx: Context, number: int | None = None) -> TakenBack:
    """Take back the newest applied plan: former definitions, hidden and parked columns with their values, records.

    `number` is the plan that the caller takes for the newest. Raises ValidationError when there is none or another is,
    DefinitionError when the former definitions do not fit any more.
    """
    modelling.hold(ctx)
    plan = newest(ctx)
    if number not in (None, plan.id):
        raise ValidationError("Plan {newest} is newer than plan {id}. Take it back first.", id=number, newest=plan.id)
    kept = records.restore(ctx, _records(plan.before), _records(plan.after))
    changes = _model(plan.before)
    steps: Sequence[Step] = ()
    if changes:
        planned = modelling.stage(ctx, changes, plan.parked)
        refuse(planned.problems)
        steps = planned.steps
        ctx.runtime.database.apply(ctx.connection, steps)
        former = ctx.with_definitions(planned.merged.definitions)
        states.move_back(former, ctx.definitions, plan)
        modelling.catch_up(former, ctx.definitions)
        modelling.show_changes(former, changes, planned.merged)
        kept = records.restore(former, _records(plan.before), _records(plan.after)) if kept else kept
    plans.mark_rolled_back(ctx, plan)
    return TakenBack(plan, steps, kept)


def steps_back(ctx: Context) -> Sequence[Step]:
    """The steps that taking back the newest plan will need; nothing is changed."""
    plan = newest(ctx)
    changes = _model(plan.before)
    return undone(ctx, lambda: modelling.stage(ctx, changes, plan.parked).steps) if changes else ()


def _model(bodies: Bodies) -> Bodies:
    return {key: body for key, body in bodies.items() if key[0] in MODEL_KINDS}


def _records(bodies: Bodies) -> Bodies:
    return {key: body for key, body in bodies.items() if key[0] not in MODEL_KINDS}
