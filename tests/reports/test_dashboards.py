"""Number cards, charts and dashboards: their values under the caller's rights, and what is refused."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from crm_platform.errors import DataError, DoesNotExistError, PermissionError, ValidationError
from crm_platform.reports.cards import card
from crm_platform.reports.charts import chart
from crm_platform.reports.dashboards import dashboard, dashboards
from crm_platform.testing import TestSite

from .conftest import CLERK, STRANGER, add_report, furnish

ORDERS = {"document_type": "Trial Order"}
WON = json.dumps([["status", "=", "Won"]])


MORE = [("O-6", "星河", "2026-02-28", 7), ("O-7", "星河", "2025-02-28", 1000), ("O-9", None, None, 1)]
NUMBERS = count(1)


@pytest.fixture(scope="module")
def office(module_site: TestSite) -> TestSite:
    furnish(module_site)
    for name, customer, day, amount in MORE:
        module_site.insert("Trial Order", name=name, customer=customer, day=day, amount=amount, status="Open")
    return module_site


def add_card(site: TestSite, **values: Any) -> str:
    label = f"赢单 {next(NUMBERS)}"
    site.insert("Number Card", label=label, **{"type": "Document Type", **ORDERS, **values})
    return label


def add_chart(site: TestSite, **values: Any) -> str:
    name = f"图表 {next(NUMBERS)}"
    site.insert("Dashboard Chart", chart_name=name, **{**ORDERS, **values})
    return name


def value(site: TestSite, user: str = "", **values: Any) -> Any:
    name = add_card(site, **values)
    return site.read(lambda ctx: card(ctx, name), *([user] if user else []))["value"]


def points(site: TestSite, user: str = "", **values: Any) -> list[tuple[Any, Any]]:
    name = add_chart(site, **values)
    answer = site.read(lambda ctx: chart(ctx, name), *([user] if user else []))
    return [(point["label"], point["value"]) for point in answer["series"][0]["points"]]


@pytest.mark.parametrize(
    ("function", "expected"), [("Count", 2), ("Sum", 300), ("Average", 150), ("Minimum", 100), ("Maximum", 200)]
)
def test_a_card_asks_the_database(office: TestSite, function: str, expected: int) -> None:
    assert value(office, function=function, aggregate_function_based_on="amount", filters_json=WON) == expected


def test_a_card_opens_its_list_and_tells_its_change(office: TestSite) -> None:
    name = add_card(office, filters_json=WON, stats_time_interval="Monthly")
    answer = office.read(lambda ctx: card(ctx, name))
    assert (answer["doctype"], answer["filters"]) == ("Trial Order", [["status", "=", "Won"]])
    assert (answer["before"], answer["interval"]) == (0, "Monthly")
    found = office.read(lambda ctx: ctx.store.count("Trial Order", filters=answer["filters"]))
    assert found == answer["value"]


def test_conditions_may_depend_on_the_reader(office: TestSite) -> None:
    mine = json.dumps([["Trial Order", "owner", "=", "frappe.session.user"]])
    assert value(office, dynamic_filters_json=mine) == 8
    assert value(office, CLERK, dynamic_filters_json=mine) == 0


def test_groups_come_largest_first_and_the_rest_is_one(office: TestSite) -> None:
    by_customer = {"chart_type": "Group By", "group_by_based_on": "customer"}
    money = {**by_customer, "group_by_type": "Sum", "aggregate_function_based_on": "amount"}
    assert points(office, **money) == [("星河", 1157.5), ("蓝海", 225), ("远山", 10), (None, 1)]
    assert points(office, **money, number_of_groups=1) == [("星河", 1157.5), (None, 236)]


def test_a_group_opens_its_documents(office: TestSite) -> None:
    name = add_chart(office, chart_type="Group By", group_by_based_on="customer.territory")
    drawn = office.read(lambda ctx: chart(ctx, name))["series"][0]["points"]
    for point in drawn:
        filters = point["filters"]
        assert office.read(lambda ctx, f=filters: ctx.store.count("Trial Order", filters=f)) == point["value"]
    assert {point["label"] for point in drawn} == {"华东", "华南", None}


def span(interval: str, first: str, last: str, based_on: str = "day") -> dict[str, Any]:
    shown = {"timespan": "Select Date Range", "from_date": first, "to_date": last, "time_interval": interval}
    return {"chart_type": "Sum", "value_based_on": "amount", "timeseries": 1, "based_on": based_on, **shown}


@pytest.mark.parametrize(
    ("interval", "labels"),
    [
        ("Daily", ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]),
        ("Weekly", ["2026-02-23", "2026-03-02"]),
        ("Monthly", ["2026-02-01", "2026-03-01"]),
        ("Quarterly", ["2026-01-01"]),
        ("Yearly", ["2026-01-01"]),
    ],
)
def test_a_time_series_has_a_point_for_every_interval(office: TestSite, interval: str, labels: list[str]) -> None:
    found = dict(points(office, **span(interval, "2026-02-27", "2026-03-02")))
    assert list(found) == labels
    assert sum(found.values()) == 392.5
    if interval == "Daily":
        assert list(found.values()) == [0, 7, 385.5, 0]


def test_a_mean_of_nothing_is_a_gap_and_a_sum_of_nothing_is_0(office: TestSite) -> None:
    days = span("Daily", "2026-02-27", "2026-03-02")
    assert [shown for _, shown in points(office, **{**days, "chart_type": "Average"})] == [None, 7, 77.1, None]
    assert [shown for _, shown in points(office, **days)] == [0, 7, 385.5, 0]


def test_days_of_times_are_those_of_the_site(office: TestSite) -> None:
    name = add_chart(office, chart_type="Count", timeseries=1, timespan="Last Week", time_interval="Daily")
    drawn = office.read(lambda ctx: chart(ctx, name))["series"][0]["points"]
    assert [point["value"] for point in drawn] == [0] * 7 + [8]
    opened = office.read(lambda ctx: ctx.store.count("Trial Order", filters=drawn[-1]["filters"]))
    assert opened == 8


def test_a_report_is_drawn_and_summed_up(office: TestSite) -> None:
    query = {"columns": ["status", {"function": "sum", "field": "amount", "label": "金额"}], "group_by": ["status"]}
    report = add_report(office, {**query, "order_by": "status asc"})
    source = {"document_type": None, "report_name": report}
    drawn = points(office, chart_type="Report", x_field="status", y_axis=[{"y_field": "金额"}], **source)
    assert drawn == [("Lost", 25), ("Open", 1068.5), ("Won", 300)]
    assert value(office, type="Report", report_field="金额", report_function="Maximum", **source) == 1068.5


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"chart_type": "Custom"}, ValidationError),
        ({"chart_type": "Sum", "value_based_on": "status"}, DataError),
        ({"chart_type": "Group By", "group_by_based_on": "nothing"}, DataError),
        ({"chart_type": "Count", "document_type": "Trial Item"}, ValidationError),
        ({"chart_type": "Count", "filters_json": "[[1]]"}, DataError),
        ({"chart_type": "Count", "filters_json": "{"}, DataError),
        ({"chart_type": "Count", "dynamic_filters_json": '[["name", "=", "frappe.db.sql()"]]'}, DataError),
        (span("Daily", "2026-03-02", "2026-03-01"), ValidationError),
        (span("Daily", "2020-01-01", "2026-03-01"), ValidationError),
    ],
)
def test_what_cannot_be_asked_is_not_saved(office: TestSite, values: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        add_chart(office, **values)


def test_rights_decide_about_every_value(office: TestSite) -> None:
    margin = {"function": "Sum", "aggregate_function_based_on": "margin"}
    assert value(office, **margin) == 65
    with pytest.raises(PermissionError):
        value(office, CLERK, **margin)
    with pytest.raises(PermissionError):
        points(office, CLERK, chart_type="Group By", group_by_based_on="customer.rating")
    with pytest.raises(PermissionError, match="roles"):
        points(office, CLERK, chart_type="Count", roles=[{"role": "System Manager"}])
    with pytest.raises(DoesNotExistError):
        office.read(lambda ctx: chart(ctx, "没有"), CLERK)


def test_a_dashboard_shows_each_reader_the_own_part(office: TestSite) -> None:
    everybodys = add_chart(office, chart_type="Count")
    managers = add_chart(office, chart_type="Count", roles=[{"role": "System Manager"}])
    charts = [{"chart": everybodys, "width": "Full"}, {"chart": managers}]
    office.insert("Dashboard", dashboard_name="销售", is_default=1, cards=[{"card": add_card(office)}], charts=charts)
    mine = office.read(lambda ctx: dashboard(ctx, "销售"), CLERK)
    assert [row["name"] for row in mine["charts"]] == [everybodys]
    assert len(office.read(lambda ctx: dashboard(ctx, "销售"))["charts"]) == 2
    assert office.read(dashboards, CLERK)[0]["name"] == "销售"
    assert "销售" not in [row["name"] for row in office.read(dashboards, STRANGER)]
