"""Every coded check: a definition that it reports, and beside it the same definition without the fault."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from crm_platform.metadata.checks import CHECKS, check
from crm_platform.metadata.records import Definition
from support.definitions import Body, doctype, merged, record, row

ROLES = frozenset({"Sales User"})
CHILD = doctype("Order Item", row("item"), istable=1)
PILL = doctype("Tag Link", row("tag", "Link", options="Order"), istable=1)
OTHERS = (CHILD, PILL, doctype("Territory", row("region"), row("zone", fetch_from="back.area")))


class Case(NamedTuple):
    """`bad` is reported by the check, `good` is not."""

    id: str
    bad: Definition
    good: Definition
    more: tuple[Definition, ...] = ()
    site: tuple[Definition, ...] = ()


def of_fields(id: str, bad: list[Body], good: list[Body], **properties: Any) -> Case:
    return Case(id, doctype("Order", *bad, **properties), doctype("Order", *good, **properties))


def of_property(id: str, bad: Body, good: Body, *fields: Body) -> Case:
    return Case(id, doctype("Order", *fields, **bad), doctype("Order", *fields, **good))


INDEXED = (row("title"), row("day", "Date"), row("note", "Text"), row("rows", "Section Break"))


def of_name(id: str, bad: str, good: str, *more: Definition) -> Case:
    return Case(id, doctype(bad, row("title")), doctype(good, row("title")), more)


def of_rows(id: str, bad: list[Body], good: list[Body], **properties: Any) -> Case:
    return of_property(id, {"permissions": bad, **properties}, {"permissions": good, **properties}, row("title"))


def retyped(doctype_name: str, fieldname: str, fieldtype: str) -> Definition:
    """A Property Setter of the site."""
    body = {"doc_type": doctype_name, "field_name": fieldname, "property": "fieldtype", "value": fieldtype}
    return record("Property Setter", name=f"{doctype_name}-{fieldname}-fieldtype", doctype_or_field="DocField", **body)


SALE = doctype(
    "Sale",
    row("order", "Link", options="Order"),
    row("kind", "Link", options="DocType"),
    row("other", "Dynamic Link", options="kind"),
    row("seller"),
    row("amount", "Currency"),
    row("day", "Date"),
    row("secret", "Password"),
    row("salary", "Currency", sensitivity="Confidential"),
)
SUM = {"function": "sum", "field": "amount", "from": "Sale", "link": "order"}
MEAN = {**SUM, "function": "avg"}


def of_figure(id: str, records_behind: Any) -> Case:
    sound = {"from": "Sale", "link": "order", "filter": "doc.seller == '王芳'", "within": {"day": 365}}
    bad, good = (row("total", "Currency", records_behind=says) for says in (records_behind, sound))
    return Case(id, doctype("Order", bad), doctype("Order", good), (SALE,))


def of_rollup(id: str, rollup: Any, changed: Body | None = None, **properties: Any) -> Case:
    """A faulty roll-up, beside a sound one; `changed` are properties of the faulty field's DocType."""
    bad = row("total", **{"fieldtype": "Currency", "rollup": rollup, **properties})
    return Case(
        id, doctype("Order", bad, **(changed or {})), doctype("Order", row("total", "Currency", rollup=SUM)), (SALE,)
    )


ENGINE_ORDER = record("DocType", name="Order", module="Core", fields=[row("title")])
STATES = [{"state": "Draft", "doc_status": "0", "allow_edit": "Sales User"}, {"state": "已批准", "doc_status": "1"}]
STEP = {"state": "Draft", "action": "Approve", "next_state": "已批准", "allowed": "Sales User"}
TIER = {"state": "Draft", "action": "Approve", "role": "Sales User", "approvals": 2}

THREE_STATES = [STATES[0], {"state": "Sent", "doc_status": "0"}, STATES[1]]
CHAIN = [{**STEP, "next_state": "Sent"}, {**STEP, "state": "Sent", "allowed": "Sales Manager"}]
APART = [CHAIN[0], {**CHAIN[1], "allow_self_approval": 0}]


def flow(states: list[Body] | None = None, transitions: list[Body] | None = None, **more: Any) -> Definition:
    return record(
        "Workflow",
        workflow_name="Approval",
        document_type="Order",
        is_active=1,
        states=STATES if states is None else states,
        transitions=[STEP] if transitions is None else transitions,
        **more,
    )


ORDER = doctype("Order", row("title"), row("grand_total", "Currency"), is_submittable=1)


def of_flow(id: str, bad: Definition, good: Definition | None = None, order: Definition = ORDER) -> Case:
    return Case(id, bad, good or flow(), (order,))


