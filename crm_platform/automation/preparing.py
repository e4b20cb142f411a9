"""Jobs in two steps: templates are filled before the transaction that writes, which then finds them filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from crm_platform.automation.outlets import Outlets, Render
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.errors import CRMError
from crm_platform.jobs.job import Job
from crm_platform.jobs.task import Task

Key = tuple[object, ...]


@dataclass
class Remembered:
    """Renders once: the same templates for the same reader and version of the document are not filled again."""

    render: Render
    filled: dict[Key, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, ctx: Context, doc: Document, sources: Mapping[str, str]) -> Mapping[str, str]:
        key = (ctx.user, doc.doctype, doc.get("name"), doc.get("modified"), *sorted(sources.items()))
        if key not in self.filled:
            self.filled[key] = self.render(ctx, doc, sources)
        return self.filled[key]


class Work(Protocol):
    """What a job does. `perform` does it at most once for the same arguments, however often it is called."""

    @property
    def prepare(self) -> Callable[..., None]:
        """(ctx, **arguments): fill the templates that `perform` is going to need; `ctx` cannot write."""

    @property
    def perform(self) -> Callable[..., None]:
        """(ctx, **arguments): the effects."""


def in_two_steps(name: str, outlets: Outlets, make: Callable[[Outlets], Work]) -> Task:
    """The task `name` of the work that `make` makes for each job."""

    def run(job: Job, **arguments: Any) -> None:
        work = make(replace(outlets, render=Remembered(outlets.render)))
        with suppress(CRMError):  # what cannot be prepared is told by `perform`
            job.read(lambda ctx: work.prepare(ctx, **arguments))
        job.write(lambda ctx: work.perform(ctx, **arguments))

    return Task(name, run, steps=True)
