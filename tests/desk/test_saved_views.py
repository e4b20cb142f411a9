"""Saved Views: the own ones, and the public ones of others to look through only."""

from __future__ import annotations

import pytest

from support.api_site import Api, create

VIEWS = "/api/resource/Saved View"
QUERY = '{"sort": "modified desc", "columns": ["status"]}'


@pytest.fixture(scope="module")
def view(api: Api) -> dict[str, str]:
    """Names of a private and of a public view of somebody else."""
    owner = api.make_user("viewer@example.com")
    private = {"label": "我的客户", "reference_doctype": "User", "query": QUERY}
    return {
        "private": create(owner, "Saved View", private)["name"],
        "public": create(owner, "Saved View", {**private, "label": "大家的客户", "is_public": 1})["name"],
    }


def test_a_view_keeps_its_query(api: Api, view: dict[str, str]) -> None:
    stored = api.admin.get(f"{VIEWS}/{view['public']}").json()["data"]
    assert (stored["label"], stored["query"]) == ("大家的客户", QUERY)


def test_others_see_public_views_only_and_change_none(api: Api, view: dict[str, str]) -> None:
    other = api.make_user("onlooker@example.com")
    listed = {row["name"] for row in other.get(VIEWS, params={"limit": 0}).json()["data"]}
    assert view["public"] in listed
    assert view["private"] not in listed
    assert other.get(f"{VIEWS}/{view['private']}").status_code in {403, 404}
    assert other.get(f"{VIEWS}/{view['public']}").status_code == 200
    assert other.put(f"{VIEWS}/{view['public']}", json={"label": "x"}).status_code == 403
    assert other.delete(f"{VIEWS}/{view['public']}").status_code == 403


def test_a_system_manager_clears_public_views_away(api: Api, view: dict[str, str]) -> None:
    assert api.admin.delete(f"{VIEWS}/{view['public']}").status_code in {200, 202}
