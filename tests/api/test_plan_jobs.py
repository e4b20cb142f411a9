"""A plan that takes long to prepare answers with a job: it has progress, can be cancelled, and is done once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_platform.api import plan_jobs
from crm_platform.app import create_worker
from crm_platform.documents import carrying_out
from crm_platform.jobs.job import Job
from crm_platform.jobs.tables import JOB
from crm_platform.jobs.worker import Worker
from support.api_site import Api, Client

GIFT: dict[str, Any] = {"doctype": "DocType", "name": "Long Gift", "module": "Core", "custom": 1, "permissions": []}
GIFT["permissions"] = [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}]
SIZE = {"fieldname": "size", "fieldtype": "Data", "label": "尺寸"}
AS_TEXT = {**GIFT, "fields": [SIZE]}
AS_NUMBER = {**GIFT, "fields": [{**SIZE, "fieldtype": "Int"}]}
GIFTS = 5


@pytest.fixture(scope="module")
def gifts(api: Api) -> Api:
    call(api.admin, "crm.plan.apply", definitions=[AS_TEXT])
    for number in range(GIFTS):
        assert api.admin.post("/api/resource/Long Gift", json={"size": f"{number}"}).status_code == 200
    return api


@pytest.fixture
def worker(gifts: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Everything takes long; the worker of the site, and the type as it was afterwards."""
    monkeypatch.setattr(carrying_out, "AT_ONCE", 0.0)
    yield create_worker(gifts.site)
    monkeypatch.undo()
    call(gifts.admin, "crm.plan.apply", definitions=[AS_TEXT], accept_lossy=True)


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(f"/api/method/{method}", json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def begin(api: Api) -> str:
    answer = call(api.admin, "crm.plan.apply", definitions=[AS_NUMBER], title="尺寸", accept_lossy=True)
    assert answer["plan"] is None
    return str(answer["job"])


def sizes(api: Api) -> list[Any]:
    rows = api.admin.get("/api/resource/Long Gift", params={"fields": '["size"]', "order_by": "creation asc"})
    return [row["size"] for row in rows.json()["data"]]


def follow(api: Api, job: str) -> dict[str, Any]:
    return dict(call(api.admin, "crm.jobs.get", job=job))


def finished(api: Api, worker: Worker, job: str) -> Any:
    """The result of a job once the worker has done it."""
    while follow(api, job)["state"] != "done":
        assert worker.run_once()
    return follow(api, job)["result"]


def test_a_long_plan_is_applied_by_a_job(gifts: Api, worker: Worker) -> None:
    job = begin(gifts)
    assert sizes(gifts) == [str(number) for number in range(GIFTS)], "nothing has changed yet"
    done = finished(gifts, worker, job)
    assert sizes(gifts) == list(range(GIFTS))
    assert call(gifts.admin, "crm.plan.get", plan=done["plan"])["title"] == "尺寸"
    assert list(gifts.site.folder.backups.glob("plan-*.zip")), "backed up before"


def test_a_long_plan_is_taken_back_by_a_job(gifts: Api, worker: Worker) -> None:
    plan = finished(gifts, worker, begin(gifts))["plan"]
    answer = call(gifts.admin, "crm.plan.rollback", plan=plan)
    assert answer["taken"] == []
    assert sizes(gifts) == list(range(GIFTS)), "nothing has changed yet"
    assert finished(gifts, worker, answer["job"]) == [{"plan": plan, "title": "尺寸", "kept": []}]
    assert sizes(gifts) == [str(number) for number in range(GIFTS)]
    again = gifts.admin.post("/api/method/crm.plan.rollback", json={"plan": plan})
    assert (again.status_code, again.json()["exc_type"]) == (417, "ValidationError")


def test_a_killed_job_that_had_switched_is_not_done_twice(gifts: Api, worker: Worker) -> None:
    job = begin(gifts)
    row = gifts.site.runtime.write(lambda ctx: worker.leases.take_named(ctx, job))
    assert row is not None
    task = worker.tasks()["core:apply_plan"]
    arguments = {"definitions": [AS_NUMBER], "removed": [], "title": "尺寸"}
    attempt = Job(gifts.site.runtime, row, gifts.site.access.as_user)
    first = task.function(attempt, **arguments)  # type: ignore[attr-defined]
    again = Job(gifts.site.runtime, stored(gifts, job), gifts.site.access.as_user)
    assert task.function(again, **arguments) == first  # type: ignore[attr-defined]
    plans = call(gifts.admin, "crm.plan.history", limit=3)
    assert [plan["plan"] for plan in plans].count(first["plan"]) == 1
    assert plans[0]["plan"] == first["plan"]


class Killed(Exception):
    """Stands for the end of the process."""


def test_a_killed_rollback_goes_on_and_reports_all_of_its_order(
    gifts: Api, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = finished(gifts, worker, begin(gifts))["plan"]
    weight = {"fieldname": "weight", "fieldtype": "Int", "label": "重量"}
    wider = {**AS_NUMBER, "fields": [*AS_NUMBER["fields"], weight]}
    second = call(gifts.admin, "crm.plan.apply", definitions=[wider], title="重量")["plan"]
    job = call(gifts.admin, "crm.plan.rollback", plan=first)["job"]
    task, prepare = worker.tasks()["core:roll_back_plan"], plan_jobs.prepare
    row = gifts.site.runtime.write(lambda ctx: worker.leases.take_named(ctx, job))
    assert row is not None

    def killed_before_the_second(one: Job, steps: Any) -> None:
        if stored(gifts, job)["result"]:
            raise Killed
        prepare(one, steps)

    with monkeypatch.context() as patched:
        patched.setattr(plan_jobs, "prepare", killed_before_the_second)
        with pytest.raises(Killed):
            task.function(Job(gifts.site.runtime, row, gifts.site.access.as_user), plan=first)  # type: ignore[attr-defined]
    assert sizes(gifts) == list(range(GIFTS)), "the second plan still stands"
    again = Job(gifts.site.runtime, stored(gifts, job), gifts.site.access.as_user)
    taken = task.function(again, plan=first)  # type: ignore[attr-defined]
    assert [(one["plan"], one["title"]) for one in taken] == [(second, "重量"), (first, "尺寸")]
    assert sizes(gifts) == [str(number) for number in range(GIFTS)]
    once_more = Job(gifts.site.runtime, stored(gifts, job), gifts.site.access.as_user)
    assert task.function(once_more, plan=first) == taken  # type: ignore[attr-defined]


def stored(api: Api, job: str) -> dict[str, Any]:
    """The row of a job as it is in the database."""
    return dict(api.site.runtime.read(lambda ctx: ctx.connection.fetch(JOB, {"id": job}))[0])


def test_cancelling_takes_away_what_was_prepared(gifts: Api, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begin(gifts)
    begun: list[dict[str, Any]] = []

    def cancel_at_progress(self: Job, *_: Any, **__: Any) -> None:
        if not begun:
            begun.extend(call(gifts.admin, "crm.plan.preparations"))
            call(gifts.admin, "crm.jobs.cancel", job=job)
        self.runtime.write(self.hold)

    monkeypatch.setattr(Job, "progress", cancel_at_progress)
    while follow(gifts, job)["state"] not in ("cancelled", "done"):
        assert worker.run_once()
    assert follow(gifts, job)["state"] == "cancelled"
    assert [(one["action"], one["doctype"], one["fieldname"]) for one in begun] == [
        ("convert column", "Long Gift", "size")
    ]
    assert call(gifts.admin, "crm.plan.preparations") == []
    assert sizes(gifts) == [str(number) for number in range(GIFTS)]


def test_what_does_not_fit_is_named_before_anything_is_begun(gifts: Api) -> None:
    name = gifts.admin.post("/api/resource/Long Gift", json={"size": "大"}).json()["data"]["name"]
    answer = gifts.admin.post("/api/method/crm.plan.apply", json={"definitions": [AS_NUMBER]})
    assert answer.status_code == 417
    assert name in answer.json()["exception"]
    assert call(gifts.admin, "crm.plan.preparations") == []
    gifts.admin.delete(f"/api/resource/Long Gift/{name}")


NOTE = {"fieldname": "note", "fieldtype": "Small Text", "label": "夜间"}


def test_a_plan_waits_for_its_moment(gifts: Api, worker: Worker) -> None:
    """At first it is only announced; when the moment is there, a job does it."""
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    wider = {**AS_TEXT, "fields": [SIZE, NOTE]}
    job = call(gifts.admin, "crm.plan.apply", definitions=[wider], title="夜间", at=tomorrow)["job"]
    (told,) = (one for one in call(gifts.admin, "crm.plan.waiting") if one["id"] == job)
    assert (told["title"], told["state"], told["due"][:16]) == ("夜间", "queued", tomorrow.replace("T", " "))
    assert "note" not in gifts.site.runtime.read(lambda ctx: ctx.definitions["Long Gift"].by_name)

    gifts.site.runtime.write(lambda ctx: ctx.connection.change(JOB, {"due": ctx.now()}, {"id": job}))
    assert call(gifts.admin, "crm.plan.get", plan=finished(gifts, worker, job)["plan"])["title"] == "夜间"
    assert "note" in gifts.site.runtime.read(lambda ctx: ctx.definitions["Long Gift"].by_name)
    assert job not in [one["id"] for one in call(gifts.admin, "crm.plan.waiting")]


@pytest.mark.parametrize("at", ["今晚", "2020-01-01 02:00", "2999-01-01 02:00"])
def test_a_plan_is_not_put_off_to_no_moment_to_come(gifts: Api, at: str) -> None:
    before = call(gifts.admin, "crm.plan.waiting")
    answer = gifts.admin.post(
        "/api/method/crm.plan.apply", json={"definitions": [AS_NUMBER], "at": at, "accept_lossy": 1}
    )
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "ValidationError")
    assert call(gifts.admin, "crm.plan.waiting") == before


def test_only_managers_look_after_preparations(gifts: Api) -> None:
    for method in ("crm.plan.preparations", "crm.plan.sweep", "crm.plan.waiting"):
        assert gifts.desk.post(f"/api/method/{method}", json={}).status_code == 403
    assert call(gifts.admin, "crm.plan.sweep", idle=0) == []
