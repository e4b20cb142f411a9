"""Changing definitions from the browser: a draft is previewed, applied and taken back; the history tells who did what.

For System Managers. The command line does the same from files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from starlette.responses import Response

from crm_platform.api.call import Call
from crm_platform.api.methods import ApiMethod, Method, ShellMethod
from crm_platform.api.plan_jobs import (
    ROLL_BACK,
    apply_later,
    draft_of,
    keys,
    require_manager,
    switch,
    taken_back,
    waiting,
)
from crm_platform.api.replies import method_response
from crm_platform.database.interface import Forecast, Preparation, Step
from crm_platform.documents import drafts, plans, rollback
from crm_platform.documents.carrying_out import is_lossy, loss_told, losses, refuse_loss, takes_long
from crm_platform.documents.context import Context
from crm_platform.documents.drafts import Draft, Preview
from crm_platform.documents.overtaking import overtaken
from crm_platform.documents.plans import Applied
from crm_platform.documents.strict import strict
from crm_platform.documents.wire import plain
from crm_platform.errors import CRMError
from crm_platform.jobs.queue import enqueue
from crm_platform.metadata.loader import read_records
from crm_platform.metadata.problems import Problem, errors_of, refuse

T = TypeVar("T")
LISTED = 500
LONGEST_IDLE = 366 * 24 * 3600
"""Seconds after which everything counts as broken off."""

"""Plans that one answer lists at most."""


async def preview(
    call: Call,
    definitions: list[Any],
    removed: list[Any] = [],  # noqa: B006 never changed
    measured: bool = False,
    as_of: int | None = None,
) -> Response:
    """What a draft would do: changes, steps with risk, rows and seconds, records, problems. Changes nothing.

    `definitions` are JSON bodies as in files, `removed` pairs [kind, name] of definitions and records of the site;
    `measured` carries the steps out on a copy. `writers_wait` are the seconds for which nobody can save,
    `lasts` those until it is live: what is prepared beside the work takes longer than the `seconds` of a step at once.
    `as_of` is the plan that was the newest when the work on the draft began: what others did since then to the same
    definitions is a problem.
    """
    loaded = read_records(definitions, "draft")
    draft = Draft(loaded.definitions, keys(removed))
    found = await call.scope.write(lambda ctx: _previewed(ctx, draft))
    problems = [*loaded.problems, *found.problems]
    database = call.site.runtime.database
    steps = () if errors_of(problems) else found.steps
    lost = await _beside(call, lambda: losses(database, steps))
    refused: Sequence[CRMError] = await call.read(lambda ctx: _overtaken(ctx, draft, as_of))
    if not refused and not errors_of(problems):
        refused = await _refused(call, draft, steps)
    forecasts = await _beside(call, lambda: database.rehearse(steps) if measured else database.forecast(steps))
    return await _answer(
        call,
        lambda ctx: {
            "changes": [asdict(change) for change in found.changes],
            "steps": [_forecast(ctx, one) for one in forecasts],
            "writers_wait": database.writers_wait(forecasts),
            "lasts": database.lasts(forecasts),
            "records": [
                {"doctype": kind, "name": name, "is_new": outcome == "new"}
                for kind, name, outcome in found.records
                if outcome != "removed"
            ],
            "removed": [
                {"doctype": kind, "name": name} for kind, name, outcome in found.records if outcome == "removed"
            ],
            "problems": [
                *(_problem(ctx, one) for one in (*problems, *(loss_told(ctx, one) for one in lost))),
                *(_refusal(ctx, one) for one in refused),
            ],
        },
    )


async def apply(
    call: Call,
    definitions: list[Any],
    removed: list[Any] = [],  # noqa: B006 never changed
    title: str = "",
    accept_lossy: bool = False,
    at: str = "",
    as_of: int | None = None,
) -> Response:
    """Make a draft live as one plan: prepared beside the running work, switched in one transaction, all or nothing.

    Steps that lose something need `accept_lossy`; a backup is made before them. Answers the number of the plan (null:
    nothing changed), or the id of the job that does it when the preparation is long: follow it by crm.jobs.get.
    `at` is a moment to come, in the site's time zone: a job does it then, see crm.plan.waiting. `as_of` is the plan
    that was the newest when the work on the draft began: refused is what would overwrite what others did since then.
    """
    draft = draft_of(definitions, removed)
    found = await call.scope.write(lambda ctx: _previewed(ctx, draft))
    refuse(found.problems)
    database, lossy = call.site.runtime.database, is_lossy(found.steps)
    if lossy and not accept_lossy:
        await _beside(call, lambda: refuse_loss(database, found.steps))
    if bool(at) or await _beside(call, lambda: takes_long(database, found.steps)):
        arguments = {"definitions": definitions, "removed": removed, "title": title or draft.title, "as_of": as_of}
        job = await call.write(lambda ctx: apply_later(require_manager(ctx, draft), draft, arguments, at))
        return method_response({"plan": None, "job": job}, call.style)
    if lossy:
        await _beside(call, call.site.services.back_up)
    await _beside(call, lambda: database.prepare(found.steps))
    done = await call.write(lambda ctx: switch(require_manager(ctx, draft), draft, title, as_of))
    return method_response({**done, "job": None}, call.style)


async def roll_back(call: Call, plan: int) -> Response:
    """Take back the plan `plan` of the history, and before it all newer ones, each in a transaction of its own.

    Answers what was `taken` back, or the id of the `job` that does it when the preparation is long.
    """
    plans_back = await call.read(lambda ctx: rollback.back_to(require_manager(ctx), plan))
    database = call.site.runtime.database
    if await _beside(call, lambda: any(takes_long(database, one.steps) for one in plans_back)):
        job = await call.write(lambda ctx: enqueue(require_manager(ctx), ROLL_BACK, {"plan": plan}))
        return method_response({"taken": [], "job": job}, call.style)
    taken: list[dict[str, Any]] = []
    for number in [one.id for one in plans_back]:
        steps = await call.write(lambda ctx: rollback.steps_back(require_manager(ctx)))
        await _beside(call, partial(database.prepare, steps))
        taken.append(await call.scope.write(partial(_take_back, number=number)))
    return method_response({"taken": taken, "job": None}, call.style)


def _previewed(ctx: Context, draft: Draft) -> Preview:
    """What a draft of a person would do."""
    found = drafts.preview(require_manager(ctx, draft), draft)
    return replace(found, problems=strict(ctx, found.problems))


def _overtaken(ctx: Context, draft: Draft, as_of: int | None) -> Sequence[CRMError]:
    return () if as_of is None else overtaken(ctx, draft.written(ctx), as_of)


async def _refused(call: Call, draft: Draft, steps: Sequence[Step]) -> Sequence[CRMError]:
    """What else the draft would be refused for. What takes long is not tried out: writers would wait for it."""
    if await _beside(call, lambda: takes_long(call.site.runtime.database, steps)):
        return ()
    return await call.scope.write(lambda ctx: drafts.refusals(require_manager(ctx, draft), draft))


def _take_back(ctx: Context, number: int) -> dict[str, Any]:
    return taken_back(ctx, rollback.rollback(require_manager(ctx), number))


def history(ctx: Context, limit: int = 20) -> list[dict[str, Any]]:
    """The applied plans, the newest first: who, when, how, and which were taken back."""
    return [_listed(ctx, plan) for plan in plans.history(require_manager(ctx), limit=max(1, min(limit, LISTED)))]


def get(ctx: Context, plan: int) -> dict[str, Any]:
    """One applied plan with its difference: changes, steps, and each definition and record before and after."""
    found = plans.find(require_manager(ctx), plan)
    bodies = [
        {"doctype": kind, "name": name, "before": found.before[kind, name], "after": body}
        for (kind, name), body in found.after.items()
    ]
    steps = [_step(ctx, step) for step in found.steps]
    return {**_listed(ctx, found), "changes": found.changes, "steps": steps, "definitions": bodies}


async def preparations(call: Call) -> Response:
    """What plans have begun that no switch has taken over: at work now, or broken off. The same plan takes it up."""
    await call.read(require_manager)
    found = await _beside(call, call.site.runtime.database.unfinished)
    return method_response([_preparation(one) for one in found], call.style)


async def sweep(call: Call, idle: int = 300) -> Response:
    """Take away what broken-off plans have left, nobody having worked on it for `idle` seconds; answers what it was."""
    await call.read(require_manager)
    since = timedelta(seconds=min(max(idle, 0), LONGEST_IDLE))
    swept = await _beside(call, lambda: call.site.runtime.database.sweep(since))
    return method_response([_preparation(one) for one in swept], call.style)


async def _beside(call: Call, work: Callable[[], T]) -> T:
    """Run what takes long in a thread that no reader waits for; it opens its own transactions."""
    return await asyncio.get_running_loop().run_in_executor(call.site.preparing, work)


async def _answer(call: Call, shown: Callable[[Context], Any]) -> Response:
    """An answer with sentences in the caller's language."""
    return method_response(await call.read(shown), call.style)


