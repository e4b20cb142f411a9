"""What a new site needs is listed until it is there: read from the site, for who sets it up."""

from __future__ import annotations

from typing import Any

from support.api_site import Api, Client


def steps(client: Client) -> dict[str, int]:
    answer: list[dict[str, Any]] = client.get("/api/method/crm.desk.first_steps").json()["message"]
    return {step["name"]: step["done"] for step in answer}


def test_a_step_is_done_by_what_is_there_and_the_list_goes_when_none_is_left(api: Api) -> None:
    before = steps(api.admin)
    assert list(before)[-1] == "Bring in customers"
    assert not before["Name the company"]
    company = {"company": "东湖泵业"}
    assert api.admin.put("/api/resource/Selling Settings/Selling Settings", json=company).status_code == 200
    assert steps(api.admin)["Name the company"]
    for name, done in steps(api.admin).items():
        if not done:
            api.admin.put(f"/api/resource/Onboarding Step/{name}", json={"is_skipped": 1})
    assert steps(api.admin) == {}


def test_a_step_of_the_sites_own_counts_the_records_that_it_asks_for(api: Api) -> None:
    own = {"title": "Name a holiday", "sequence_id": 0, "reference_document": "Holiday List"}
    wanted = '[["holiday_list_name", "=", "国庆"]]'
    made = api.admin.post("/api/resource/Onboarding Step", json={**own, "filters_json": wanted})
    assert made.status_code == 200, made.text
    assert steps(api.admin)["Name a holiday"] == 0
    year = {"from_date": "2026-10-01", "to_date": "2026-10-07"}
    for name, done in (("元旦", 0), ("国庆", 1)):
        api.admin.post("/api/resource/Holiday List", json={"holiday_list_name": name, **year})
        assert steps(api.admin).get("Name a holiday", 1) == done


def test_who_does_not_set_up_the_site_is_not_asked_to(api: Api) -> None:
    api.make_user("nobody@steps.example")
    assert steps(api.client("nobody@steps.example")) == {}
