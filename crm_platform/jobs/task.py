"""A task: a function that jobs run, with what it needs of the worker. `@task` makes one of a plain function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

PAUSES = (10, 60, 300, 1800, 7200)
"""Seconds before the second and later attempts; after the last one the job is parked as failed."""

TIME_LIMIT = 300.0
"""Seconds that one attempt may take before the supervisor ends its worker."""

Function = Callable[..., Any]


@dataclass(frozen=True)
class Task:
    """What a job of this `name` does.

    A plain task is `function(ctx, **arguments)` in one transaction: its effects in the database and the end of the job
    are committed together, so they happen once. It must be short, and may not talk to other machines. A task with
    `steps` is `function(job, **arguments)`: it makes its own transactions by `job.read(work)` and `job.write(work)`,
    tells by `job.progress(percent, sentence)` how far it is, and may do slow work between them (see jobs.job.Job).

    `pauses` are the seconds before each further attempt after a failure (none: one attempt), `time_limit` the seconds
    of one attempt, `key` the template of an idempotency key over the arguments ("remind {customer}"), `cancellable`
    whether the user of a job may cancel it (a System Manager may cancel any).
    """

    name: str
    function: Function
    steps: bool = False
    pauses: tuple[float, ...] = PAUSES
    time_limit: float = TIME_LIMIT
    key: str = ""
    cancellable: bool = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Do the work here and now, without a job."""
        return self.function(*arguments, **named)

    def key_of(self, arguments: Mapping[str, Any]) -> str:
        """The idempotency key of a job with these arguments; empty when the task has none."""
        return f"{self.name} {self.key.format(**arguments)}" if self.key else ""


def task(name: str, **options: Any) -> Callable[[Function], Task]:
    """Make a Task of a function. `name` is "core:…" in the engine and "<pack's id>:…" in a pack; `options` are the
    further fields of Task."""

    def make(function: Function) -> Task:
        return Task(name, function, **options)

    return make


Tasks = Callable[[], Mapping[str, Function]]
"""Gives the tasks that there are now by name; a plain function is a task with the usual options."""


def find(tasks: Tasks, name: str) -> Task | None:
    """The task of this name, if anybody brings it."""
    function = tasks().get(name)
    return function if function is None or isinstance(function, Task) else Task(name, function)
