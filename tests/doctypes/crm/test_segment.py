"""Segments: live ones follow their filter, fixed ones keep their list, and what cannot work is refused."""

from __future__ import annotations

import json

import pytest

from support.crm import Crm


def segment(crm: Crm, name: str, filters: object, doctype: str = "Customer") -> str:
    made = crm.sales_manager.create(
        "Segment", segment_name=name, document_type=doctype, filters=json.dumps(filters, ensure_ascii=False)
    )
    return str(made["name"])


def test_a_live_segment_follows_its_filter(crm: Crm) -> None:
    rep = crm.sales
    mine = rep.create("Customer", customer_name="西岭矿业", customer_level="A", annual_revenue=90_000_000)["name"]
    rep.create("Customer", customer_name="西岭小店", annual_revenue=90_000)
    name = segment(crm, "大客户", [["customer_name", "like", "西岭%"], ["annual_revenue", ">", 1_000_000]])
    assert rep.call("crm.segment.members", name=name) == {"doctype": "Customer", "count": 1, "members": [mine]}
    rep.change("Customer", mine, annual_revenue=1)
    assert rep.call("crm.segment.members", name=name)["count"] == 0
    assert rep.call("crm.segment.show", name=name)["list"] == "Customer"


def test_a_fixed_segment_keeps_who_was_there(crm: Crm) -> None:
    rep = crm.sales
    names = sorted(rep.create("Customer", customer_name=f"北山 {n}")["name"] for n in range(3))
    live = segment(crm, "北山", [["customer_name", "like", "北山%"]])
    fixed = crm.sales_manager.call("crm.segment.freeze", name=live)["name"]
    rep.change("Customer", names[0], customer_name="南山")
    assert rep.call("crm.segment.members", name=fixed)["members"] == names
    assert rep.call("crm.segment.members", name=fixed, limit=1, offset=1) == {
        "doctype": "Customer",
        "count": 3,
        "members": [names[1]],
    }
    twice = [{"member": names[0]}, {"member": names[0]}]
    assert "twice" in crm.sales_manager.refused_change("Segment", fixed, members=twice)


@pytest.mark.parametrize(
    "filters", [[["no_such_field", "=", 1]], [["annual_revenue", ">", "many"]], [["customer_name", "~~", "x"]], {}, "x"]
)
def test_a_wrong_filter_is_refused(crm: Crm, filters: object) -> None:
    values = {"segment_name": f"wrong {filters}"[:100], "filters": json.dumps(filters)}
    assert crm.sales_manager.refused_new("Segment", **values)


def test_who_may_not_make_segments(crm: Crm) -> None:
    assert "Segment" in crm.sales.refused_new("Segment", segment_name="x", filters='[["name", "is", "set"]]')


def test_the_traits_of_a_customer_are_kept_searched_and_segmented(crm: Crm) -> None:
    """Of a company and of a person (the age is the date of birth)."""
    company = {
        "number_of_employees": 420,
        "registered_capital": 5_000_000,
        "is_listed": 1,
        "annual_revenue": 86_000_000.5,
    }
    person = {
        "date_of_birth": "1988-05-01",
        "education": "Bachelor",
        "marital_status": "Married",
        "family_members": 3,
        "annual_income": 240_000,
        "car": "比亚迪 汉",
    }
    for name, kind, traits in (("高山制药", "Company", company), ("高山 李梅", "Individual", person)):
        made = crm.sales.create("Customer", customer_name=name, customer_type=kind, **traits)["name"]
        stored = crm.sales.get("Customer", made)
        assert {trait: stored[trait] for trait in traits} == traits
        conditions = [["customer_name", "like", "高山%"], *([trait, "=", value] for trait, value in traits.items())]
        assert crm.sales.call("crm.segment.members", name=segment(crm, name, conditions))["members"] == [made]
