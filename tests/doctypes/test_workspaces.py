"""Start pages of the standard CRM: each role has one, all that stands on it opens, its numbers are the reader's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import crm_platform
from support.crm import Crm

FIXTURES = Path(crm_platform.__file__).parent / "fixtures"


def shipped(kind: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((FIXTURES / f"{kind}.json").read_text(encoding="utf-8"))
    return records


ROLES = {record["name"]: record["roles"][0]["role"] for record in shipped("workspace")}


def test_every_number_and_chart_has_an_answer(crm: Crm) -> None:
    for record in shipped("number_card"):
        assert crm.administrator.call("crm.dashboard.card", name=record["name"])["filters"] is not None
    for record in shipped("dashboard_chart"):
        assert "series" in crm.administrator.call("crm.dashboard.chart", name=record["name"])


@pytest.mark.parametrize("workspace", ROLES)
def test_a_role_may_open_everything_on_its_start_page(crm: Crm, workspace: str) -> None:
    """Nothing is left out as closed: a role whose page lacks something would never know."""
    role = ROLES[workspace]
    person = crm.person(f"{role.lower().replace(' ', '.')}@start.example", role)
    shown: Mapping[str, Any] = next(page for page in person.call("crm.desk.workspaces") if page["name"] == workspace)
    (record,) = [one for one in shipped("workspace") if one["name"] == workspace]
    links = [link["link_to"] for card in shown["cards"] for link in card["links"]]
    assert links == [row["link_to"] for row in record["links"] if row["type"] == "Link"]
    assert len(shown["number_cards"]) == len(record["number_cards"])
    assert len(shown["charts"]) == len(record["charts"])
    assert len(shown["shortcuts"]) == len(record["shortcuts"])


def test_my_pipeline_is_mine(crm: Crm) -> None:
    mine, other = (crm.person(f"{name}@pipeline.example", "Sales User") for name in ("wang", "li"))
    mine.create("Opportunity", title="管道", opportunity_amount=700, opportunity_owner=mine.email)
    mine.create("Opportunity", title="别人的", opportunity_amount=50, opportunity_owner=other.email)
    values = {person.email: person.call("crm.dashboard.card", name="My Pipeline")["value"] for person in (mine, other)}
    assert values == {mine.email: 700, other.email: 50}


def test_a_seller_sees_no_start_page_of_others(crm: Crm) -> None:
    assert [page["name"] for page in crm.sales.call("crm.desk.workspaces")] == ["Sales"]


def test_a_default_start_page_comes_first(crm: Crm) -> None:
    both = crm.person("both@start.example", "Sales User", "Sales Manager")
    assert [page["name"] for page in both.call("crm.desk.workspaces")] == ["Sales", "Sales Management"]
    crm.administrator.change("User", both.email, default_workspace="Sales Management")
    assert [page["name"] for page in both.call("crm.desk.workspaces")] == ["Sales Management", "Sales"]
    both.change("User", both.email, default_workspace="Marketing")
    assert [page["name"] for page in both.call("crm.desk.workspaces")] == ["Sales", "Sales Management"]
