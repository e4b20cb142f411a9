"""GET /api/resource/<DocType>: every list parameter of the contract, and every way to get it wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from support.api_site import Api, create

ROWS = (
    ("上海汽车", "华东", 10, "IT", None),
    ("北京银行", "华北", 25, "Retail", "2020-01-31"),
    ("Acme", "华东", 60, "制造", "2021-05-01"),
    ("Zenith", None, 60, None, None),
)


@pytest.fixture(scope="module")
def group(api: Api) -> str:
    """Four customers under one phone number, by which the tests below find them and nothing else."""
    for name, territory, employees, industry, since in ROWS:
        values = {"customer_name": name, "territory": territory, "employees": employees, "industry": industry}
        contacts = [{"contact_name": f"{name} A"}, {"contact_name": f"{name} B"}] if name == "Acme" else []
        create(api.admin, "Bench Customer", {**values, "since": since, "phone": "555", "contacts": contacts})
    return "555"


@dataclass(frozen=True)
class Case:
    """A list request and the customers that it must find, in order when `order_by` says so."""

    parameters: dict[str, Any]
    names: list[str]
    filters: list[Any] = field(default_factory=list)


FOUND = {
    "equal": Case({}, ["Acme", "上海汽车"], [["territory", "=", "华东"]]),
    "equal with DocType": Case({}, ["Acme", "上海汽车"], [["Bench Customer", "territory", "=", "华东"]]),
    "not equal includes missing": Case({}, ["Zenith", "北京银行"], [["territory", "!=", "华东"]]),
    "greater": Case({}, ["Acme", "Zenith"], [["employees", ">", 25]]),
    "at most, number as text": Case({}, ["上海汽车", "北京银行"], [["employees", "<=", "25"]]),
    "like ignores case": Case({}, ["Acme"], [["customer_name", "like", "ac%"]]),
    "not like": Case({}, ["Acme", "Zenith", "北京银行"], [["customer_name", "not like", "%汽车"]]),
    "in list": Case({}, ["Acme", "上海汽车", "北京银行"], [["territory", "in", ["华东", "华北"]]]),
    "in text": Case({}, ["Acme", "上海汽车", "北京银行"], [["territory", "in", "华东,华北"]]),
    "not in includes missing": Case({}, ["Zenith", "北京银行"], [["territory", "not in", ["华东"]]]),
    "in nothing": Case({}, [], [["territory", "in", []]]),
    "between": Case({}, ["北京银行"], [["since", "between", ["2020-01-01", "2020-12-31"]]]),
    "is set": Case({}, ["Acme", "北京银行"], [["since", "is", "set"]]),
    "is not set": Case({}, ["Zenith", "上海汽车"], [["since", "is", "not set"]]),
    "child rows": Case({}, ["Acme"], [["Bench Contact Row", "contact_name", "=", "Acme A"]]),
    "or": Case({"or_filters": '[["territory", "=", "华北"], ["industry", "=", "IT"]]'}, ["上海汽车", "北京银行"]),
    "descending": Case({"order_by": "customer_name desc"}, ["北京银行", "上海汽车", "Zenith", "Acme"]),
    "two keys": Case({"order_by": "employees desc, customer_name asc"}, ["Acme", "Zenith", "北京银行", "上海汽车"]),
    "with table": Case({"order_by": "`tabBench Customer`.`employees` asc", "limit": 1}, ["上海汽车"]),
    "page": Case({"order_by": "customer_name asc", "limit_start": 1, "limit_page_length": 2}, ["Zenith", "上海汽车"]),
    "limit": Case({"order_by": "customer_name asc", "limit": 1}, ["Acme"]),
    "limit_page_length wins": Case(
        {"order_by": "customer_name", "limit": 1, "limit_page_length": 2}, ["Acme", "Zenith"]
    ),
    "all": Case({"limit_page_length": 0}, ["Acme", "Zenith", "上海汽车", "北京银行"]),
    "unknown parameters": Case(
        {"limit": 0, "expand": "x", "nonsense": "1"}, ["Acme", "Zenith", "上海汽车", "北京银行"]
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_list_finds(api: Api, group: str, name: str) -> None:
    case = FOUND[name]
    filters = [["phone", "=", group], *case.filters]
    parameters = {"fields": '["customer_name"]', "filters": orjson.dumps(filters).decode(), **case.parameters}
    answer = api.admin.get("/api/resource/Bench Customer", params=parameters)
    found = [row["customer_name"] for row in answer.json()["data"]]
    assert (found if "order_by" in case.parameters else sorted(found)) == case.names


def test_a_list_has_only_the_name_unless_more_is_asked(api: Api, group: str) -> None:
    answer = api.admin.get("/api/resource/Bench Customer", params={"filters": f'{{"phone": "{group}"}}'})
    assert answer.headers["content-type"] == "application/json"
    assert [list(row) for row in answer.json()["data"]] == [["name"]] * 4


def test_filters_as_an_object(api: Api, group: str) -> None:
    filters = orjson.dumps({"phone": group, "employees": [">", 25], "territory": "华东"}).decode()
    answer = api.admin.get("/api/resource/Bench Customer", params={"filters": filters, "fields": '["customer_name"]'})
    assert answer.json() == {"data": [{"customer_name": "Acme"}]}


def test_rows_keep_nulls_and_the_asked_order(api: Api, group: str) -> None:
    parameters = {
        "filters": f'{{"phone":"{group}","customer_name":"Zenith"}}',
        "fields": '["since","territory","employees"]',
    }
    answer = api.admin.get("/api/resource/Bench Customer", params=parameters)
    assert answer.content == b'{"data":[{"since":null,"territory":null,"employees":60}]}'


@pytest.mark.parametrize("all_fields", ['["*"]', '"*"', "*"])
def test_every_column_at_once(api: Api, group: str, all_fields: str) -> None:
    parameters = {"filters": f'{{"phone":"{group}","customer_name":"Acme"}}', "fields": all_fields}
    row = api.admin.get("/api/resource/Bench Customer", params=parameters).json()["data"][0]
    assert list(row)[:8] == [
        "name",
        "owner",
        "creation",
        "modified",
        "modified_by",
        "docstatus",
        "idx",
        "customer_name",
    ]
    assert "contacts" not in row
    assert row["since"] == "2021-05-01"


@pytest.mark.parametrize("flag", ["0", "false", "False"])
def test_rows_as_arrays(api: Api, group: str, flag: str) -> None:
    parameters = {
        "filters": f'{{"phone":"{group}"}}',
        "fields": '["customer_name","employees"]',
        "order_by": "customer_name asc",
        "as_dict": flag,
        "limit": 1,
    }
    assert api.admin.get("/api/resource/Bench Customer", params=parameters).json() == {"data": [["Acme", 60]]}


def test_groups_with_aggregates(api: Api, group: str) -> None:
    parameters = {
        "filters": f'{{"phone":"{group}"}}',
        "fields": '["territory","sum(employees) as e","count(name) as n"]',
        "group_by": "territory",
        "order_by": "territory asc",
    }
    rows = api.admin.get("/api/resource/Bench Customer", params=parameters).json()["data"]
    assert [(row["territory"], row["e"], row["n"]) for row in rows] == [(None, 60, 1), ("华东", 70, 2), ("华北", 25, 1)]


def test_child_rows_come_one_per_answer_row(api: Api, group: str) -> None:
    parameters = {
        "filters": f'{{"phone":"{group}","customer_name":"Acme"}}',
        "fields": '["customer_name","contacts.contact_name"]',
        "order_by": "`tabBench Contact Row`.contact_name asc",
    }
    rows = api.admin.get("/api/resource/Bench Customer", params=parameters).json()["data"]
    assert [row["contact_name"] for row in rows] == ["Acme A", "Acme B"]


def test_a_child_doctype_needs_its_parent(api: Api, group: str) -> None:
    refused = api.admin.get("/api/resource/Bench Contact Row")
    assert (refused.status_code, refused.json()["exc_type"]) == (403, "PermissionError")
    parameters = {"parent": "Bench Customer", "filters": '{"contact_name": "Acme A"}', "fields": '["contact_name"]'}
    allowed = api.admin.get("/api/resource/Bench Contact Row", params=parameters)
    assert allowed.json() == {"data": [{"contact_name": "Acme A"}]}


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "unknown field in fields": ({"fields": '["nope"]'}, "DataError"),
    "unknown field in filters": ({"filters": '[["nope","=",1]]'}, "DataError"),
    "unknown field in or_filters": ({"or_filters": '[["nope","=",1]]'}, "DataError"),
    "unknown field in order_by": ({"order_by": "nope desc"}, "DataError"),
    "unknown field in group_by": ({"group_by": "nope"}, "DataError"),
    "unknown operator": ({"filters": '[["territory","regexp","x"]]'}, "DataError"),
    "fields is no JSON": ({"fields": "name,customer_name"}, "ValidationError"),
    "fields is no list": ({"fields": '{"name": 1}'}, "ValidationError"),
    "fields holds a number": ({"fields": "[1]"}, "ValidationError"),
    "fields is empty": ({"fields": "[]"}, "ValidationError"),
    "filters is no JSON": ({"filters": "junk"}, "ValidationError"),
    "filters is a number": ({"filters": "5"}, "ValidationError"),
    "filter is a number": ({"filters": "[5]"}, "DataError"),
    "filter value is an object": ({"filters": '[["territory","=",{"a":1}]]'}, "DataError"),
    "text for a number": ({"filters": '[["employees","=","many"]]'}, "DataError"),
    "text for a date": ({"filters": '[["since","=","31.01.2020"]]'}, "DataError"),
    "limit is text": ({"limit": "abc"}, "ValidationError"),
    "limit is empty": ({"limit": ""}, "ValidationError"),
    "limit is negative": ({"limit": "-1"}, "ValidationError"),
    "limit is huge": ({"limit": "99999999999999999999"}, "ValidationError"),
    "limit_start is text": ({"limit_start": "abc"}, "ValidationError"),
    "page is a fraction": ({"limit_page_length": "1.5"}, "ValidationError"),
    "second statement": ({"order_by": "name; drop table x"}, "DataError"),
    "function": ({"order_by": "sleep(1)"}, "DataError"),
    "subquery": ({"order_by": "(select sleep(1))"}, "DataError"),
    "case": ({"order_by": "case when 1=1 then name else owner end"}, "DataError"),
    "position": ({"order_by": "1"}, "DataError"),
    "random": ({"order_by": "rand()"}, "DataError"),
    "statement in group_by": ({"group_by": "territory; drop table x"}, "DataError"),
    "function in fields": ({"fields": '["sleep(1)"]'}, "DataError"),
    "subquery in fields": ({"fields": '["(select 1)"]'}, "DataError"),
    "back-tick in a filter": ({"filters": '[["na`me","=",1]]'}, "DataError"),
    "table of secrets": ({"fields": '["`tab__Auth`.password"]'}, "DataError"),
    "NUL in a value": ({"filters": '[["territory","=","a\\u0000b"]]'}, "ValidationError"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_list_refuses(api: Api, name: str) -> None:
    parameters, kind = REFUSED[name]
    answer = api.admin.get("/api/resource/Bench Customer", params=parameters)
    assert (answer.status_code, answer.json()["exc_type"]) == (417, kind), answer.text


def test_a_quote_in_a_value_is_only_a_quote(api: Api) -> None:
    answer = api.admin.get("/api/resource/Bench Customer", params={"filters": '[["territory","=","x\' or 1=1 --"]]'})
    assert answer.json() == {"data": []}


def test_an_unknown_doctype_is_not_found(api: Api) -> None:
    answer = api.admin.get("/api/resource/No Such DT")
    assert (answer.status_code, answer.json()["exc_type"]) == (404, "DoesNotExistError")
    assert "DocType No Such DT not found" in answer.json()["_server_messages"]


def test_debug_shows_nothing(api: Api, group: str) -> None:
    answer = api.admin.get("/api/resource/Bench Customer", params={"debug": "true", "limit": "1"})
    assert list(answer.json()) == ["data"]


@pytest.mark.parametrize("base", ["/api/resource/", "/api/v2/document/"])
def test_pages_by_cursor_lead_from_one_to_the_next(api: Api, group: str, base: str) -> None:
    asked = {
        "fields": '["customer_name"]',
        "filters": orjson.dumps([["phone", "=", group]]).decode(),
        "order_by": "employees desc, customer_name asc",
        "limit_page_length": 3,
    }
    first = api.admin.get(f"{base}Bench Customer", params={**asked, "cursor": "*"}).json()
    assert [row["customer_name"] for row in first["data"]] == ["Acme", "Zenith", "北京银行"]
    second = api.admin.get(f"{base}Bench Customer", params={**asked, "cursor": first["next_cursor"]}).json()
    assert second == {"data": [{"customer_name": "上海汽车"}], "next_cursor": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"cursor": "x"},
        {"limit_start": 5},
        {"group_by": "territory"},
        {"parent": "Bench Order"},
        {"order_by": "nothing"},
    ],
)
def test_a_cursor_that_makes_no_sense_is_refused(api: Api, wrong: dict[str, Any]) -> None:
    answer = api.admin.get("/api/resource/Bench Customer", params={"cursor": "*", **wrong})
    assert answer.status_code == 417, answer.text
    assert answer.json()["exception"]
