"""What the designer of reports asks: a look at an unsaved report, joins along links and rows, sums that count once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from crm_platform.app import create_application
from crm_platform.testing import TestSite, make_site
from crm_platform.testing.sites import ADMIN_PASSWORD
from support.api_site import Api

from .conftest import CLERK, STRANGER, furnish

PREVIEW = "/api/method/crm.report.preview"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, site_template: Path) -> Iterator[Api]:
    site = make_site(tmp_path_factory.mktemp("designed") / "site", template=site_template)
    furnish(site)
    add_rows(site)
    made = Api(site.site, create_application(site.site), password=ADMIN_PASSWORD)
    for user in ("Administrator", CLERK, STRANGER):
        made.make_keys(user)
    yield made
    made.runner.close()
    site.site.close()


def add_rows(site: TestSite) -> None:
    """A second row in the first order."""
    site.update("Trial Order", "O-1", items=[{"product": "P-O-1"}, {"product": "变频器"}])


def asked(api: Api, query: dict[str, Any], user: str = "Administrator", **values: Any) -> httpx.Response:
    report = {"ref_doctype": "Trial Order", "report_type": "Report Builder", "json": json.dumps(query), **values}
    answer: httpx.Response = api.client(user).post(PREVIEW, json={"report": report})
    return answer


def rows(answer: httpx.Response) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text
    return [list(row.values()) for row in answer.json()["message"]["result"]]


def test_an_unsaved_report_is_run_and_nothing_is_kept(api: Api) -> None:
    before = api.admin.get("/api/method/crm.report.list").json()["message"]
    query = {"columns": ["name", "customer.territory"], "order_by": "name asc", "view": {"chart": "bar"}}
    assert rows(asked(api, query))[:2] == [["O-1", "华东"], ["O-2", "华东"]]
    assert api.admin.get("/api/method/crm.report.list").json()["message"] == before


def test_rows_of_a_table_are_joined_and_counted(api: Api) -> None:
    query = {
        "group_by": ["items.product"],
        "aggregates": [{"function": "count", "distinct": True}],
        "order_by": "items.product asc",
    }
    assert ["变频器", 1] in rows(asked(api, query))
    counts = [
        {"function": "count"},
        {"function": "count", "distinct": True},
        {"function": "max", "field": "items.product"},
    ]
    each = {"group_by": ["name"], "aggregates": counts, "filters": [["name", "=", "O-1"]]}
    assert rows(asked(api, each))[0][:3] == ["O-1", 2, 1], "a count is one of rows"
    plain = {"columns": ["name", "items.product"], "filters": [["name", "=", "O-1"]]}
    assert sorted(rows(asked(api, plain))) == [["O-1", "P-O-1"], ["O-1", "变频器"]]


@pytest.mark.parametrize(
    ("aggregate", "sentence"),
    [
        ({"function": "sum", "field": "amount"}, "amount would be counted once for each row of Items"),
        ({"function": "avg", "field": "customer.rating"}, "customer.rating would be counted"),
    ],
)
def test_a_document_is_not_counted_once_per_row(api: Api, aggregate: dict[str, Any], sentence: str) -> None:
    joined = {"group_by": ["items.product"], "aggregates": [aggregate]}
    refused = asked(api, joined)
    assert (refused.status_code, sentence in refused.text) == (417, True)
    alone = {"group_by": ["status"], "aggregates": [aggregate]}
    assert asked(api, alone).status_code == 200
    saved = {"report_name": "Wrong", "ref_doctype": "Trial Order", "report_type": "Report Builder", "is_standard": "No"}
    stored = api.admin.post("/api/resource/Report", json={**saved, "json": json.dumps(joined)})
    assert stored.status_code == 417


def test_a_joined_field_that_the_caller_may_not_read_stays_out(api: Api) -> None:
    query = {"columns": ["name", "customer.rating", "margin"], "order_by": "name asc"}
    assert rows(asked(api, query, CLERK))[0] == ["O-1"]
    assert rows(asked(api, query))[0] == ["O-1", 5, 11.0]
    grouped = {"group_by": ["customer.territory"], "aggregates": [{"function": "max", "field": "customer.rating"}]}
    assert asked(api, grouped, CLERK).status_code == 403
    assert asked(api, {"columns": ["name"]}, STRANGER).status_code == 403
    assert api.guest.post(PREVIEW, json={"report": {"ref_doctype": "Trial Order"}}).status_code == 403


def test_a_chart_of_a_report_has_no_column_that_is_closed_to_the_reader(api: Api) -> None:
    query = {"columns": ["name", "margin", "amount"], "order_by": "name asc", "view": {"chart": "line"}}
    report = {"report_name": "边际", "ref_doctype": "Trial Order", "report_type": "Report Builder", "is_standard": "No"}
    api.admin.post("/api/resource/Report", json={**report, "json": json.dumps(query)}).raise_for_status()
    chart = {"chart_name": "Margins", "chart_type": "Report", "report_name": "边际", "x_field": "name", "type": "Line"}
    body = {**chart, "y_axis": [{"y_field": "margin"}]}
    api.admin.post("/api/resource/Dashboard Chart", json=body).raise_for_status()
    ask = {"params": {"name": "Margins"}}
    shown = api.admin.get("/api/method/crm.dashboard.chart", **ask).json()["message"]
    assert shown["series"][0]["points"][0]["value"] == 11
    refused = api.client(CLERK).get("/api/method/crm.dashboard.chart", **ask)
    assert refused.status_code == 417
    assert "11" not in refused.text.replace("417", "")
    told = api.admin.get("/api/method/crm.report.get", params={"name": "边际"}).json()["message"]
    assert (told["view"], told["pivot"]) == ({"chart": "line"}, None)


CARD, LOOK = "/api/method/crm.dashboard.preview_card", "/api/method/crm.dashboard.preview_chart"


def test_cards_and_charts_are_looked_at_before_they_are_saved(api: Api) -> None:
    card = {"type": "Document Type", "document_type": "Trial Order", "function": "Sum"}
    summed = {**card, "aggregate_function_based_on": "amount", "filters_json": '[["status", "=", "Won"]]'}
    answer = api.admin.post(CARD, json={"card": summed}).json()["message"]
    assert (answer["value"], answer["doctype"]) == (300, "Trial Order")
    chart = {"chart_type": "Group By", "document_type": "Trial Order", "group_by_based_on": "status", "type": "Bar"}
    points = api.admin.post(LOOK, json={"chart": chart}).json()["message"]["series"][0]["points"]
    assert {point["label"]: point["value"] for point in points} == {"Won": 2, "Open": 2, "Lost": 1}
    assert not api.admin.get("/api/resource/Number Card", params={"filters": '[["name", "=", ""]]'}).json()["data"]


def test_a_look_shows_no_more_than_its_reader_may_read(api: Api) -> None:
    card = {"type": "Document Type", "document_type": "Trial Order", "function": "Sum"}
    closed = {"card": {**card, "aggregate_function_based_on": "margin"}}
    assert api.admin.post(CARD, json=closed).json()["message"]["value"] == 65
    assert api.client(CLERK).post(CARD, json=closed).status_code == 403
    assert api.client(STRANGER).post(CARD, json={"card": {**card, "function": "Count"}}).status_code == 403
    grouped = {"chart_type": "Group By", "document_type": "Trial Order", "group_by_based_on": "margin", "type": "Bar"}
    assert api.client(CLERK).post(LOOK, json={"chart": grouped}).status_code == 403
    assert api.guest.post(LOOK, json={"chart": grouped}).status_code == 403


def test_a_hostile_report_is_refused(api: Api) -> None:
    for query in ({"columns": ["name) from tabUser --"]}, {"columns": ["customer.password"]}, {"sql": "select 1"}):
        assert asked(api, query).status_code == 417
    hostile = {
        "chart_type": "Group By",
        "document_type": "Trial Order",
        "group_by_based_on": "status; drop",
        "type": "Bar",
    }
    assert api.admin.post(LOOK, json={"chart": hostile}).status_code == 417
    assert asked(api, {}, ref_doctype="Nothing").status_code == 417
    assert asked(api, {}, report_type="Script Report").status_code == 417
