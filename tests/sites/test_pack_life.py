"""The life of packs on a site: a plan first, upgrades that keep the site's changes, and nothing left after the last."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_platform.errors import CRMError, DoesNotExistError, ValidationError
from crm_platform.files.storage import Storage
from crm_platform.sites.delivery import Delivery
from crm_platform.sites.pack_changes import apply, preview
from crm_platform.sites.pack_export import export
from crm_platform.sites.pack_import import Loaded, load
from crm_platform.sites.pack_plan import Action, PackPlan
from crm_platform.testing import TestSite, digest, make_site
from crm_platform.testing.digests import digest_of_database
from support.packs import Body, custom_field, make_pack, reopen, thing


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
WORKFLOW = {
    "doctype": "Workflow",
    "name": "Gadget",
    "workflow_name": "Gadget",
    "document_type": "Gadget",
    "is_active": 1,
    "workflow_state_field": "workflow_state",
    "states": STATES,
    "transitions": [{"state": "甲", "action": "Go", "next_state": "乙", "allowed": "System Manager"}],
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
    assert ("permission", "Industry", "") in changes
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


def paint(site: TestSite, customer: str) -> None:
    """A value in the field that all packs bring, past the history of the customer."""

    def work(ctx: Any) -> None:
        ctx.connection.change_rows(ctx.definitions["Customer"], {"colour": "红"}, {"name": customer})

    site.system(work)


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
    """Comments, deleted copies, rights and fields about a DocType that is dropped are about nothing."""
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", GADGET, role("甲"), FORMAT))
    bare = digest_of_database(site)
    site.enable_pack("alpha")
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


PART = thing("Gadget Part", istable=1, permissions=[])
FIELDS = (
    {"fieldname": "title", "fieldtype": "Data", "label": "Title"},
    {"fieldname": "price", "fieldtype": "Currency", "label": "Price"},
    {"fieldname": "at", "fieldtype": "Datetime", "label": "At"},
    {"fieldname": "pin", "fieldtype": "Password", "label": "Pin"},
    {"fieldname": "parts", "fieldtype": "Table", "label": "Parts", "options": "Gadget Part"},
)


def test_exported_data_come_back_as_they_were(site: TestSite, tmp_path: Path) -> None:
    reopen(site, make_pack(tmp_path, "alpha", thing("Gadget", *FIELDS), PART, COLOUR, custom_field("Customer", "size")))
    customers = [
        str(site.insert("Customer", customer_name=name, customer_type="Company").name) for name in ("甲", "乙", "丙")
    ]
    site.enable_pack("alpha")
    for customer in customers[:2]:
        paint(site, customer)
    values = {"title": "灯", "price": 19.99, "at": "2026-03-01 09:30:00", "pin": "1234", "parts": [{"title": "泡"}]}
    gadget = str(site.insert("Gadget", **values).name)
    before = digest_of_database(site)
    file = tmp_path / "alpha.jsonl"
    assert export(site.site, "alpha", file) == 5
    assert ("1234" in file.read_text(encoding="utf-8"), file.stat().st_mode & 0o077) == (False, 0)
    with pytest.raises(ValidationError, match="something in"):
        export(site.site, "alpha", file)
    done(site, "drop")
    with pytest.raises(ValidationError, match="is not enabled"):
        load(site.site, file)
    site.enable_pack("alpha")
    assert load(site.site, file) == Loaded(brought=5)
    assert load(site.site, file).brought == 2, "values are set again, documents stay as they are"
    after = digest_of_database(site)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {"_pack", "tabCustom Field", "tabDocType", "tabDocField", "tabDocPerm", "_job"}
    assert site.get("Gadget", gadget).parts[0].title == "泡"
    assert site.get("Customer", customers[0]).colour == "红"


def _file(ctx: Any, values: dict[str, Any]) -> Any:
    """As an upload makes it: nobody sets the address himself."""
    doc = ctx.store.new("File", {})
    for fieldname, value in values.items():
        doc.set(fieldname, value)
    return doc


def beside(site: TestSite, gadget: str) -> dict[str, list[Any]]:
    """What belongs to a gadget."""
    asked = {
        "Comment": ("content", {"reference_name": gadget}),
        "Version": ("name", {"docname": gadget}),
        "File": ("file_name", {"attached_to_name": gadget}),
        "Deleted Document": ("deleted_name", {"deleted_doctype": "Gadget"}),
    }

    def read(ctx: Any) -> dict[str, list[Any]]:
        return {
            doctype: [row[field] for row in ctx.store.list(doctype, fields=[field], filters=filters, limit=None)]
            for doctype, (field, filters) in asked.items()
        }

    return site.system(read)


@pytest.mark.parametrize("taken", [False, True], ids=["free", "another file has the name by now"])
def test_what_belongs_to_exported_documents_comes_back_with_them(
    sqlite_site: TestSite, tmp_path: Path, taken: bool
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", {**GADGET, "track_changes": 1}))
    site.enable_pack("alpha")
    gadget, gone = (str(site.insert("Gadget", title=title).name) for title in ("灯", "坏"))
    site.insert("Comment", comment_type="Comment", reference_doctype="Gadget", reference_name=gadget, content="好")
    site.update("Gadget", gadget, title="台灯")
    site.write(lambda ctx: ctx.store.delete("Gadget", gone))
    storage, content = Storage(site.site.folder.files), "图纸".encode() * 100_000
    stored = storage.write(BytesIO(content), "图.txt", private=True)
    attached = {"attached_to_doctype": "Gadget", "attached_to_name": gadget, "is_private": 1}
    named = {"file_name": "图.txt", "file_url": stored.url, "content_hash": stored.content_hash}
    site.system(lambda ctx: ctx.store.insert(_file(ctx, named | attached)))
    before, file = beside(site, gadget), tmp_path / "alpha.jsonl"
    assert all(before.values())
    export(site.site, "alpha", file)
    done(site, "drop")
    storage.remove(stored.url)
    if taken:
        storage.write(BytesIO(b"another"), "图.txt", private=True)
    site.enable_pack("alpha")
    assert not any(beside(site, gadget).values())
    load(site.site, file)
    assert beside(site, gadget) == before
    (row,) = site.system(lambda ctx: ctx.store.list("File", fields=["file_url"], filters=attached))
    path = storage.path_of(row["file_url"])
    assert path is not None
    assert (path.read_bytes() == content, row["file_url"] == stored.url) == (True, not taken)


def test_records_of_the_pack_come_back_as_the_site_had_made_them(sqlite_site: TestSite, tmp_path: Path) -> None:
    lamp = {"doctype": "Gadget", "name": "灯", "title": "灯", "price": 10, "parts": [{"title": "泡"}]}
    gadget = thing("Gadget", *FIELDS, autoname="field:title")
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", gadget, PART, lamp, {**lamp, "name": "台", "title": "台"}))
    site.enable_pack("alpha")
    site.update("Gadget", "灯", price=12, parts=[{"title": "泡"}, {"title": "罩"}])
    file = tmp_path / "alpha.jsonl"
    export(site.site, "alpha", file)
    done(site, "drop")
    site.enable_pack("alpha")
    load(site.site, file)
    found = {name: site.get("Gadget", name) for name in ("灯", "台")}
    assert {name: (doc.price, [row.title for row in doc.parts]) for name, doc in found.items()} == {
        "灯": (12, ["泡", "罩"]),
        "台": (10, ["泡"]),
    }


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 99, "pack": "alpha"}', "no JSON"])
def test_a_file_that_is_no_export_is_refused(sqlite_site: TestSite, tmp_path: Path, content: str) -> None:
    file = tmp_path / "alpha.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValidationError, match="no exported pack"):
        load(sqlite_site.site, file)
