"""Plans that take long or are put off, as jobs: with progress, cancelled, taken up after a kill."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from crm_platform.access.privilege import is_manager
from crm_platform.database.interface import Database, Step
from crm_platform.documents import drafts, modelling, rollback
from crm_platform.documents.carrying_out import is_lossy
from crm_platform.documents.context import Context
from crm_platform.documents.drafts import Draft
from crm_platform.documents.overtaking import refuse_overtaken
from crm_platform.documents.plans import Key
from crm_platform.documents.rollback import TakenBack
from crm_platform.documents.wire import plain
from crm_platform.errors import PermissionError, ValidationError
from crm_platform.jobs.job import Job, JobCancelled
from crm_platform.jobs.queue import enqueue
from crm_platform.jobs.tables import FAILED, JOB, QUEUED, RUNNING
from crm_platform.jobs.task import Task
from crm_platform.metadata.loader import read_records
from crm_platform.metadata.problems import refuse

APPLY = "core:apply_plan"
ROLL_BACK = "core:roll_back_plan"
LONGEST = 6 * 3600.0
"""Seconds that one preparation may take."""
FARTHEST = timedelta(days=30)
"""How far ahead a plan is put off at most: the later, the less it fits what was looked at."""


def apply_task(back_up: Callable[[], str]) -> Task:
    """The task of such jobs; `back_up` is called before something is given up, as the one who asked has accepted."""

    def run(
        job: Job, *, definitions: list[Any], removed: list[Any], title: str, as_of: int | None = None
    ) -> dict[str, Any]:
        if job.row["result"]:
            done: dict[str, Any] = orjson.loads(job.row["result"])
            return done
        draft = draft_of(definitions, removed)
        job.read(lambda ctx: refuse_overtaken(ctx, draft.written(ctx), as_of))
        found = job.write(lambda ctx: drafts.preview(require_manager(ctx, draft), draft))
        refuse(found.problems)
        if is_lossy(found.steps):
            back_up()
        prepare(job, found.steps)
        return job.write(lambda ctx: _switch_once(ctx, job, draft, title, as_of))

    return Task(APPLY, run, steps=True, time_limit=LONGEST, cancellable=True, pauses=(1.0, 10.0))


def apply_later(ctx: Context, draft: Draft, arguments: Mapping[str, Any], at: str = "") -> str:
    """Queue the job that applies a draft, for the moment `at` in the site's time zone (empty: as soon as can be).

    `arguments` are those of the task. Returns the job's id. Raises ValidationError for what is no moment to come,
    TimestampMismatchError for what others changed already.
    """
    refuse_overtaken(ctx, draft.written(ctx), arguments["as_of"])
    return enqueue(ctx, APPLY, arguments, delay=_moment(ctx, at) - ctx.now() if at else timedelta())


def _moment(ctx: Context, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError("{text} is not a valid date and time. Write it as YYYY-MM-DD HH:MM.", text=text) from None
    moment = found.replace(tzinfo=found.tzinfo or ctx.runtime.zone).astimezone(UTC)
    if not ctx.now() < moment < ctx.now() + FARTHEST:
        raise ValidationError("Choose a moment in the next {days} days.", days=FARTHEST.days)
    return moment


def waiting(ctx: Context) -> list[dict[str, Any]]:
    """Plans that jobs apply or take back: queued for later, at work now, or failed. The first asked for comes first."""
    require_manager(ctx)
    rows = [row for state in (QUEUED, RUNNING, FAILED) for row in ctx.connection.fetch(JOB, {"state": state})]
    plans = [row for row in rows if row["task"] in (APPLY, ROLL_BACK)]
    return [_waiting(ctx, row) for row in sorted(plans, key=lambda row: (row["created"], row["id"]))]


def _waiting(ctx: Context, row: Mapping[str, Any]) -> dict[str, Any]:
    arguments = orjson.loads(row["arguments"])
    told = {name: row[name] for name in ("id", "state", "user", "error")}
    due = plain(row["due"], ctx.runtime.zone) if row["state"] == QUEUED else None
    return {**told, "due": due, "title": arguments.get("title", ""), "plan": arguments.get("plan")}


def roll_back_task() -> Task:
    """The task of taking a plan back, newer ones before it. Taken up after a kill, it goes on with those that stand."""

    def run(job: Job, *, plan: int) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = orjson.loads(job.row["result"] or b"[]")
        if any(one["plan"] == plan for one in taken):
            return taken
        for number in job.read(lambda ctx: [one.id for one in rollback.back_to(require_manager(ctx), plan)]):
            prepare(job, job.write(lambda ctx: rollback.steps_back(require_manager(ctx))))
            taken = job.write(partial(_take_back, job=job, number=number, taken=taken))
        return taken

    return Task(ROLL_BACK, run, steps=True, time_limit=LONGEST, cancellable=True, pauses=(1.0, 10.0))


def _take_back(ctx: Context, job: Job, number: int, taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The result grows with each plan: a job that is done again after a kill finds what it has taken back, and a
    cancelled one tells it."""
    done = [*taken, taken_back(ctx, rollback.rollback(require_manager(ctx), number))]
    job.hold(ctx, result=orjson.dumps(done).decode())
    return done


