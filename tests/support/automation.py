"""A site with rules: saving them, doing their jobs, and the ways out as lists that tests look into."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.app import create_application
from crm_platform.automation import escalation, sweeps
from crm_platform.automation.outlets import Outlets
from crm_platform.automation.tasks import SYSTEM_TASKS, automation_tasks
from crm_platform.documents.context import Context
from crm_platform.documents.document import Document
from crm_platform.documents.wire import to_wire
from crm_platform.jobs.schedules import Schedules
from crm_platform.jobs.task import Task
from crm_platform.jobs.worker import Worker
from crm_platform.testing import TestSite, make_site
from support.api_site import Api, Client
from support.clock import Clock
from support.offices import in_berlin
from support.soundness import require_sound


@dataclass
class Post:
    """Stands in for mail and webhooks: keeps what was queued. Templates are filled by {{ doc.field }} alone."""

    mails: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)

    def mail(self, ctx: Context, **letter: Any) -> str:  # noqa: ARG002 the Protocol
        self.mails.append(letter)
        return str(len(self.mails))

    def webhook(self, ctx: Context, name: str, doc: Document) -> None:  # noqa: ARG002 the Protocol
        self.calls.append((name, doc["name"]))

    def render(self, ctx: Context, doc: Document, sources: Mapping[str, str]) -> dict[str, str]:
        values = to_wire(ctx, doc)
        filled = dict(sources)
        for name, value in values.items():
            filled = {key: text.replace(f"{{{{ doc.{name} }}}}", str(value)) for key, text in filled.items()}
        return filled


class Ticking(Clock):
    """A clock that goes on by a microsecond whenever it is looked at: what comes later has a later time."""

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


@dataclass
class Desk:
    """A site at work: its rules, its clock, its worker."""

    site: TestSite
    clock: Clock
    post: Post = field(default_factory=Post)

    def rule(self, name: str, doctype: str, trigger: str, *actions: Mapping[str, Any], **values: Any) -> Document:
        """Save an Automation Rule that runs as the system unless told otherwise."""
        body = {"run_as": "System", **values, "document_type": doctype, "trigger": trigger, "actions": list(actions)}
        return self.site.insert("Automation Rule", rule_name=name, **body)

    def outlets(self) -> Outlets:
        return Outlets(self.site.site.access.as_user, self.post.mail, self.post.webhook, self.post.render)

    def work(self, most: int = 1000) -> int:
        """Do every job that is due, but no more than `most`; returns how many of this room there were."""
        site = self.site.site
        system = {name: self._as_system(function) for name, function in SYSTEM_TASKS.items()}
        tasks = {**automation_tasks(self.outlets()), **system}
        done: list[str] = []
        for name, function in tasks.items():
            task = function if isinstance(function, Task) else Task(name, function)
            tasks[name] = replace(task, function=self._noted(done, name, task.function))
        tasks["core:search"] = lambda ctx, **arguments: None
        worker = Worker(site.runtime, lambda: tasks, site.access.as_user, Schedules(lambda: ()))
        while len(done) < most and worker.run_once():
            pass
        return len(done)

    def _noted(self, done: list[str], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(first: Any, **arguments: Any) -> None:
            done.append(name)
            function(first, **arguments)

        return run

    def api(self) -> Api:
        """The whole application of the site; clients of users that have a key (see `client`)."""
        return Api(self.site.site, create_application(self.site.site))

    def client(self, api: Api, user: str) -> Client:
        """A client with a new API key of `user`."""
        secret = self.site.write(lambda ctx: generate_keys(ctx, user))
        api.keys[user] = f"{self.site.get('User', user).api_key}:{secret}"
        return api.client(user)

    def _as_system(self, function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda ctx, **arguments: function(self.site.site.system(ctx), **arguments)

    def sweep(self) -> int:
        """Look at the clock, then do what is due; returns how many jobs there were."""
        for look in (sweeps.sweep, escalation.sweep):
            self.site.system(look)
        return self.work()

    def rows(self, doctype: str, *fields: str, **filters: Any) -> Sequence[dict[str, Any]]:
        """Rows as the system sees them, the oldest first."""
        found = self.site.system(
            lambda ctx: ctx.store.list(
                doctype, fields=fields, filters=filters, order_by="creation asc, name asc", limit=None
            )
        )
        return [dict(row) for row in found]

    def log(self, *fields: str, **filters: Any) -> list[tuple[Any, ...]]:
        """The run log as tuples of these fields."""
        return [tuple(row[name] for name in fields) for row in self.rows("Automation Log", *fields, **filters)]


def records(site: TestSite) -> None:
    """The DocTypes that rules in tests are about."""
    text = {"fieldtype": "Data"}
    states = "Open\nReplied\nOn Hold\nClosed"
    site.doctype(
        "Request",
        {"fieldname": "title", "label": "Title", **text},
        {"fieldname": "status", "label": "Status", "fieldtype": "Select", "options": states},
        {"fieldname": "priority", "label": "Priority", "fieldtype": "Select", "options": "Low\nHigh", "default": "Low"},
        {"fieldname": "amount", "label": "Amount", "fieldtype": "Currency"},
        {"fieldname": "due", "label": "Due", "fieldtype": "Date"},
        {"fieldname": "at", "label": "At", "fieldtype": "Datetime"},
        {"fieldname": "region", "label": "Region", **text},
        {"fieldname": "agent", "label": "Agent", "fieldtype": "Link", "options": "User"},
        {"fieldname": "secret", "label": "Secret", "permlevel": 1, **text},
        {"fieldname": "secret_word", "label": "Secret Word", "fieldtype": "Password"},
        {"fieldname": "total", "label": "Total", "fieldtype": "Currency", "formula": "doc.amount * 2"},
    )
    site.doctype(
        "Visit",
        {"fieldname": "title", "label": "Title", "reqd": 1, **text},
        {"fieldname": "request", "label": "Request", "fieldtype": "Link", "options": "Request"},
        {"fieldname": "day", "label": "Day", "fieldtype": "Date"},
        {"fieldname": "stage", "label": "Stage", "fieldtype": "Select", "options": "Planned\nDone"},
        is_submittable=1,
    )


def values(**table: Any) -> str:
    """The table of field values of an action."""
    return json.dumps(table)


def sets(**table: Any) -> dict[str, str]:
    """An action that sets fields."""
    return {"action": "Set Fields", "field_values": values(**table)}


def creates(doctype: str, **table: Any) -> dict[str, str]:
    """An action that creates a document."""
    return {"action": "Create Document", "target_doctype": doctype, "field_values": values(**table)}


def computed(expression: str) -> dict[str, str]:
    """A value that is computed."""
    return {"expression": expression}


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Path:
    """A closed site with the DocTypes of `records`."""
    folder = tmp_path_factory.mktemp("desk") / "site"
    made = make_site(folder, template=site_template)
    records(made)
    made.site.close()
    return folder


@pytest.fixture(scope="module")
def quiet_desk(tmp_path_factory: pytest.TempPathFactory, desk_template: Path) -> Iterator[Desk]:
    """One desk for the tests of a module that leave nothing behind: what they save is refused."""
    clock = Ticking()
    folder = tmp_path_factory.mktemp("quiet") / "site"
    made = Desk(in_berlin(make_site(folder, template=desk_template), clock), clock)
    yield made
    require_sound(made.site.site)
    made.site.site.close()


@pytest.fixture
def desk(tmp_path: Path, desk_template: Path) -> Iterator[Desk]:
    """A desk on SQLite: for what has nothing to do with the database."""
    clock = Ticking()
    made = Desk(in_berlin(make_site(tmp_path / "site", template=desk_template), clock), clock)
    yield made
    made.site.site.close()


@pytest.fixture
def each_desk(request: pytest.FixtureRequest, site: TestSite) -> Iterator[Desk]:
    """A desk on each database."""
    clock = Ticking()
    made = Desk(in_berlin(site, clock), clock)
    records(made.site)
    yield made
    made.site.site.close()