def _listed(ctx: Context, plan: Applied) -> dict[str, Any]:
    zone = ctx.runtime.zone
    return {
        "plan": plan.id,
        "title": plan.title,
        "origin": plan.origin,
        "applied_at": plain(plan.applied_at, zone),
        "user": plan.user,
        "rolled_back_at": plain(plan.rolled_back_at, zone),
        "rolled_back_by": plan.rolled_back_by or None,
    }


def _step(ctx: Context, step: Step) -> dict[str, Any]:
    return {
        "action": step.action,
        "doctype": step.table.removeprefix("tab"),
        "fieldname": step.column,
        "risk": step.risk,
        "message": ctx._(step.template, **step.params),
    }


def _preparation(one: Preparation) -> dict[str, Any]:
    return {
        "action": one.action,
        "doctype": one.doctype,
        "fieldname": one.column,
        "begun": one.begun.isoformat(),
        "worked": one.worked.isoformat(),
    }


def _forecast(ctx: Context, one: Forecast) -> dict[str, Any]:
    return {**_step(ctx, one.step), "rows": one.rows, "seconds": one.seconds, "basis": one.basis}


def _problem(ctx: Context, problem: Problem) -> dict[str, Any]:
    return {
        "id": problem.id,
        "level": problem.level,
        "doctype": problem.doctype,
        "fieldname": problem.fieldname,
        "key": problem.key,
        "message": problem.message(ctx._),
        "remedy": problem.advice(ctx._),
    }


def _refusal(ctx: Context, error: CRMError) -> dict[str, Any]:
    """A refusal as a problem: its sentence names the record and tells the remedy."""
    return {
        "id": error.code,
        "level": "error",
        "doctype": "",
        "fieldname": "",
        "key": error.errors[0].field if error.errors else "",
        "message": error.message(ctx._),
        "remedy": "",
    }


METHODS: tuple[Method, ...] = (
    ShellMethod("crm.plan.preview", preview, writes=True, verbs=("POST",)),
    ShellMethod("crm.plan.apply", apply, writes=True, verbs=("POST",)),
    ShellMethod("crm.plan.rollback", roll_back, writes=True, verbs=("POST",)),
    ApiMethod("crm.plan.history", history),
    ApiMethod("crm.plan.get", get),
    ApiMethod("crm.plan.waiting", waiting),
    ShellMethod("crm.plan.preparations", preparations),
    ShellMethod("crm.plan.sweep", sweep, writes=True, verbs=("POST",)),
)
