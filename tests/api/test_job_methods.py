"""crm.jobs.*: everybody follows the own jobs, a System Manager looks after all; nobody learns of those of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.access.keys import generate_keys
from crm_platform.app import create_application, create_worker
from crm_platform.documents.context import Context
from crm_platform.jobs.queue import enqueue
from crm_platform.testing import TestSite, make_site
from support.api_site import Api, Client
from support.dummy_pack.pack import pack as lending
from support.sabotage import defended_by, yes

CLERK, OTHER = "clerk@example.com", "other@example.com"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[tuple[Api, TestSite]]:
    """A site with the lending pack behind its API."""
    from_template = tmp_path_factory.mktemp("jobs") / "site"
    made = make(from_template, site_template)
    api = Api(made.site, create_application(made.site))
    for user in (CLERK, OTHER):
        made.user(user, "Loan Clerk")
        api.keys[user] = keys(made, user)
    api.keys["Administrator"] = keys(made, "Administrator")
    yield api, made
    api.runner.close()
    made.site.close()


def make(folder: Path, template: Path) -> TestSite:
    made = make_site(folder, template=template, packs=[lending])
    made.enable_pack("lending")
    return made


def keys(site: TestSite, user: str) -> str:
    secret = site.write(lambda ctx: generate_keys(ctx, user))
    return f"{site.get('User', user).api_key}:{secret}"


def call(client: Client, method: str, **arguments: Any) -> httpx.Response:
    return client.post(f"/api/method/crm.jobs.{method}", json=arguments)


def said(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json().get("message")


def queue(site: TestSite, user: str, task: str = "lending:count_shelves", **arguments: Any) -> str:
    return site.write(lambda ctx: enqueue(ctx, task, arguments), user)


def test_a_job_from_its_cause_to_its_result(office: tuple[Api, TestSite]) -> None:
    api, site = office
    job = queue(site, CLERK)
    assert said(call(api.client(CLERK), "get", job=job))["state"] == "queued"
    while create_worker(site.site).run_once():
        pass
    found = said(api.client(CLERK).get("/api/method/crm.jobs.get", params={"job": job}))
    assert (found["state"], found["percent"], found["user"]) == ("done", 100, CLERK)
    assert isinstance(found["result"], dict)


@pytest.mark.parametrize("method", ["get", "cancel", "retry", "discard"])
@defended_by("crm_platform.api.job_methods:is_manager", replace_with=yes)
def test_B12_a_job_of_somebody_else_looks_like_none(office: tuple[Api, TestSite], method: str) -> None:
    api, site = office
    job = queue(site, CLERK, secret="KANARI")
    answers = [call(api.client(OTHER), method, job=name) for name in (job, "missing-job")]
    texts = [answer.text.replace(job, "…").replace("missing-job", "…") for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert texts[0] == texts[1]
    assert "KANARI" not in call(api.client(OTHER), "list").text
    assert said(call(api.admin, "get", job=job))["arguments"] == {"secret": "KANARI"}


@pytest.mark.parametrize("method", ["list", "get", "cancel", "retry", "discard"])
def test_a_guest_has_no_jobs(office: tuple[Api, TestSite], method: str) -> None:
    assert call(office[0].guest, method, job="x").status_code == 403


def test_a_user_cancels_and_retries_what_may_be_cancelled(office: tuple[Api, TestSite]) -> None:
    api, site = office
    clerk = api.client(CLERK)
    job = queue(site, CLERK)
    assert said(call(clerk, "cancel", job=job))["state"] == "cancelled"
    assert said(call(clerk, "retry", job=job))["state"] == "queued"
    notice = queue(site, CLERK, "lending:remind", loan="L1")
    assert call(clerk, "cancel", job=notice).status_code == 403
    assert said(call(api.admin, "cancel", job=notice))["state"] == "cancelled"
    assert call(clerk, "discard", job=notice).status_code == 403
    assert said(call(api.admin, "discard", job=notice)) is None


def test_cancelling_is_no_get(office: tuple[Api, TestSite]) -> None:
    api, site = office
    job = queue(site, CLERK)
    answer = api.client(CLERK).get("/api/method/crm.jobs.cancel", params={"job": job})
    assert answer.status_code == 405
    assert said(call(api.client(CLERK), "get", job=job))["state"] == "queued"


def test_bad_input_is_named(office: tuple[Api, TestSite]) -> None:
    assert "no job state asleep" in call(office[0].admin, "list", state="asleep").text
    assert call(office[0].admin, "list", limit="many").status_code == 417
    assert call(office[0].admin, "get").status_code == 417


def test_a_task_of_a_pack_runs_with_the_rights_of_who_caused_it(office: tuple[Api, TestSite]) -> None:
    _, site = office

    def cause(ctx: Context) -> str:
        return enqueue(ctx, "lending:remind", {"loan": "L-王"}, key="remind-once")

    site.write(cause)
    site.write(cause)
    while create_worker(site.site).run_once():
        pass
    rows = site.read(lambda ctx: ctx.store.list("ToDo", filters={"description": "归还 L-王"}))
    assert len(rows) == 1
