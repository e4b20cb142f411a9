"""Enabling and disabling: the same site whatever the order, nothing of a refused one, no silent double."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_platform.documents import recompute
from crm_platform.errors import CRMError, DefinitionError, DoesNotExistError, ValidationError
from crm_platform.sites.packs import pack_list
from crm_platform.testing import TestSite, digest, make_site
from support.packs import Body, custom_field, make_pack, reopen, thing


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


def role(name: str) -> Body:
    return {"doctype": "Role", "name": name, "role_name": name, "desk_access": 1}


ALPHA = (thing("Gadget"), custom_field("Customer", "colour", insert_after="customer_name"), role("甲"))
BETA = (custom_field("Customer", "size", insert_after="customer_name"), setter("tax_id", "label", "Beta"))
GAMMA = (custom_field("Gadget", "weight"), setter("tax_id", "label", "Gamma"), role("乙"))


def three(tmp_path: Path, site: TestSite) -> TestSite:
    """The site with three packs to choose from; gamma needs alpha."""
    alpha, beta = make_pack(tmp_path, "alpha", *ALPHA), make_pack(tmp_path, "beta", *BETA)
    return reopen(site, make_pack(tmp_path, "gamma", *GAMMA, depends=["alpha"]), beta, alpha)


@pytest.mark.parametrize(
    "order", [o for o in permutations(["alpha", "beta", "gamma"]) if o.index("alpha") < o.index("gamma")]
)
def test_packs_enabled_in_any_order_make_the_same_site(
    sqlite_site: TestSite, tmp_path: Path, site_template: Path, order: tuple[str, ...]
) -> None:
    site = three(tmp_path, sqlite_site)
    expected = three(tmp_path, make_site(tmp_path / "expected", template=site_template))
    for pack_id in ("alpha", "beta", "gamma"):
        expected.enable_pack(pack_id)
    for pack_id in order:
        site.enable_pack(pack_id)
    assert digest(site) == digest(expected)
    assert site.read(lambda ctx: ctx.definitions["Customer"]).by_name["tax_id"].label == "Gamma"
    expected.site.close()


STEPS = st.lists(st.sampled_from(["alpha", "beta", "gamma"]), max_size=8)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_any_way_to_a_set_of_packs_ends_in_the_same_site(
    sqlite_site: TestSite, tmp_path: Path, steps: list[str]
) -> None:
    """Each step switches a pack on or off where its needs allow it; in the end all go, and nothing is left of them."""
    site = three(tmp_path, sqlite_site)
    bare = digest(site)
    on: set[str] = set()
    seen = {frozenset(on): bare}
    for pack_id in [*steps, "gamma", "beta", "alpha"]:
        switch = site.disable_pack if pack_id in on else site.enable_pack
        try:
            switch(pack_id)
        except ValidationError:
            continue
        on ^= {pack_id}
        assert digest(site) == seen.setdefault(frozenset(on), digest(site))
    for pack_id in sorted(on, reverse=True):
        site.disable_pack(pack_id)
    assert digest(site) == bare


FAULTY: dict[str, tuple[list[Body], str]] = {
    "a reserved name": ([thing("Gadget", {"fieldname": "docstatus", "fieldtype": "Data", "label": "X"})], "docstatus"),
    "a field twice": (
        [thing("Gadget", *({"fieldname": "x", "fieldtype": kind, "label": "X"} for kind in ("Data", "Int")))],
        "name x",
    ),
    "two faults": (
        [
            thing("Gadget", {"fieldname": "docstatus", "fieldtype": "Data", "label": "X"}),
            custom_field("Customer", "customer_name"),
        ],
        "customer_name",
    ),
}


@pytest.mark.parametrize(("records", "named"), FAULTY.values(), ids=list(FAULTY))
def test_faulty_definitions_are_refused_as_a_whole(
    site: TestSite, tmp_path: Path, records: list[Body], named: str
) -> None:
    reopen(site, make_pack(tmp_path, "trial", thing("Widget"), *records))
    before = digest(site)
    with pytest.raises(DefinitionError) as raised:
        site.enable_pack("trial")
    told = [str(raised.value), *(error.message() for error in raised.value.errors)]
    assert named in " ".join(told)
    assert digest(site) == before
    with pytest.raises(DoesNotExistError):
        site.insert("Widget", title="x")


def test_a_broken_file_refuses_the_pack_and_is_named(sqlite_site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget"))
    (tmp_path / "trial-1.0" / "doctypes" / "broken.json").write_text('{"doctype": "DocType",', encoding="utf-8")
    site = reopen(sqlite_site, pack)
    before = digest(site)
    with pytest.raises(CRMError, match="broken.json"):
        site.enable_pack("trial")
    assert digest(site) == before


def test_a_field_that_two_packs_bring_is_refused_and_both_are_named(sqlite_site: TestSite, tmp_path: Path) -> None:
    first = make_pack(tmp_path, "alpha", custom_field("Customer", "colour"))
    site = reopen(sqlite_site, first, make_pack(tmp_path, "beta", custom_field("Customer", "colour", label="Paint")))
    site.enable_pack("alpha")
    before = digest(site)
    with pytest.raises(DefinitionError) as raised:
        site.enable_pack("beta")
    told = " ".join([str(raised.value), *(error.message() for error in raised.value.errors)])
    assert "colour" in told
    assert "alpha" in told
    assert "beta" in told
    assert digest(site) == before


def test_a_record_that_two_packs_bring_with_other_contents_is_refused(sqlite_site: TestSite, tmp_path: Path) -> None:
    """Otherwise it would be the one or the other, as the packs happened to come. Words are shared."""
    slip = {"doctype": "Print Format", "name": "Slip", "doc_type": "Customer", "html": "<p>一</p>"}
    other = {**slip, "html": "<p>二</p>"}
    packs = [make_pack(tmp_path, "alpha", slip), make_pack(tmp_path, "beta", other), make_pack(tmp_path, "gamma", slip)]
    words = {"doctype": "Workflow State", "name": "待审", "workflow_state_name": "待审"}
    looks = {**words, "style": "Success"}
    packs += [make_pack(tmp_path, "delta", words), make_pack(tmp_path, "epsilon", looks)]
    site = reopen(sqlite_site, *packs)
    site.enable_pack("delta")
    site.enable_pack("epsilon")
    site.enable_pack("alpha")
    before = digest(site)
    with pytest.raises(ValidationError, match="Pack alpha has brought the Print Format Slip with other contents"):
        site.enable_pack("beta")
    assert digest(site) == before
    site.enable_pack("gamma")
    assert site.get("Print Format", "Slip").html == "<p>一</p>"


def test_a_pack_is_enabled_once_and_disabled_when_it_is_on(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", thing("Gadget")))
    with pytest.raises(DoesNotExistError, match="trial is not enabled"):
        site.disable_pack("trial")
    site.enable_pack("trial")
    with pytest.raises(ValidationError, match="enabled already"):
        site.enable_pack("trial")
    with pytest.raises(DoesNotExistError, match="no pack nothing"):
        site.enable_pack("nothing")


def test_the_list_tells_version_and_state(sqlite_site: TestSite, tmp_path: Path) -> None:
    packs = [make_pack(tmp_path, "alpha", version="2.5"), make_pack(tmp_path, "beta")]
    site = reopen(sqlite_site, *packs)
    site.enable_pack("alpha")
    rows = site.site.runtime.database.read(lambda connection: pack_list(site.site, connection))
    assert [(row.id, row.version, row.enabled, row.problem) for row in rows] == [
        ("alpha", "2.5", True, ""),
        ("beta", "1.0", False, ""),
    ]


def test_computed_values_follow_the_formula_of_a_pack_and_back(sqlite_site: TestSite, tmp_path: Path) -> None:
    formula = {**setter("full_name", "formula", "concat(doc.last_name, doc.first_name)"), "doc_type": "Contact"}
    site = reopen(sqlite_site, make_pack(tmp_path, "alpha", {**formula, "name": "Contact-full_name-formula"}))
    contact = str(site.insert("Contact", first_name="雷", last_name="李").name)
    for enable, shown in ((site.enable_pack, "李雷"), (site.disable_pack, "雷 李")):
        enable("alpha")
        assert site.get("Contact", contact).full_name == shown
    assert site.read(lambda ctx: list(recompute.differences(ctx))) == []
