"""A field or DocType that others read cannot be taken from under them: the refusal names who reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm_platform.documents import drafts
from crm_platform.documents.drafts import Draft
from crm_platform.errors import DefinitionError, ValidationError
from crm_platform.testing import TestSite

NAME = {"fieldname": "title", "fieldtype": "Data", "label": "Title"}
MANAGER = "System Manager"


def custom(dt: str, fieldname: str, fieldtype: str, **values: Any) -> dict[str, Any]:
    return {"dt": dt, "fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname, **values}


def rollup_reads(site: TestSite) -> None:
    gathers = {"function": "sum", "field": "price", "from": "Gift", "link": "giver"}
    site.insert("Custom Field", **custom("Giver", "total", "Int", rollup=str(gathers).replace("'", '"')))


def formula_reads(site: TestSite) -> None:
    site.insert("Custom Field", **custom("Gift", "double", "Int", formula="doc.price * 2"))


def workflow_reads(site: TestSite) -> None:
    for state in ("起草", "完成"):
        site.insert("Workflow State", workflow_state_name=state)
    move = {"state": "起草", "action": "Approve", "next_state": "完成", "allowed": MANAGER}
    move["condition"] = "doc.price > 1"
    states = [{"state": state, "doc_status": "0", "allow_edit": MANAGER} for state in ("起草", "完成")]
    site.insert("Workflow", workflow_name="送", document_type="Gift", is_active=1, states=states, transitions=[move])


def report_reads(site: TestSite) -> None:
    query = '{"doctype": "Gift", "columns": ["name", "price"]}'
    site.insert(
        "Report", report_name="礼单", ref_doctype="Gift", report_type="Query Report", is_standard="No", query=query
    )


def rule_reads(site: TestSite) -> None:
    values = {"document_type": "Gift", "name": "贵", "description": "分", "priority": 1, "rule": "Round Robin"}
    site.user("li@example.com")
    site.insert("Assignment Rule", **values, assign_condition="doc.price > 9", users=[{"user": "li@example.com"}])


def fetch_reads(site: TestSite) -> None:
    site.doctype("Thanks", {"fieldname": "gift", "fieldtype": "Link", "label": "Gift", "options": "Gift"})
    site.insert("Custom Field", **custom("Thanks", "amount", "Int", fetch_from="gift.price"))


READERS: tuple[tuple[Callable[[TestSite], None], str], ...] = (
    (rollup_reads, "the roll-up of total gathers price"),
    (formula_reads, "formula of double reads the field price"),
    (workflow_reads, "送: the condition of Approve"),
    (report_reads, "Report 礼单"),
    (rule_reads, "Assignment Rule 贵"),
    (fetch_reads, "the field amount fetches price"),
)


@pytest.fixture(scope="module")
def gifts(module_site: TestSite) -> TestSite:
    """Everything that reads the field price of Gift, at once."""
    module_site.doctype("Giver", NAME)
    giver = {"fieldname": "giver", "fieldtype": "Link", "label": "Giver", "options": "Giver"}
    module_site.doctype("Gift", NAME, giver)
    module_site.insert("Custom Field", **custom("Gift", "price", "Int"))
    for reads, _ in READERS:
        reads(module_site)
    return module_site


@pytest.fixture
def refusal(gifts: TestSite) -> Iterator[DefinitionError]:
    with pytest.raises(DefinitionError) as raised:
        gifts.write(lambda ctx: ctx.store.delete("Custom Field", "Gift-price"))
    yield raised.value


def test_a_field_that_others_read_stays_and_all_of_them_are_named(gifts: TestSite, refusal: DefinitionError) -> None:
    told = [fault.message() for fault in refusal.errors]
    for _, named in READERS:
        assert any(named in sentence for sentence in told), (named, told)
    assert "Change that first" in refusal.message()
    assert gifts.read(lambda ctx: ctx.definitions["Gift"].field("price")) is not None


def test_a_preview_tells_the_definitions_that_read_what_goes(gifts: TestSite) -> None:
    found = gifts.system(lambda ctx: drafts.preview(ctx, Draft(removed=[("Custom Field", "Gift-price")])))
    faults = [problem.message() for problem in found.problems if problem.is_error]
    for named in (READERS[0][1], READERS[1][1], READERS[2][1], READERS[5][1]):
        assert any(named in sentence for sentence in faults), (named, faults)
    assert {problem.advice() for problem in found.problems} == {"Change that first, or make both changes in one plan."}


def test_a_field_goes_with_those_that_read_it(gifts: TestSite) -> None:
    for name, more in (("base", {}), ("twice", {"formula": "doc.base * 2"})):
        gifts.insert("Custom Field", **custom("Giver", name, "Int", **more))
    both = Draft(removed=[("Custom Field", "Giver-base"), ("Custom Field", "Giver-twice")])
    assert gifts.system(lambda ctx: drafts.apply(ctx, both, "api")).number
    assert gifts.read(lambda ctx: ctx.definitions["Giver"].field("twice")) is None


def test_a_doctype_that_others_link_to_stays(gifts: TestSite) -> None:
    with pytest.raises(ValidationError) as raised:
        gifts.write(lambda ctx: ctx.store.delete("DocType", "Giver"))
    assert any("Gift" in fault.message() for fault in raised.value.errors)
    assert gifts.read(lambda ctx: "Giver" in ctx.definitions)


def test_what_nobody_reads_goes(gifts: TestSite) -> None:
    gifts.insert("Custom Field", **custom("Gift", "remark", "Data"))
    gifts.write(lambda ctx: ctx.store.delete("Custom Field", "Gift-remark"))
    assert gifts.read(lambda ctx: ctx.definitions["Gift"].field("remark")) is None
