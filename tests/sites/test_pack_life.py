"""The life of packs on a site: a plan first, upgrades that keep the site's changes, and nothing left after the last."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_platform.documents import drafts
from crm_platform.documents.drafts import Draft
from crm_platform.errors import CRMError, DoesNotExistError, ValidationError
from crm_platform.metadata.records import Definition
from crm_platform.sites.delivery import Delivery
from crm_platform.sites.pack_changes import apply, preview
from crm_platform.sites.pack_plan import Action, PackPlan
from crm_platform.testing import TestSite, digest, make_site
from crm_platform.testing.digests import digest_of_database
from support.packs import Body, custom_field, make_pack, paint, reopen, thing


def role(name: str, **values: Any) -> Body:
    return {"doctype": "Role", "name": name, "role_name": name, "desk_access": 1, **values}


def setter(field: str, name: str, value: str) -> Body:
    return {
        "doctype": "Property Setter",
        "name": f"Customer-{field}-{name}",
        "doctype_or_field": "DocField",
        "doc_type": "Customer",
        "field_name": field,
        "property": name,
        "value": value,
    }


GADGET = thing("Gadget", autoname="GAD-.#####")
COLOUR = custom_field("Customer", "colour", insert_after="customer_name")
FORMAT = {"doctype": "Print Format", "name": "Slip", "doc_type": "Customer", "html": "<p>一</p>", "css": "p {}"}
STATES = [{"state": state, "doc_status": "0", "allow_edit": "System Manager"} for state in ("甲", "乙")]
WAY = {"state": "甲", "action": "Go", "next_state": "乙", "allowed": "System Manager"}
WORKFLOW = {
    "doctype": "Workflow",
    "name": "Gadget",
    "workflow_name": "Gadget",
    "document_type": "Gadget",
    "is_active": 1,
    "workflow_state_field": "workflow_state",
    "states": STATES,
    "transitions": [WAY],
}
STATE_RECORDS = tuple(
    {"doctype": "Workflow State", "name": state, "workflow_state_name": state} for state in ("甲", "乙")
)
RIGHTS = {"doctype": "Custom DocPerm", "name": "alpha-1", "parent": "Industry", "role": "Sales User", "read": 1}

PLANNED = (GADGET, COLOUR, WORKFLOW, *STATE_RECORDS, RIGHTS, role("甲"), FORMAT)


def planned(site: TestSite, action: Action, pack_id: str = "alpha") -> PackPlan:
    return site.system(lambda ctx: preview(site.site, ctx, action, pack_id))


def done(site: TestSite, action: Action, pack_id: str = "alpha", plan: str = "") -> list[Delivery]:
    return site.system(lambda ctx: apply(site.site, ctx, action, pack_id, plan))


def test_a_plan_tells_fields_tables_permissions_workflow_and_records_and_changes_nothing(
    sqlite_site: TestSite, tmp_path: Path
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", *PLANNED))
    before = digest_of_database(site)
    plan = planned(site, "enable")
    changes = {(one.part, one.doctype, one.fieldname) for one in plan.changes}
    assert {("DocType", "Gadget", ""), ("field", "Customer", "colour"), ("workflow", "Gadget", "")} <= changes
    assert {("permission", "Industry", ""), ("permission", "Gadget", "")} <= changes
    steps = {(one.action, one.table, one.column) for one in plan.steps}
    assert {("create table", "tabGadget", ""), ("add column", "tabCustomer", "colour")} <= steps
    assert set(plan.records) == {
        ("Role", "甲", "new"),
        ("Print Format", "Slip", "new"),
        ("Workflow State", "甲", "new"),
        ("Workflow State", "乙", "new"),
    }
    assert digest_of_database(site) == before
    assert planned(site, "enable").id == plan.id
    done(site, "enable", plan=plan.id)
    assert site.insert("Gadget", title="灯").name == "GAD-00001"
    with pytest.raises(ValidationError, match="is enabled already"):
        planned(site, "enable")


def test_a_plan_that_is_out_of_date_is_refused(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", GADGET, RIGHTS))
    shown = planned(site, "enable").id
    own = {key: value for key, value in RIGHTS.items() if key not in ("doctype", "name")}
    site.insert("Custom DocPerm", **own)
    with pytest.raises(ValidationError, match="not what it was when it was shown"):
        done(site, "enable", plan=shown)
    with pytest.raises(DoesNotExistError):
        site.insert("Gadget", title="灯")
    done(site, "enable", plan=planned(site, "enable").id)


def test_an_upgrade_keeps_what_the_site_has_changed_and_lists_conflicts(site: TestSite, tmp_path: Path) -> None:
    old = (GADGET, COLOUR, setter("tax_id", "label", "Tax One"), FORMAT, role("甲"))
    reopen(site, make_pack(tmp_path, "alpha", *old))
    site.enable_pack("alpha")
    site.insert("Property Setter", **{**setter("colour", "label", "颜色"), "doctype": None})
    site.update("Print Format", "Slip", css="p {color: red}")
    new = (
        GADGET,
        {**COLOUR, "label": "Paint", "description": "What it is painted with"},
        custom_field("Customer", "size"),
        setter("tax_id", "label", "Tax Two"),
        {**FORMAT, "html": "<p>二</p>", "css": "p {color: blue}"},
        role("乙"),
    )
    reopen(site, make_pack(tmp_path, "alpha", *new, version="2.0"))
    assert "size" not in site.read(lambda ctx: ctx.definitions["Customer"]).by_name, "the upgrade waits"
    plan = planned(site, "upgrade")
    places = {conflict.place: (conflict.pack, conflict.site) for conflict in plan.conflicts}
    assert places == {
        "Customer.colour.label": ("Paint", "颜色"),
        "Print Format Slip: css": ("p {color: blue}", "p {color: red}"),
    }
    told = done(site, "upgrade", plan=plan.id)
    assert {one.place for delivery in told for one in delivery.conflicts} == set(places)
    customer = site.read(lambda ctx: ctx.definitions["Customer"]).by_name
    assert [customer[name].label for name in ("colour", "size", "tax_id")] == ["颜色", "Size", "Tax Two"]
    assert customer["colour"].properties["description"] == "What it is painted with"
    slip = site.get("Print Format", "Slip")
    assert (slip.html, slip.css) == ("<p>二</p>", "p {color: red}")
    assert site.read(lambda ctx: ctx.store.exists("Role", "乙"))
    assert not site.read(lambda ctx: ctx.store.exists("Role", "甲"))
    assert planned(site, "upgrade").conflicts == [], "what was told once is settled"


def test_rights_and_workflows_that_the_site_has_changed_stay_at_an_upgrade(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "alpha", GADGET, WORKFLOW, *STATE_RECORDS, RIGHTS))
    site.enable_pack("alpha")
    for body in ({**WORKFLOW, "transitions": [{**WAY, "action": "去"}]}, {**RIGHTS, "name": "own", "report": 1}):
        draft = Draft([Definition(str(body["doctype"]), str(body["name"]), body)])
        site.system(partial(drafts.apply, draft=draft, origin="api"))
    later = {**WORKFLOW, "transitions": [{**WAY, "action": "Leave"}]}
    reopen(site, make_pack(tmp_path, "alpha", GADGET, later, *STATE_RECORDS, {**RIGHTS, "print": 1}, version="2.0"))
    plan = planned(site, "upgrade")
    assert {one.place: one.site for one in plan.conflicts} == {
        "Gadget: workflow": ["Gadget"],
        "Industry: permission Sales User": ["own"],
    }
    done(site, "upgrade", plan=plan.id)
    definitions = site.read(lambda ctx: ctx.definitions)
    (granted,) = (row for row in definitions["Industry"].permissions if row.role == "Sales User")
    assert granted.actions == {"read", "report"}
    assert [one.action for one in definitions.workflows["Gadget"].transitions] == ["去"]
    shown = site.get("Workflow", "Gadget")["transitions"]
    assert [row["action"] for row in shown] == ["去"], "the builder shows what is in force, and would save it"


def test_an_upgrade_with_faults_leaves_the_old_version_at_work(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", GADGET))
    site.enable_pack("alpha")
    before = digest(site)
    reopen(site, make_pack(tmp_path, "alpha", GADGET, custom_field("Customer", "customer_name"), version="2.0"))
    assert digest(site) == before
    with pytest.raises(CRMError, match="customer_name"):
        done(site, "upgrade")
    assert digest(site) == before
    assert site.insert("Gadget", title="灯").title == "灯"
    with pytest.raises(DoesNotExistError, match="is not enabled"):
        done(site, "upgrade", "beta")


def test_uninstalled_data_wait_for_the_pack(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "alpha", GADGET, COLOUR))
    site.enable_pack("alpha")
    gadget = str(site.insert("Gadget", title="灯").name)
    done(site, "uninstall")
    with pytest.raises(DoesNotExistError):
        site.get("Gadget", gadget)
    site.enable_pack("alpha")
    assert site.get("Gadget", gadget).title == "灯"


def test_a_pack_that_is_missing_is_uninstalled_by_what_it_had_brought(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "alpha", GADGET, COLOUR))
    bare = digest_of_database(site)
    site.enable_pack("alpha")
    site.insert("Gadget", title="灯")
    reopen(site)
    done(site, "drop")
    assert digest_of_database(site) == bare
    with pytest.raises(DoesNotExistError, match="has left nothing"):
        done(site, "drop")


ALPHA = (GADGET, COLOUR, role("共"), role("甲"), WORKFLOW, *STATE_RECORDS)
BETA = (COLOUR, custom_field("Customer", "size"), role("共"), setter("tax_id", "label", "Beta"))
GAMMA = (custom_field("Customer", "colour"), custom_field("Gadget", "weight"), role("丙"))
PACKS = ("alpha", "beta", "gamma")


def three(tmp_path: Path, site: TestSite) -> TestSite:
    """Three packs to choose from that have a field and a role in common; gamma needs alpha."""
    alpha, beta = make_pack(tmp_path, "alpha", *ALPHA), make_pack(tmp_path, "beta", *BETA)
    return reopen(site, alpha, beta, make_pack(tmp_path, "gamma", *GAMMA, depends=["alpha"]))


def test_a_field_and_a_role_of_two_packs_survive_the_first_uninstall(site: TestSite, tmp_path: Path) -> None:
    three(tmp_path, site)
    customer = str(site.insert("Customer", customer_name="北京科技", customer_type="Company").name)
    bare = digest_of_database(site)
    site.enable_pack("alpha")
    site.enable_pack("beta")
    paint(site, customer)
    site.insert("Gadget", title="灯")
    done(site, "drop", "alpha")
    assert site.get("Customer", customer).colour == "红"
    assert site.read(lambda ctx: ctx.definitions["Customer"]).by_name["colour"].layer == "beta"
    assert [site.read(lambda ctx, name=name: ctx.store.exists("Role", name)) for name in ("共", "甲")] == [True, False]
    done(site, "drop", "beta")
    assert digest_of_database(site) == bare


MOVES = st.lists(
    st.tuples(st.sampled_from(PACKS), st.sampled_from(["enable", "disable", "uninstall", "drop"])),
    min_size=3,
    max_size=6,
)


FEW = settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))


@FEW
@given(MOVES)
def test_nothing_is_left_after_the_last_whatever_came_before(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, moves: list[tuple[str, Action]]
) -> None:
    live(tmp_path_factory, site_template, moves)


@pytest.mark.soak
@settings(FEW, max_examples=300)
@given(MOVES)
def test_nothing_is_left_after_many_lives(
    tmp_path_factory: pytest.TempPathFactory, site_template: Path, moves: list[tuple[str, Action]]
) -> None:
    live(tmp_path_factory, site_template, moves)


def live(tmp_path_factory: pytest.TempPathFactory, site_template: Path, moves: list[tuple[str, Action]]) -> None:
    """Three packs come and go on a site, and all of them go in the end: the site is as it was."""
    folder = tmp_path_factory.mktemp("life")
    site = three(folder, make_site(folder / "site", template=site_template))
    customer = str(site.insert("Customer", customer_name="北京科技", customer_type="Company").name)
    bare, definitions = digest_of_database(site), digest(site)
    for pack_id, action in moves:
        try:
            done(site, action, pack_id)
        except (ValidationError, DoesNotExistError):
            continue
        definitions_now = site.read(lambda ctx: ctx.definitions)
        if "colour" in definitions_now["Customer"].by_name:
            paint(site, customer)
        if "Gadget" in definitions_now:
            site.insert("Gadget", title="灯")
    for pack_id in reversed(PACKS):
        try:
            done(site, "drop", pack_id)
        except DoesNotExistError:
            continue
    assert (digest_of_database(site), digest(site)) == (bare, definitions)
    site.site.close()


def test_what_the_site_made_of_the_data_goes_with_them(sqlite_site: TestSite, tmp_path: Path) -> None:
    """Comments, deleted copies, rights and fields about a DocType that is dropped are about nothing, and so is what the
    site made of a field that is."""
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", GADGET, COLOUR, role("甲"), FORMAT))
    bare = digest_of_database(site)
    site.enable_pack("alpha")
    site.insert("Property Setter", **{**setter("colour", "label", "颜色"), "doctype": None})
    gadget = str(site.insert("Gadget", title="灯").name)
    site.insert("Comment", comment_type="Comment", reference_doctype="Gadget", reference_name=gadget, content="好")
    site.insert("Custom Field", dt="Gadget", fieldname="extra", fieldtype="Data", label="Extra")
    site.update("Gadget", gadget, title="台灯")
    bad = str(site.insert("Gadget", title="坏").name)
    site.write(lambda ctx: ctx.store.delete("Gadget", bad))
    site.update("Print Format", "Slip", css="p {color: red}")
    done(site, "disable")
    kept = site.get("Print Format", "Slip")
    assert kept.css == "p {color: red}"
    done(site, "drop")
    after = digest_of_database(site)
    assert {name for name in after if after[name] != bare.get(name)} <= {"_plan", "_job"}
    assert bare.keys() == after.keys()
