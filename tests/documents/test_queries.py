"""Lists and counts: Frappe's fields, filters and orders; what is not there or may not be seen is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_platform.errors import CRMError, DataError, DoesNotExistError, PermissionError
from crm_platform.testing import TestSite

CUSTOMERS = (
    {"title": "Acme", "territory": "DE", "employees": 10, "since": "2020-01-31", "revenue": "10.50"},
    {"title": "北京", "territory": "CN", "employees": 30, "since": "2021-06-01", "revenue": "99.99"},
    {"title": "Zeta", "territory": None, "employees": 0, "since": None},
)


@pytest.fixture(scope="module")
def lists(module_site: TestSite) -> TestSite:
    site = module_site
    site.doctype("Call Row", {"fieldname": "who", "fieldtype": "Data", "label": "Who"}, istable=1, permissions=[])
    site.doctype(
        "Client",
        {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
        {"fieldname": "territory", "fieldtype": "Data", "label": "Territory"},
        {"fieldname": "employees", "fieldtype": "Int", "label": "Employees"},
        {"fieldname": "since", "fieldtype": "Date", "label": "Since"},
        {"fieldname": "revenue", "fieldtype": "Currency", "label": "Revenue"},
        {"fieldname": "keeper", "fieldtype": "Link", "options": "User", "label": "Keeper"},
        {"fieldname": "calls", "fieldtype": "Table", "options": "Call Row", "label": "Calls"},
        autoname="field:title",
    )
    for values in CUSTOMERS:
        site.insert("Client", keeper="Administrator", calls=[{"who": f"of {values['title']}"}], **values)
    return site


def names(site: TestSite, **request: Any) -> list[str]:
    return [row["name"] for row in site.read(lambda ctx: ctx.store.list("Client", **request))]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([["territory", "=", "DE"]], {"Acme"}),
        ([["Client", "territory", "=", "DE"]], {"Acme"}),
        ({"territory": "DE"}, {"Acme"}),
        ({"employees": [">", 5]}, {"Acme", "北京"}),
        ([["territory", "!=", "DE"]], {"北京", "Zeta"}),
        ([["territory", "not in", ["DE"]]], {"北京", "Zeta"}),
        ([["territory", "in", "DE, CN"]], {"Acme", "北京"}),
        ([["territory", "in", []]], set()),
        ([["territory", "is", "not set"]], {"Zeta"}),
        ([["territory", "=", ""]], {"Zeta"}),
        ([["title", "like", "%ACM%"]], {"Acme"}),
        ([["title", "like", "北%"]], {"北京"}),
        ([["since", "between", ["2020-01-01", "2020-12-31"]]], {"Acme"}),
        ([["since", ">", "2020-12-31"]], {"北京"}),
        ([["revenue", "=", 10.5]], {"Acme"}),
        ([["Call Row", "who", "=", "of 北京"]], {"北京"}),
        ([["keeper.full_name", "=", "Administrator"]], {"Acme", "北京", "Zeta"}),
        ([["creation", "Timespan", "today"]], {"Acme", "北京", "Zeta"}),
        ([["title", "=", "x' OR '1'='1"]], set()),
    ],
    ids=lambda value: "found" if isinstance(value, set) else str(value),
)
def test_filters_find_what_they_say(lists: TestSite, filters: Any, found: set[str]) -> None:
    assert set(names(lists, filters=filters)) == found
    assert lists.read(lambda ctx: ctx.store.count("Client", filters=filters)) == len(found)


def test_rows_carry_just_the_asked_columns(lists: TestSite) -> None:
    rows = lists.read(
        lambda ctx: ctx.store.list(
            "Client", fields=["title as t", "calls.who", "keeper.full_name as fn"], filters={"title": "北京"}
        )
    )
    assert rows == [{"t": "北京", "who": "of 北京", "fn": "Administrator"}]


def test_groups_and_aggregates(lists: TestSite) -> None:
    rows = lists.read(
        lambda ctx: ctx.store.list(
            "Client",
            fields=["territory", "count(name) as n", "sum(revenue) as r"],
            group_by="territory",
            order_by="r desc",
        )
    )
    assert [(row["territory"], row["n"], float(row["r"])) for row in rows] == [
        ("CN", 1, 99.99),
        ("DE", 1, 10.5),
        (None, 1, 0),
    ]


def test_order_limit_and_offset(lists: TestSite) -> None:
    assert names(lists, order_by="employees asc") == ["Zeta", "Acme", "北京"]
    assert names(lists, order_by="`tabClient`.`employees` desc", limit=1, offset=1) == ["Acme"]
    assert names(lists, order_by="since asc")[0] == "Zeta"


LEADER = "leader@example.com"
NORTH = "north@example.com"


@pytest.fixture(scope="module")
def far(module_site: TestSite) -> TestSite:
    """Deals of clients of areas, which people lead; whoever is Northern reads the areas that are his."""
    site = module_site
    for role in ("Southern", "Northern"):
        site.role(role)
    manager = {"role": "System Manager", "read": 1, "write": 1, "create": 1}
    both = [manager, {"role": "Southern", "read": 1}, {"role": "Northern", "read": 1}]
    own = [manager, {"role": "Southern", "read": 1}, {"role": "Northern", "read": 1, "if_owner": 1}]
    fund = {"fieldname": "fund", "fieldtype": "Link", "options": "Fund", "label": "Fund"}
    site.doctype("Fund", {"fieldname": "title", "fieldtype": "Data", "label": "Title"}, autoname="prompt")
    site.doctype(
        "Area",
        {"fieldname": "region", "fieldtype": "Data", "label": "Region"},
        {"fieldname": "budget", "fieldtype": "Currency", "label": "Budget", "permlevel": 1},
        {"fieldname": "leader", "fieldtype": "Link", "options": "User", "label": "Leader"},
        fund,
        autoname="prompt",
        permissions=[*own, {"role": "System Manager", "permlevel": 1, "read": 1, "write": 1}],
    )
    area = {"fieldname": "area", "fieldtype": "Link", "options": "Area", "label": "Area"}
    buyer = {"fieldname": "buyer", "fieldtype": "Link", "options": "Buyer", "label": "Buyer"}
    site.doctype("Buyer", area, autoname="prompt", permissions=both)
    site.doctype("Deal Row", buyer, istable=1, permissions=[])
    rows = {"fieldname": "rows", "fieldtype": "Table", "options": "Deal Row", "label": "Rows"}
    table = {"fieldname": "table", "fieldtype": "Table", "options": "Deal Row", "label": "Table"}
    site.doctype("Deal", buyer, rows, table, autoname="prompt", permissions=both)
    site.user(LEADER, "Southern")
    site.user(NORTH, "Northern")
    for name, leader in (("北区", LEADER), ("南区", "Administrator")):
        site.insert("Area", name=name, region=f"of {name}", leader=leader, budget=5)
    for name, where in (("甲", "北区"), ("乙", "南区"), ("丙", None)):
        site.insert("Buyer", name=name, area=where)
        guests = [{"buyer": "甲"}] if where is None else []
        site.insert("Deal", name=f"D-{name}", buyer=name, rows=[{"buyer": name}], table=guests)
    return site


def deals(site: TestSite, user: str = "Administrator", **request: Any) -> list[Any]:
    found = site.read(lambda ctx: ctx.store.list("Deal", **{"order_by": "name asc", **request}), user)
    return [tuple(row.values()) for row in found]


def test_columns_filters_orders_and_groups_follow_links_behind_links(far: TestSite) -> None:
    shown = ["name", "buyer.area.region", "buyer.area.leader.email as leader"]
    assert deals(far, fields=shown, order_by="buyer.area.region asc, name asc") == [
        ("D-丙", None, None),
        ("D-甲", "of 北区", LEADER),
        ("D-乙", "of 南区", "admin@example.com"),
    ]
    assert deals(far, filters=[["buyer.area.leader.email", "=", LEADER]]) == [("D-甲",)]
    assert deals(far, filters=[["buyer.area.region", "is", "not set"]]) == [("D-丙",)]
    assert far.read(lambda ctx: ctx.store.count("Deal", filters=[["buyer.area.region", "like", "of%"]])) == 2
    grouped: dict[str, Any] = {
        "fields": ["buyer.area.region as r", "count(name) as n"],
        "group_by": "buyer.area.region",
    }
    assert set(deals(far, order_by="n desc", **grouped)) == {("of 北区", 1), ("of 南区", 1), (None, 1)}


def test_rows_of_a_table_lead_on_along_links(far: TestSite) -> None:
    assert deals(far, fields=["name", "rows.buyer.area"], filters=[["rows.buyer.area.region", "=", "of 北区"]]) == [
        ("D-甲", "北区")
    ]
    assert deals(far, filters=[["rows.buyer.area.region", "=", "of 南区"]]) == [("D-乙",)]
    assert deals(far, filters=[["rows.buyer.area", "=", "南区"], ["buyer.area.region", "=", "of 北区"]]) == []


def test_a_field_that_begins_like_the_name_of_a_table_leads_on(far: TestSite) -> None:
    """tabDeal.buyer means a field of the DocType Deal; table.buyer one in the rows of its field `table`."""
    assert deals(far, filters=[["table.buyer.area", "=", "北区"]]) == [("D-丙",)]
    assert deals(far, filters=[["tabDeal.buyer", "=", "乙"]]) == deals(far, filters=[["buyer", "=", "乙"]])


def test_every_document_on_the_way_is_read_with_the_rights_of_the_caller(far: TestSite) -> None:
    """An area of somebody else looks empty to whoever may read his own only, and so does what lies behind it."""
    shown = ["name", "buyer.area", "buyer.area.region"]
    assert deals(far, LEADER, fields=shown, filters={"name": "D-甲"}) == [("D-甲", "北区", "of 北区")]
    assert deals(far, NORTH, fields=shown, filters={"name": "D-甲"}) == [("D-甲", "北区", None)]
    assert deals(far, NORTH, filters=[["buyer.area.region", "=", "of 北区"]]) == []
    assert deals(far, NORTH, filters=[["rows.buyer.area.region", "=", "of 北区"]]) == []


@pytest.mark.parametrize(
    "reference",
    ["buyer.area.budget", "rows.buyer.area.budget", "buyer.area.fund.name"],
    ids=["level", "level behind a row", "DocType"],
)
def test_a_closed_field_behind_links_is_refused_wherever_it_is_used(far: TestSite, reference: str) -> None:
    for request in ({"fields": [reference]}, {"filters": [[reference, "is", "set"]]}, {"order_by": reference}):
        with pytest.raises(PermissionError):
            deals(far, LEADER, **request)


@pytest.mark.parametrize(
    "reference", ["buyer.region.name", "buyer.area.leader.roles.role", "buyer.area.owner.", "a.b.c"]
)
def test_a_way_that_is_none_is_refused(far: TestSite, reference: str) -> None:
    with pytest.raises(DataError):
        deals(far, fields=[reference])


@pytest.mark.parametrize(
    "request_",
    [
        {"fields": ["nope"]},
        {"fields": ["sleep(1)"]},
        {"fields": ["name; drop table tabClient"]},
        {"fields": ["(select 1) as x"]},
        {"fields": ["keeper.new_password"]},
        {"fields": ["calls.nope"]},
        {"fields": [{"SLEEP": "name"}]},
        {"filters": [["nope", "=", 1]]},
        {"filters": [["title", "regexp", "a"]]},
        {"filters": [["employees", "=", "many"]]},
        {"filters": [["since", "=", "31.01.2020"]]},
        {"filters": [["employees", "like", "1%"]]},
        {"filters": [["title", "=", {"a": 1}]]},
        {"filters": 5},
        {"filters": [["title"]]},
        {"order_by": "(select sleep(1))"},
        {"order_by": "rand()"},
        {"order_by": "1"},
        {"order_by": "name; drop table x"},
        {"order_by": "if(1,name,title)"},
        {"group_by": "territory; drop table x"},
        {"limit": -1},
        {"offset": -1},
    ],
    ids=str,
)
def test_A01_A02_A03_what_is_no_field_or_operator_is_refused(lists: TestSite, request_: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        names(lists, **request_)


def test_an_unknown_doctype_is_missing(lists: TestSite) -> None:
    with pytest.raises(DoesNotExistError, match="DocType Nope not found"):
        lists.read(lambda ctx: ctx.store.list("Nope"))


def test_child_rows_are_read_through_their_parent(lists: TestSite) -> None:
    with pytest.raises(PermissionError):
        lists.read(lambda ctx: ctx.store.list("Call Row"))
    rows = lists.read(lambda ctx: ctx.store.list("Call Row", fields=["who"], parent="Client", order_by="who"))
    assert [row["who"] for row in rows] == ["of Acme", "of Zeta", "of 北京"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.sampled_from(
    ["title", "name", "employees", "since", "calls.who", "keeper.name", "=", "like", "in", "between"]
)


@given(filters=JSON | st.lists(st.lists(PARTS | JSON, min_size=2, max_size=5), max_size=3))
def test_A03_any_json_as_filter_answers_or_is_refused(lists: TestSite, filters: Any) -> None:
    try:
        names(lists, filters=filters)
    except CRMError as error:
        assert error.status in (403, 404, 417)


@given(text=st.text(max_size=30) | st.tuples(PARTS, st.sampled_from([" asc", " desc", "--", ";", "()"])).map("".join))
def test_A01_any_text_as_order_or_field_answers_or_is_refused(lists: TestSite, text: str) -> None:
    for request in ({"order_by": text}, {"fields": [text]}, {"group_by": text}):
        try:
            names(lists, **request) if "fields" not in request else lists.read(
                lambda ctx: ctx.store.list("Client", fields=[text])
            )
        except CRMError as error:
            assert error.status in (403, 404, 417)
