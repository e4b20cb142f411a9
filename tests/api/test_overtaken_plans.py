"""Two administrators change the same definitions: the second is told who changed what, and overwrites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from crm_platform.api.plan_jobs import draft_of, switch
from crm_platform.app import create_worker
from crm_platform.documents.context import Context
from crm_platform.documents.drafts import Draft
from crm_platform.errors import TimestampMismatchError
from crm_platform.jobs.tables import JOB
from support.api_site import ADMIN_PASSWORD, Api, Client

METHOD = "/api/method/crm.plan."
TITLE = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
RIGHTS = [{"role": "System Manager", "read": 1, "write": 1, "create": 1}]
VISIT = {"doctype": "DocType", "name": "Site Visit", "module": "CRM", "custom": 1, "fields": [TITLE]}
LABEL = {
    "doctype": "Property Setter",
    "name": "Customer-website-label",
    "doctype_or_field": "DocField",
    "doc_type": "Customer",
    "field_name": "website",
    "property": "label",
    "property_type": "Data",
}


@pytest.fixture
def manager(api: Api) -> Iterator[Client]:
    """What a test has applied is taken back: the site is shared by the module."""
    client = api.client()
    client.post("/api/method/login", json={"usr": "Administrator", "pwd": ADMIN_PASSWORD})
    before = {plan["plan"] for plan in call(client, "history", limit=500)}
    yield client
    standing = {plan["plan"] for plan in call(client, "history", limit=500) if not plan["rolled_back_at"]} - before
    if standing:
        call(client, "rollback", plan=min(standing))


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.post(METHOD + method, json=arguments)
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def applied(client: Client, *definitions: Any, **more: Any) -> int:
    return int(call(client, "apply", definitions=list(definitions), **more)["plan"])


def refused(client: Client, *definitions: Any, **more: Any) -> tuple[str, str]:
    """What applying is refused with; the preview says the same sentence."""
    answer = client.post(METHOD + "apply", json={"definitions": list(definitions), **more})
    assert answer.status_code == 417, answer.text
    told = str(answer.json()["errors"][0]["message"] if answer.json().get("errors") else answer.json()["exception"])
    found = call(client, "preview", definitions=list(definitions), **more)["problems"]
    assert any(one["message"] in told for one in found if one["id"] == "TimestampMismatchError")
    return answer.json()["exc_type"], told


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat(" ", "minutes")


def as_of(client: Client, doctype: str = "Customer") -> int:
    answer = client.get("/api/method/crm.studio.doctype", params={"doctype": doctype})
    return int(answer.json()["message"]["as_of"])


def visit(*fieldnames: str) -> dict[str, Any]:
    fields = [{"fieldname": name, "fieldtype": "Data", "label": name} for name in fieldnames]
    return {**VISIT, "title_field": "title", "fields": [TITLE, *fields], "permissions": RIGHTS}


def test_who_comes_second_is_told_and_overwrites_nothing(manager: Client) -> None:
    applied(manager, visit())
    begun = as_of(manager, "Site Visit")
    plan = applied(manager, visit("theirs"), as_of=begun)
    code, told = refused(manager, visit("mine"), as_of=begun)
    assert code == "TimestampMismatchError"
    assert "Administrator" in told and "Site Visit" in told and f"plan {plan}" in told
    shown = manager.get("/api/method/crm.studio.doctype", params={"doctype": "Site Visit"}).json()["message"]
    assert [row["fieldname"] for row in shown["own"]["fields"]] == ["title", "theirs"], "nothing was overwritten"
    assert applied(manager, visit("theirs", "mine"), as_of=shown["as_of"]), "with what is new below it"


def test_other_definitions_of_the_same_doctype_do_not_disturb(manager: Client) -> None:
    begun = as_of(manager)
    applied(manager, {**LABEL, "value": "Home page"}, as_of=begun)
    hidden = {**LABEL, "name": "Customer-website-hidden", "property": "hidden", "property_type": "Check", "value": "1"}
    assert applied(manager, hidden, as_of=begun)
    assert refused(manager, {**LABEL, "value": "Web"}, as_of=begun)[0] == "TimestampMismatchError"


def test_what_others_say_of_a_field_is_not_taken_away_with_it_unseen(manager: Client) -> None:
    field = {"doctype": "Custom Field", "name": "Customer-row", "dt": "Customer", "fieldname": "row", "label": "T"}
    applied(manager, {**field, "fieldtype": "Data"})
    begun = as_of(manager)
    says = {
        **LABEL,
        "name": "Customer-row-description",
        "field_name": "row",
        "property": "description",
        "value": "A",
    }
    applied(manager, says)
    gone = {"definitions": [], "removed": [["Custom Field", "Customer-row"]]}
    answer = manager.post(METHOD + "apply", json={**gone, "as_of": begun})
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "TimestampMismatchError")
    assert call(manager, "apply", **gone, as_of=as_of(manager))["plan"]


def test_a_plan_that_was_taken_back_meanwhile_is_told_too(manager: Client) -> None:
    first = applied(manager, {**LABEL, "value": "Home page"})
    begun = as_of(manager)
    assert begun == first
    call(manager, "rollback", plan=first)
    assert "took back the plan" in refused(manager, {**LABEL, "value": "Web"}, as_of=begun)[1]
    assert applied(manager, {**LABEL, "value": "Web"}, as_of=as_of(manager))


def test_what_came_and_went_meanwhile_is_no_conflict(manager: Client) -> None:
    begun = as_of(manager)
    call(manager, "rollback", plan=applied(manager, {**LABEL, "value": "Home page"}))
    applied(manager, {**LABEL, "value": "Home page"})
    applied(manager, removed=[["Property Setter", LABEL["name"]]])
    assert applied(manager, {**LABEL, "value": "Web"}, as_of=begun)


def test_a_new_doctype_does_not_take_the_place_of_one_that_came_meanwhile(manager: Client) -> None:
    applied(manager, visit("theirs"))
    assert refused(manager, visit("mine"), as_of=0)[0] == "TimestampMismatchError"
    assert applied(manager, visit("mine")), "without as_of nobody asks for it"


def test_a_plan_that_is_overtaken_already_is_not_put_off(manager: Client) -> None:
    begun = as_of(manager)
    applied(manager, {**LABEL, "value": "Home page"}, as_of=begun)
    later = {"definitions": [{**LABEL, "value": "Web"}], "at": tomorrow(), "as_of": begun}
    answer = manager.post(METHOD + "apply", json=later)
    assert (answer.status_code, answer.json()["exc_type"]) == (417, "TimestampMismatchError")


def test_a_plan_for_later_is_refused_when_it_was_overtaken_by_then(manager: Client, api: Api) -> None:
    later = {"definitions": [{**LABEL, "value": "Web"}], "at": tomorrow(), "as_of": as_of(manager)}
    job = call(manager, "apply", **later)["job"]
    applied(manager, {**LABEL, "value": "Home page"})
    worker = create_worker(api.site)
    api.site.runtime.write(lambda ctx: ctx.connection.change(JOB, {"due": ctx.now()}, {"id": job}))
    while worker.run_once():
        pass
    told = manager.post("/api/method/crm.jobs.get", json={"job": job}).json()["message"]
    assert told["state"] != "done"
    assert "after this work was begun" in told["error"]
    fields = manager.get("/api/method/crm.studio.doctype", params={"doctype": "Customer"}).json()["message"]
    assert "Home page" in str(fields)


def test_two_who_apply_at_the_same_moment_do_not_overwrite_each_other(manager: Client, api: Api) -> None:
    begun = as_of(manager)
    drafts = [draft_of([{**LABEL, "value": value}], []) for value in ("Home page", "Web")]
    both = Barrier(2)

    def switched(draft: Draft) -> bool:
        def work(ctx: Context) -> object:
            if not both.broken:
                with suppress(BrokenBarrierError):
                    both.wait(1)
                both.abort()
            return switch(api.site.access.as_user(ctx, "Administrator"), draft, "", begun)

        try:
            api.site.runtime.write(work)
        except TimestampMismatchError:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(switched, drafts)) == [False, True]


def test_the_same_request_again_gets_the_first_answer(manager: Client) -> None:
    body = {"definitions": [{**LABEL, "value": "Home page"}], "as_of": as_of(manager)}
    answers = [manager.post(METHOD + "apply", json=body, headers={"idempotency-key": "label-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["message"]["plan"] == answers[1].json()["message"]["plan"]


def test_the_matrix_and_workflows_tell_what_they_are_as_of(manager: Client) -> None:
    newest = as_of(manager)
    matrix = manager.get("/api/method/crm.access.matrix").json()["message"]
    flows = manager.get("/api/method/crm.studio.workflows").json()["message"]
    flow = manager.get("/api/method/crm.studio.workflow", params={"name": flows[0]["name"]}).json()["message"]
    assert matrix["as_of"] == flow["as_of"] == newest


def test_values_that_a_change_of_type_would_lose_are_named_before(manager: Client) -> None:
    applied(manager, visit("age"))
    rows = ({"title": f"{age} years", "age": age} for age in ("12", "x"))
    made = [manager.post("/api/resource/Site Visit", json=row).json()["data"]["name"] for row in rows]
    number = {**visit("age"), "fields": [TITLE, {"fieldname": "age", "fieldtype": "Int", "label": "age"}]}
    lost = [one for one in call(manager, "preview", definitions=[number])["problems"] if one["id"] == "D833"]
    assert [(one["level"], one["fieldname"]) for one in lost] == [("warning", "age")]
    assert f"x years ({made[1]})" in lost[0]["message"] and made[0] not in lost[0]["message"]
    manager.put(f"/api/resource/Site Visit/{made[1]}", json={"age": "40"})
    found = call(manager, "preview", definitions=[number])["problems"]
    assert not [one for one in found if one["id"] == "D833"], "corrected, nothing would be lost"
    for name in made:
        manager.delete(f"/api/resource/Site Visit/{name}")