def taken_back(ctx: Context, found: TakenBack) -> dict[str, Any]:
    """What was done with one plan, and why some of its records stayed as they are."""
    return {"plan": found.plan.id, "title": found.plan.title, "kept": [error.message(ctx._) for error in found.kept]}


def prepare(job: Job, steps: Sequence[Step]) -> None:
    """Prepare with progress; what a cancelled job has prepared is taken away."""
    database, done = job.runtime.database, 0
    total = rows_to_prepare(database, steps)

    def counted(rows: int) -> None:
        nonlocal done
        done = min(done + rows, total)
        job.progress(100 * done / max(total, 1), "{done} of {total}", done=done, total=total)

    try:
        database.prepare(steps, counted)
        job.check()
    except JobCancelled:
        database.sweep(timedelta(), only=steps)
        raise


_BY_ROWS = frozenset({"convert column", "fill column", "add index", "add unique"})


def rows_to_prepare(database: Database, steps: Sequence[Step]) -> int:
    """How many rows preparing the steps works through."""
    return sum(one.rows for one in database.forecast(steps) if one.step.action in _BY_ROWS)


def _switch_once(ctx: Context, job: Job, draft: Draft, title: str, as_of: int | None) -> dict[str, Any]:
    """The result is written with the switch: a job that is done again after a kill finds it."""
    done = switch(require_manager(ctx, draft), draft, title, as_of)
    job.hold(ctx, result=orjson.dumps(done).decode())
    return done


def switch(ctx: Context, draft: Draft, title: str, as_of: int | None = None) -> dict[str, Any]:
    """Make the draft live in this transaction; a record that is refused takes all of it back.

    Raises TimestampMismatchError for what others changed since the plan `as_of`."""
    modelling.hold(ctx)
    refuse_overtaken(ctx, draft.written(ctx), as_of)
    outcome = drafts.apply(ctx, draft, "api", title)
    for refusal in outcome.records.left_out:
        raise refusal
    return {"plan": outcome.number, "ignored": outcome.records.unknown}


def draft_of(definitions: list[Any], removed: list[Any]) -> Draft:
    """The draft that a client sends. Raises DefinitionError with every fault of the bodies, ValidationError."""
    loaded = read_records(definitions, "draft")
    refuse(loaded.problems)
    return Draft(loaded.definitions, keys(removed))


def keys(removed: Sequence[Any]) -> list[Key]:
    """Kind and name of each definition that goes. Raises ValidationError."""
    pairs = [(pair[0], pair[1]) for pair in removed if isinstance(pair, list) and len(pair) == 2]
    if len(pairs) != len(removed) or not all(isinstance(part, str) for pair in pairs for part in pair):
        raise ValidationError('"removed" must be a list of pairs of a kind and a name.')
    return pairs


def require_manager(ctx: Context, draft: Draft = Draft()) -> Context:  # noqa: B008 frozen
    """The Context of somebody who may change the definitions of `draft`. Raises PermissionError."""
    if not is_manager(ctx):
        raise PermissionError("Only a System Manager may change definitions.")
    for kind in {one.kind for one in draft.definitions} | {kind for kind, _ in draft.removed}:
        meta = ctx.definitions.get(kind)
        if meta is not None and not meta.istable and not ctx.policy.allows(meta, "create"):
            raise PermissionError("Insufficient Permission for {doctype} ({action})", doctype=kind, action="create")
    return ctx
