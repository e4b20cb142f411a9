"""Reports answer like lists: grouped and counted, under the caller's rights, with bound values only."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from crm_platform.database.conditions import EVERYTHING
from crm_platform.documents.context import Context
from crm_platform.errors import DataError, DoesNotExistError, MandatoryError, PermissionError, ValidationError
from crm_platform.reports.running import Result, run
from crm_platform.testing import TestSite
from support.sabotage import always, defended_by

from .conftest import CLERK, OTHER, STRANGER, add_report

BY_CUSTOMER = {
    "group_by": ["customer"],
    "aggregates": [{"function": "count", "field": "name", "label": "Orders"}, {"function": "sum", "field": "amount"}],
    "order_by": "customer asc",
}


def answer(site: TestSite, name: str = "Trial", user: str = "Administrator", **given: Any) -> Result:
    return site.read(lambda ctx: run(ctx, name, given), user)


def plain_rows(result: Result) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in result.rows]


@pytest.mark.parametrize("kind", ["Report Builder", "Query Report"])
def test_a_report_groups_and_counts(office: TestSite, kind: str) -> None:
    add_report(office, BY_CUSTOMER, kind, add_total_row=1)
    result = answer(office)
    assert [(column.label, column.fieldtype) for column in result.columns] == [
        ("Customer", "Link"),
        ("Orders", "Int"),
        ("Amount", "Currency"),
    ]
    assert sorted(plain_rows(result)) == [
        ("星河", 2, Decimal("150.5")),
        ("蓝海", 2, Decimal(225)),
        ("远山", 1, Decimal(10)),
    ]
    assert result.total == ("Total", 5, Decimal("385.5"))


def test_columns_reach_linked_documents(office: TestSite) -> None:
    columns = ["customer.territory", {"function": "sum", "field": "amount", "label": "总额"}]
    add_report(office, {"columns": columns, "group_by": ["customer.territory"], "filters": [["status", "!=", "Lost"]]})
    result = answer(office)
    assert [column.label for column in result.columns] == ["Territory", "总额"]
    assert sorted(plain_rows(result)) == [("华东", Decimal("160.5")), ("华南", Decimal(200))]


def test_the_saved_form_of_frappes_builder_runs(desk: TestSite) -> None:
    saved = {
        "fields": [["name", "Trial Order"], ["amount", "Trial Order"]],
        "filters": [["Trial Order", "status", "=", "Won", False]],
        "sort_by": "`tabTrial Order`.`amount`",
        "sort_order": "desc",
        "add_totals_row": 0,
        "page_length": 20,
    }
    add_report(desk, saved, "Report Builder")
    assert plain_rows(answer(desk)) == [("O-3", Decimal(200)), ("O-1", Decimal(100))]


def test_readers_fill_in_filters(office: TestSite) -> None:
    filters = [
        {"fieldname": "customer", "label": "Customer", "fieldtype": "Link", "options": "Trial Customer"},
        {"fieldname": "status", "label": "Status", "fieldtype": "Data", "mandatory": 1},
    ]
    asked = [["customer", "=", {"parameter": "customer"}], ["status", "=", {"parameter": "status"}]]
    add_report(office, {"columns": ["name"], "filters": asked, "order_by": "name asc"}, filters=filters)
    assert plain_rows(answer(office, status="Won")) == [("O-1",), ("O-3",)]
    assert plain_rows(answer(office, status="Won", customer="蓝海")) == [("O-3",)]
    with pytest.raises(MandatoryError, match="Status is needed"):
        answer(office, customer="蓝海")
    with pytest.raises(DataError, match="no filter"):
        answer(office, status="Won", owner="x")


@pytest.mark.parametrize("value", ["x' OR 1=1 --", "{{ 7 * 7 }}", "Won'; DROP TABLE tabUser", "%"])
def test_A11_values_are_bound_never_part_of_the_query(desk: TestSite, value: str) -> None:
    filters = [{"fieldname": "status", "label": "Status", "fieldtype": "Data"}]
    add_report(desk, {"filters": [["status", "=", {"parameter": "status"}]]}, filters=filters)
    assert plain_rows(answer(desk, status=value)) == []
    assert len(answer(desk).rows) == 5


WRONG = [
    {"columns": ["name; drop table"]},
    {"columns": ["no_such_field"]},
    {"columns": ["`tabUser`.name"]},
    {"columns": ["customer.no_such"]},
    {"columns": [{"function": "sleep", "field": "amount"}]},
    {"columns": [{"function": "sum", "field": "status"}]},
    {"columns": ["name", {"function": "sum", "field": "amount"}]},
    {"filters": [["User", "name", "=", "x"]]},
    {"filters": [["Trial Order` --", "name", "=", "x"]]},
    {"filters": [["name", "regexp", "x"]]},
    {"filters": [["amount", "=", "many"]]},
    {"filters": [["status", "=", {"parameter": "unknown"}]]},
    {"filters": "status = 'Won'"},
    {"group_by": ["status; --"]},
    {"group_by": {"group_by": "status"}},
    {"order_by": "amount desc; drop table x"},
    {"order_by": ["amount"]},
    {"limit": "all"},
    {"doctype": "User"},
    {"joins": ["User"]},
    [1, 2],
]


def test_A06_what_is_wrong_is_refused_when_it_is_saved_and_when_it_is_run(desk: TestSite) -> None:
    add_report(desk, {}, name="Stored")
    for query in WRONG:
        for work in (lambda q=query: add_report(desk, q), lambda q=query: stored_before(desk, q)):
            with pytest.raises(ValidationError) as refused:
                pytest.fail(f"{query} gave {work()}")
            assert refused.value.status == 417, query


def stored_before(site: TestSite, query: Any) -> Result:
    """Run a query that came into the table past the checks, as an old version may have left it."""

    def put(ctx: Context) -> None:
        ctx.connection.update_row(ctx.definitions["Report"], "Stored", {"query": json.dumps(query)})

    site.system(put)
    return answer(site, "Stored")


@pytest.mark.parametrize("sql", ["select * from tabUser", "SELECT 1 -- {}", "with x as (select 1) select * from x"])
def test_A12_sql_is_refused_with_a_sentence(desk: TestSite, sql: str) -> None:
    with pytest.raises(ValidationError, match="reports in SQL are not run here. Write the query as JSON"):
        add_report(desk, sql)
    add_report(desk, {})
    with pytest.raises(ValidationError, match="SQL"):
        desk.update("Report", "Trial", query=sql)
    with pytest.raises(ValidationError, match="Script Report are not run here"):
        add_report(desk, "", "Script Report", name="Script")


def test_reports_need_the_right_to_report_and_a_role(office: TestSite) -> None:
    add_report(office, BY_CUSTOMER)
    assert len(answer(office, user=CLERK).rows) == 3
    with pytest.raises(PermissionError, match="report"):
        answer(office, user=STRANGER)
    office.update("Report", "Trial", roles=[{"role": "Sales Manager"}])
    with pytest.raises(PermissionError, match="none of the roles"):
        answer(office, user=CLERK)
    assert len(answer(office).rows) == 3
    with pytest.raises(DoesNotExistError):
        answer(office, "No such report", CLERK)


def test_a_disabled_report_is_not_run(desk: TestSite) -> None:
    add_report(desk, {}, disabled=1)
    with pytest.raises(ValidationError, match="disabled"):
        answer(desk)


@defended_by("crm_platform.access.policy:Policy.levels", replace_with=always(frozenset({0, 1, 2})))
def test_B09_fields_that_the_caller_may_not_read_stay_out(office: TestSite) -> None:
    add_report(office, {"columns": ["name", "margin"]})
    assert [column.key for column in answer(office).columns] == ["name", "margin"]
    assert [column.key for column in answer(office, user=CLERK).columns] == ["name"]
    hidden = (
        {"group_by": ["margin"]},
        {"aggregates": [{"function": "sum", "field": "margin"}]},
        {"filters": [["margin", ">", 12]]},
        {"order_by": "margin asc"},
        {"group_by": ["customer.rating"]},
    )
    for number, query in enumerate(hidden):
        add_report(office, query, name=f"Hidden {number}")
        answer(office, f"Hidden {number}")
        with pytest.raises(PermissionError):
            answer(office, f"Hidden {number}", CLERK)


def restrict(site: TestSite, user: str, customer: str) -> None:
    site.insert("User Permission", user=user, allow="Trial Customer", for_value=customer)


@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B10_two_users_get_their_own_rows_of_one_report(office: TestSite) -> None:
    add_report(office, {"columns": ["name"], "order_by": "name asc"})
    restrict(office, CLERK, "星河")
    restrict(office, OTHER, "远山")
    for _ in range(2):
        assert plain_rows(answer(office, user=CLERK)) == [("O-1",), ("O-2",)]
        assert plain_rows(answer(office, user=OTHER)) == [("O-5",)]
        assert len(answer(office).rows) == 5


QUERIES: Sequence[Mapping[str, Any]] = (
    {"columns": ["name", "status"]},
    {"columns": ["name", "customer.territory", "margin"]},
    {"columns": ["name", "`tabTrial Item`.product"]},
    {"columns": ["name"], "or_filters": [["status", "=", "Won"], ["amount", ">", 0]]},
)


def test_B09_rows_of_a_report_are_rows_of_the_list_for_any_rights(office: TestSite) -> None:
    for number, query in enumerate(QUERIES):
        add_report(office, query, name=f"Q{number}")
    dice = random.Random(20260301)
    roles = [random_role(office, dice, number) for number in range(8)]
    seen = 0
    for number in range(50):
        user = random_user(office, dice, number, roles)
        listed = listed_names(office, user)
        for report in range(len(QUERIES)):
            with suppress(PermissionError):
                names = {row[0] for row in answer(office, f"Q{report}", user).rows}
                assert names <= listed, (user, report)
                seen += len(names)
    assert seen > 50


def random_role(site: TestSite, dice: random.Random, number: int) -> str:
    role = site.role(f"Role {number}")
    for doctype in ("Trial Order", "Trial Customer"):
        chances = {"read": 0.7, "report": 0.7, "if_owner": 0.2}
        flags = {flag: int(dice.random() < chance) for flag, chance in chances.items()}
        site.insert("Custom DocPerm", parent=doctype, role=role, permlevel=0, **flags)
    return role


def random_user(site: TestSite, dice: random.Random, number: int, roles: Sequence[str]) -> str:
    """Somebody with up to three roles, perhaps bound to one customer."""
    user = site.user(f"user{number}@example.com", *dice.sample(roles, dice.randint(0, 3)))
    if dice.random() < 0.5:
        restrict(site, user, dice.choice(["星河", "蓝海", "远山"]))
    return user


def listed_names(site: TestSite, user: str) -> set[str]:
    try:
        return {row["name"] for row in site.read(lambda ctx: ctx.store.list("Trial Order", limit=0), user)}
    except PermissionError:
        return set()
