"""A new version of the product, and of a pack, under a site that has shaped both: what the site changed stays."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import CRMError
from crm_platform.metadata.loader import Loaded
from crm_platform.metadata.records import Definition
from crm_platform.sites.create import migrate
from crm_platform.sites.pack_changes import preview
from crm_platform.testing import TestSite, digest
from support.packs import TrialPack, custom_field, make_pack, reopen, thing

Change = Callable[[dict[str, Any]], None]


def label(fieldname: str, text: str) -> dict[str, Any]:
    """A Property Setter of the site: Customer's field has another label."""
    target = {"doctype_or_field": "DocField", "doc_type": "Customer", "field_name": fieldname}
    return {**target, "property": "label", "property_type": "Data", "value": text}


def field(fieldname: str, text: str) -> dict[str, Any]:
    """A Custom Field of the site."""
    return {"dt": "Customer", "fieldname": fieldname, "fieldtype": "Data", "label": text}


def changed(core: Loaded, changes: Mapping[tuple[str, str], Change]) -> Loaded:
    """The definitions of a later version of the product."""
    return replace(core, definitions=tuple(_changed(one, changes) for one in core.definitions))


def _changed(one: Definition, changes: Mapping[tuple[str, str], Change]) -> Definition:
    change = changes.get((one.kind, one.name))
    if change is None:
        return one
    body = copy.deepcopy(dict(one.body))
    change(body)
    return replace(one, body=body)


def customer_of_the_next_version(body: dict[str, Any]) -> None:
    by_name = {row["fieldname"]: row for row in body["fields"]}
    by_name["website"] |= {"label": "Homepage", "description": "Where it is found"}
    by_name["tax_id"] |= {"label": "VAT Number"}
    body["fields"].append({"fieldname": "motto", "fieldtype": "Data", "label": "Motto"})


def with_a_formula_and_a_secret(body: dict[str, Any]) -> None:
    by_name = {row["fieldname"]: row for row in body["fields"]}
    by_name["website"] |= {"options": None, "sensitivity": "Secret"}
    body["fields"].append(
        {"fieldname": "shout", "fieldtype": "Data", "label": "Shout", "formula": "customer_name + '!'"}
    )


def with_the_field_of_the_site(body: dict[str, Any]) -> None:
    body["fields"].append({"fieldname": "grade", "fieldtype": "Int", "label": "Grade"})


def next_version(site: TestSite, pack: TrialPack, changes: Mapping[tuple[str, str], Change]) -> TestSite:
    """The site, opened by a product whose definitions have changed."""
    reopen(site, pack)
    site.site.source.core = changed(site.site.source.core, changes)
    return site


def pack_of(tmp_path: Path, colour: str, version: str) -> TrialPack:
    field_of_the_pack = custom_field("Customer", "colour", label=colour)
    return make_pack(tmp_path, "alpha", thing("Gadget"), field_of_the_pack, version=version)


@pytest.fixture
def customised(site: TestSite, tmp_path: Path) -> TestSite:
    """A site with a pack, a field, labels and a right of its own, and a customer with values in them."""
    reopen(site, pack_of(tmp_path, "Colour", "1.0"))
    site.enable_pack("alpha")
    site.insert("Custom Field", **field("grade", "等级"))
    for name, text in (("website", "网站"), ("colour", "颜色")):
        site.insert("Property Setter", **label(name, text))
    site.insert("Customer", **VALUES)
    return site


VALUES = {"customer_name": "上海公司", "grade": "甲", "colour": "红", "website": "https://sh.cn"}


def customer(site: TestSite) -> dict[str, Any]:
    (row,) = site.read(lambda ctx: ctx.store.list("Customer", fields=list(VALUES)))
    return dict(row)


def test_what_the_site_changed_stays_under_a_new_product_and_a_new_pack(customised: TestSite, tmp_path: Path) -> None:
    changes = {("DocType", "Customer"): customer_of_the_next_version}
    site = next_version(customised, pack_of(tmp_path, "Paint", "2.0"), changes)
    plan = site.system(lambda ctx: preview(site.site, ctx, "upgrade", "alpha"))
    told = {one.place: (one.pack, one.site) for one in plan.conflicts}
    listed = {one.place: (one.pack, one.site) for delivery in migrate(site.site) for one in delivery.conflicts}
    assert listed["Customer.website.label"] == ("Homepage", "网站"), "what product and site both have changed"
    assert "Customer.tax_id.label" not in listed, "what the product alone has changed is no conflict"
    assert not any(delivery.conflicts for delivery in migrate(site.site)), "what was told once is settled"
    meta = site.read(lambda ctx: ctx.definitions["Customer"]).by_name
    labels = {name: meta[name].label for name in ("website", "tax_id", "motto", "grade", "colour")}
    assert labels == {"website": "网站", "tax_id": "VAT Number", "motto": "Motto", "grade": "等级", "colour": "颜色"}
    assert meta["website"].properties["description"] == "Where it is found"
    assert customer(site) == VALUES
    assert told == {"Customer.colour.label": ("Paint", "颜色")}
    assert site.insert("Customer", customer_name="新", motto="快", grade="乙").motto == "快"
    assert site.read(lambda ctx: ctx.runtime.database.plan(ctx.definitions, ctx.definitions, ctx.connection)) == []


def test_a_field_of_the_site_under_a_new_name_of_the_product_is_named_and_nothing_happens(
    customised: TestSite, tmp_path: Path
) -> None:
    pack = pack_of(tmp_path, "Colour", "1.0")
    before = digest(customised)
    site = next_version(customised, pack, {("DocType", "Customer"): with_the_field_of_the_site})
    with pytest.raises(CRMError, match=r"A field with the name grade already exists in Customer \(layer core\)"):
        migrate(site.site)
    assert customer(site) == VALUES, "it goes on working meanwhile"
    assert digest(reopen(site, pack)) == before


def test_documents_that_are_there_follow_what_a_new_product_computes_and_hides(
    customised: TestSite, tmp_path: Path
) -> None:
    changes = {("DocType", "Customer"): with_a_formula_and_a_secret}
    site = next_version(customised, pack_of(tmp_path, "Colour", "1.0"), changes)
    migrate(site.site)
    (row,) = site.read(lambda ctx: ctx.store.list("Customer", fields=["shout"]))
    assert row["shout"] == "上海公司!"
    (line,) = site.site.runtime.read(lambda ctx: ctx.connection.rows('SELECT website FROM "tabCustomer"'))
    assert str(line[0]).startswith("sealed:")