CASES = [
    of_name("D101", "Bad; drop", "Bad drop"),
    of_name("D101", 'Lead"', "Lead"),
    of_name("D101", "Lead\0", "线索"),
    of_name("D101", "Lead ", "Lead"),
    of_name("D101", "2 Leads", "Leads-2"),
    of_name("D101", "_Lead", "L_ead"),
    of_name("D101", "Lead\n", "Lead"),
    of_name("D102", "L" * 62, "L" * 61),
    of_name("D103", "New Lead", "Newer Lead"),
    of_name("D104", "lead", "Led", doctype("Lead", row("title"))),
    of_name("D104", "Ｌead", "Led", doctype("Lead", row("title"))),
    of_name("D105", "Le\u0430d", "Lead 线索"),
    of_fields("D111", [row("a"), row("a", "Int")], [row("a"), row("b", "Int")]),
    of_fields("D112", [row("a"), row("A")], [row("a"), row("b")]),
    of_fields("D113", [row("name")], [row("first_name")]),
    of_fields("D113", [row("owner", "Int")], [row("owner", "Link", options="Order")]),
    of_fields("D113", [row("__proto__")], [row("proto")]),
    of_fields("D113", [row("parent")], [row("parents")], istable=1),
    of_fields("D114", [row("a b")], [row("a_b")]),
    of_fields("D114", [row('a"; drop table')], [row("a_drop_table")]),
    of_fields("D114", [row("n\u0430me1")], [row("name1")]),
    of_fields("D115", [row("a" * 62)], [row("a" * 61)]),
    of_fields("D116", [row("客户")], [row("customer")]),
    of_fields("D116", [row("2_in_1")], [row("two_in_1")]),
    of_fields("D117", [row("from")], [row("from_date")]),
    of_fields("D118", [row("")], [row("", "Section Break")]),
    of_fields("D201", [row("a", "Link")], [row("a", "Link", options="Order")]),
    of_fields("D201", [row("a", "Table")], [row("a", "Table", options="Order Item")]),
    of_fields("D202", [row("a", "Select")], [row("a", "Select", options="\n高\n低")]),
    of_fields(
        "D203", [row("a", "Select", options="高\n低", default="中")], [row("a", "Select", options="高", default="高")]
    ),
    of_fields("D204", [row("a", "Check", default="yes")], [row("a", "Check", default="1")]),
    of_fields("D205", [row("a", "Float", default="one")], [row("a", "Float", default="-1.5e3")]),
    of_fields("D206", [row("a", hidden=1, reqd=1)], [row("a", hidden=1, reqd=1, default="x")]),
    of_fields("D207", [row("a", "Section Break", reqd=1)], [row("a", "Data", reqd=1)]),
    of_fields("D208", [row("a", "Text", unique=1)], [row("a", "Data", unique=1)]),
    of_fields("D209", [row("a", "Text Editor", search_index=1)], [row("a", "Date", search_index=1)]),
    of_fields("D210", [row("a", "Float", precision="12")], [row("a", "Float", precision="9")]),
    of_fields("D211", [row("a", permlevel=10)], [row("a", permlevel=9)]),
    of_fields("D212", [row("a", options="Colour")], [row("a", options="Email")]),
    of_fields("D213", [row("a", "Fold"), row("b")], [row("a", "Fold"), row("b", "Section Break")]),
    of_fields("D301", [row("a", "Link", options="Gone")], [row("a", "Link", options="Territory")]),
    of_fields("D301", [row("a", "Table", options="Gone")], [row("a", "Table", options="Order Item")]),
    of_fields("D302", [row("a", "Table", options="Territory")], [row("a", "Table", options="Order Item")]),
    of_fields("D303", [row("a", "Link", options="Order Item")], [row("a", "Link", options="Territory")]),
    of_fields("D304", [row("a", "Table", options="Order Item")], [row("a", "Link", options="Territory")], istable=1),
    of_fields(
        "D305", [row("a", "Dynamic Link", options="b")], [row("a", "Dynamic Link", options="b"), row("b", "Select")]
    ),
    of_fields(
        "D305",
        [row("a", "Dynamic Link", options="b"), row("b", "Link", options="Territory")],
        [row("a", "Dynamic Link", options="b"), row("b", "Link", options="DocType")],
    ),
    of_fields(
        "D306",
        [row("a", "Table MultiSelect", options="Order Item")],
        [row("a", "Table MultiSelect", options="Tag Link")],
    ),
    of_fields("D307", [row("a", "Image", options="b")], [row("a", "Image", options="b"), row("b", "Attach Image")]),
    of_fields("D321", [row("a", fetch_from="b")], [row("a", fetch_from=".")]),
    of_fields("D322", [row("a", fetch_from="b.region"), row("b")], [row("a", fetch_from="b.region"), row("b", "Link")]),
    of_fields(
        "D323",
        [row("a", fetch_from="b.gone"), row("b", "Link", options="Territory")],
        [row("a", fetch_from="b.region"), row("b", "Link", options="Territory")],
    ),
    of_fields("D324", [row("a", "Link", options="Order", fetch_from="a.b")], [row("a", "Link", options="Order")]),
    of_property("D401", {"autoname": "field:code"}, {"autoname": "field:title"}, row("title")),
    of_property("D402", {"autoname": "naming_series:"}, {"autoname": "hash"}, row("title")),
    of_property("D403", {"autoname": "format:A-{gone}"}, {"autoname": "format:A-{title}-{YYYY}-{####}"}, row("title")),
    of_property("D404", {"autoname": "format:A-.####"}, {"autoname": "format:A-{####}"}, row("title")),
    of_property("D405", {"autoname": "feild:title"}, {"autoname": "Field:title"}, row("title")),
    of_property("D406", {"autoname": "hash", "issingle": 1}, {"issingle": 1}, row("title")),
    of_property("D407", {"autoname": "autoincrement", "allow_rename": 1}, {"autoname": "autoincrement"}, row("title")),
    of_rows("D501", [{"read": 1}], [{"role": "Sales User", "read": 1}]),
    of_rows("D502", [{"role": "Nobody"}], [{"role": "Sales User"}]),
    of_rows(
        "D503",
        [{"role": "Sales User", "permlevel": 1}],
        [{"role": "Sales User"}, {"role": "Sales User", "permlevel": 1}],
    ),
    of_rows("D504", [{"role": "Sales User", "write": 1, "submit": 1}], [{"role": "Sales User", "write": 1}]),
    of_rows("D505", [{"role": "Sales User"}, {"role": "Sales User"}], [{"role": "Sales User"}]),
    of_rows("D506", [{"role": "Sales User", "import": 1}], [{"role": "Sales User", "create": 1, "import": 1}]),
    of_rows("D507", [{"role": "Sales User", "permlevel": -1}], [{"role": "Sales User"}]),
    of_property("D601", {"title_field": "gone"}, {"title_field": "title"}, row("title")),
    of_property("D602", {"search_fields": "title, gone"}, {"search_fields": "title, modified"}, row("title")),
    of_property("D603", {"sort_field": "gone"}, {"sort_field": "title desc, modified"}, row("title")),
    of_property("D604", {"image_field": "gone"}, {"image_field": "photo"}, row("photo", "Attach Image")),
    of_property("D605", {"is_tree": 1, "nsm_parent_field": "up"}, {"is_tree": 1}, row("up", "Data")),
    of_property("D606", {"timeline_field": "gone"}, {"timeline_field": "title"}, row("title")),
    of_property("D607", {"issingle": 1, "istable": 1}, {"issingle": 1}, row("title")),
    of_property("D608", {"is_tree": 1, "istable": 1}, {"is_tree": 1}, row("title")),
    of_property("D609", {"is_submittable": 1, "issingle": 1}, {"is_submittable": 1}, row("title")),
    of_property("D610", {"sort_order": "down"}, {"sort_order": "asc"}, row("title")),
    *(
        of_property("D611", {"indexes": bad}, {"indexes": "docstatus, day\ntitle,day"}, *INDEXED)
        for bad in ("title, gone", "title, note", "title, day, title", "day, title\nday, rows")
    ),
    of_property("D612", {"indexes": "day\n"}, {"indexes": "\n title , day \n"}, *INDEXED),
    of_fields(
        "D701",
        [row("a", depends_on="eval:frappe.user")],
        [row("a", depends_on="eval:doc.b && doc.__islocal"), row("b")],
    ),
    of_fields("D702", [row("a", formula="doc.b +")], [row("a", formula="doc.b + 1"), row("b", "Int")]),
    of_fields("D703", [row("a", depends_on="eval:doc.gone")], [row("a", depends_on="eval:doc.docstatus == 1")]),
    of_rollup("D711", {**SUM, "function": "median"}),
    of_rollup("D711", "{not json"),
    of_rollup("D711", {**SUM, "table": "rows"}),
    of_rollup("D711", {**SUM, "having": 1}),
    of_rollup("D711", {"function": "sum", "from": "Sale", "link": "order"}),
    of_rollup("D712", SUM, formula="1 + 1"),
    of_rollup("D712", SUM, unique=1),
    of_rollup("D712", SUM, fieldtype="HTML"),
    of_rollup("D712", SUM, {"issingle": 1}),
    of_rollup("D713", {**SUM, "from": "Gone"}),
    of_rollup("D713", {"function": "count", "table": "total"}),
    of_rollup("D714", {**SUM, "link": "seller"}),
    of_rollup("D715", {**SUM, "field": "gone"}),
    of_rollup("D715", {**SUM, "field": "secret"}),
    of_rollup("D715", {**SUM, "field": "salary"}),
    of_rollup("D716", {**SUM, "field": "day"}),
    of_rollup("D716", SUM, fieldtype="Int"),
    of_rollup("D716", {"function": "count", "from": "Sale", "link": "order"}),
    of_rollup("D716", {**SUM, "function": "min", "field": "day"}),
    of_rollup("D717", {**SUM, "filter": "doc.amount >"}),
    of_rollup("D717", {**SUM, "filter": "doc.gone == 1"}),
    of_rollup("D717", {**SUM, "filter": "doc.day < today()"}),
    of_rollup("D717", {**SUM, "filter": "parent.amount > 1"}),
    of_fields(
        "D718",
        [row("a", "Int", formula="doc.b"), row("b", "Int", formula="doc.a")],
        [row("a", "Int", formula="doc.b"), row("b", "Int")],
    ),
    Case(
        "D719",
        doctype("Order", row("total", "Currency", rollup=MEAN), row("total_rollup_sum", "Currency")),
        doctype("Order", row("total", "Currency", rollup=MEAN)),
        (SALE,),
    ),
    of_rollup("D720", {**SUM, "link": "other"}),
    of_figure("D731", {"link": "order"}),
    of_figure("D731", {"from": "Gone", "link": "order"}),
    of_figure("D731", {"from": "Sale", "link": "missing"}),
    of_figure("D731", {"from": "Sale", "link": "order", "filter": "doc.missing"}),
    of_figure("D731", {"from": "Sale", "link": "order", "filter": "doc."}),
    of_figure("D731", {"from": "Sale", "link": "order", "within": {"yesterday": 1}}),
    of_flow("D801", flow(states=[])),
    of_flow("D802", flow(states=[*STATES, {"state": "Draft", "doc_status": "1"}]), flow(states=[*STATES, STATES[0]])),
    of_flow("D803", flow(transitions=[{**STEP, "next_state": "Gone"}])),
    of_flow("D804", flow(transitions=[{**STEP, "state": "已批准", "next_state": "Draft"}])),
    of_flow("D804", flow(states=[STATES[0], {"state": "已批准", "doc_status": "2"}])),
    of_flow("D805", flow(transitions=[{**STEP, "next_state": "Draft"}])),
    of_flow("D806", flow(states=[*STATES, {"state": "Stuck", "doc_status": "0"}])),
    of_flow(
        "D807",
        flow(),
        flow(states=[STATES[0], {"state": "已批准", "doc_status": "0"}]),
        doctype("Order", row("title")),
    ),
    of_flow("D808", flow(states=[*STATES, {"state": "Odd", "doc_status": "3"}])),
    of_flow("D809", flow(transitions=[{**STEP, "allowed": ""}])),
    of_flow("D810", flow(transitions=[{**STEP, "allowed": "Nobody"}])),
    of_flow(
        "D811",
        flow(states=[{**STATES[0], "update_field": "gone"}, STATES[1]]),
        flow(states=[{**STATES[0], "update_field": "title"}, STATES[1]]),
    ),
    of_flow("D812", flow(workflow_state_field="grand_total"), flow(workflow_state_field="title")),
    of_flow("D813", flow(transitions=[{**STEP, "condition": "frappe.db"}])),
    of_flow(
        "D814",
        flow(transitions=[{**STEP, "condition": "doc.gone > 1"}]),
        flow(transitions=[{**STEP, "condition": "doc.grand_total > 1"}]),
    ),
    Case("D815", doctype("Order", row("title"), istable=1), doctype("Order", row("title")), (flow(),)),
    of_flow("D816", flow(transitions=[{**STEP, "action": ""}])),
    Case(
        "D817",
        doctype("Order", row("title"), permissions=[{"role": "Sales User", "read": 1}]),
        doctype("Order", row("title"), permissions=[{"role": "Sales User", "read": 1, "write": 1, "submit": 1}]),
        (flow(),),
    ),
    of_flow("D818", flow(transitions=[STEP, {**STEP, "action": "Send", "approvals_required": 2}]), flow()),
    of_flow("D818", flow(transitions=[STEP, {**STEP, "action": "Send", "allow_self_approval": 0}])),
    of_flow("D827", flow(transitions=[STEP, {**STEP, "action": "Send", "condition": "1 > 2"}]), flow()),
    of_flow("D828", flow(states=THREE_STATES, transitions=CHAIN), flow(states=THREE_STATES, transitions=APART)),
    of_flow("D829", flow(approval_tiers=[{**TIER, "escalate_after": 8}]), flow(approval_tiers=[TIER])),
    of_flow("D819", flow(approval_tiers=[{**TIER, "action": "Gone"}]), flow(approval_tiers=[TIER])),
    of_flow("D820", flow(approval_tiers=[{**TIER, "condition": "frappe.db"}])),
    of_flow(
        "D821",
        flow(approval_tiers=[{**TIER, "condition": "doc.gone > 1"}]),
        flow(approval_tiers=[{**TIER, "condition": "doc.grand_total > 1"}]),
    ),
    of_flow("D822", flow(approval_tiers=[{**TIER, "escalate_to": "Nobody"}]), flow(approval_tiers=[TIER])),
    of_flow("D823", flow(state_mapping=[{"old_state": "Sent", "new_state": "Nowhere"}]), flow()),
    of_flow("D824", flow(state_mapping=[{"old_state": "Draft", "new_state": "Draft"}])),
    Case(
        "D325",
        doctype("Order", row("area", fetch_from="to.zone"), row("to", "Link", options="Territory")),
        doctype("Order", row("area", fetch_from="to.region"), row("to", "Link", options="Territory")),
        (record("Custom Field", dt="Territory", **row("back", "Link", options="Order")),),
    ),
    of_fields("D951", [row("title", sensitivity="Hidden")], [row("title", sensitivity="Secret")]),
    of_fields("D951", [row("title", mask=1, mask_format="Half")], [row("title", mask=1, mask_format="Name")]),
    of_fields(
        "D952",
        [row("to", "Link", options="Territory", sensitivity="Confidential")],
        [row("to", "Link", options="Territory", sensitivity="Personal")],
    ),
    of_fields("D953", [row("born", "Date", sensitivity="Secret")], [row("born", "Date", sensitivity="Confidential")]),
    of_fields(
        "D954",
        [row("paper", sensitivity="Secret", unique=1)],
        [row("paper", sensitivity="Secret", unique=1, exact_search=1)],
    ),
    of_fields("D955", [row("paper", exact_search=1)], [row("paper", exact_search=1, sensitivity="Secret")]),
    of_property(
        "D956", {"autoname": "format:K-{paper}"}, {"autoname": "format:K-{title}"}, row("paper", mask=1), row("title")
    ),
    of_fields(
        "D957",
        [row("pay", "Currency", mask=1), row("yearly", "Currency", formula="doc.pay * 12")],
        [row("pay", "Currency", mask=1), row("yearly", "Currency", formula="doc.pay * 12", mask=1)],
    ),
    Case(
        "D957",
        doctype("Order", row("area", fetch_from="to.secret"), row("to", "Link", options="Territory")),
        doctype("Order", row("area", fetch_from="to.region"), row("to", "Link", options="Territory")),
        (record("Custom Field", dt="Territory", **row("secret", mask=1)),),
    ),
    Case("D901", ENGINE_ORDER, doctype("Order", row("title")), site=(retyped("Order", "title", "Int"),)),
]


def reported(case: Case, definition: Definition) -> set[str]:
    doctype_name = definition.name if definition.kind == "DocType" else "Order"
    model = merged(definition, *case.more, *OTHERS, site=case.site)
    return {problem.id for problem in check(model, ROLES, [doctype_name])}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id}-{number}" for number, case in enumerate(CASES)])
def test_a_check_reports_the_fault_and_only_the_fault(case: Case) -> None:
    assert case.id in reported(case, case.bad)
    assert case.id not in reported(case, case.good)


def test_every_check_has_a_case_and_a_number_of_its_own() -> None:
    ids = [rule.id for rule in CHECKS]
    assert len(ids) == len(set(ids))
    assert set(ids) == {case.id for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id}-{number}" for number, case in enumerate(CASES)])
def test_a_message_names_its_doctype_or_workflow_and_says_what_to_do(case: Case) -> None:
    for problem in check(merged(case.bad, *case.more, *OTHERS, site=case.site), ROLES):
        if problem.id == case.id:
            assert any(
                str(value) in problem.message() for value in (problem.doctype, repr(problem.doctype), "Approval")
            )
            assert problem.advice().endswith(".")
