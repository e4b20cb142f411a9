"""Packs that are missing, come back or are taken off: what is theirs waits, and what they closed stays closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_platform.errors import (
    CRMError,
    DoesNotExistError,
    PackError,
    PermissionError,
    UnavailableError,
    ValidationError,
)
from crm_platform.pack import Compare
from crm_platform.packs.discovery import Found
from crm_platform.sites.packs import pack_list
from crm_platform.sites.strikes import stop
from crm_platform.testing import TestSite, digest
from support.packs import answering, custom_field, enabled, make_pack, reopen, thing
from support.sabotage import always, defended_by, nothing

GADGET = thing("Gadget")


def problems(site: TestSite) -> dict[str, str]:
    rows = site.site.runtime.database.read(lambda connection: pack_list(site.site, connection))
    return {row.id: row.problem for row in rows}


ABSENT = {
    "not installed": ([], "not installed"),
    "no import": ([Found("trial", problem="trial.pack:pack does not import: ImportError")], "does not import"),
    "other platform": ([Found("trial", problem="Pack trial 2 needs crm_platform >=99")], "needs crm_platform >=99"),
}


@defended_by("crm_platform.sites.model:ModelSource.enabled", replace_with=always([]))
@pytest.mark.parametrize(("installed", "reason"), ABSENT.values(), ids=list(ABSENT))
def test_X19_a_pack_that_is_missing_is_told_and_its_data_wait(
    site: TestSite, tmp_path: Path, installed: list[Found], reason: str
) -> None:
    pack = make_pack(tmp_path, "trial", GADGET, custom_field("Customer", "colour"))
    enabled(site, pack)
    customer = site.insert("Customer", customer_name="北京科技", customer_type="Company", colour="红").name
    gadget = site.insert("Gadget", title="原来").name
    before = digest(site)
    reopen(site, *installed)
    assert site.get("Customer", customer).customer_name == "北京科技"
    site.update("Customer", customer, customer_name="上海贸易")
    assert reason in problems(site)["trial"]
    assert len(site.site.source.missing) == 1
    assert (site.get("Customer", customer).colour, site.get("Gadget", gadget).title) == ("红", "原来")
    reopen(site, pack)
    assert digest(site) == before
    assert site.get("Customer", customer).colour == "红"
    assert site.get("Gadget", gadget).title == "原来"


@defended_by("crm_platform.sites.model:listeners_of_absent", replace_with=always(()))
def test_X19_documents_of_a_pack_that_is_missing_are_read_and_not_changed(site: TestSite, tmp_path: Path) -> None:
    pack = make_pack(tmp_path, "trial", thing("Gadget", is_submittable=1, allow_rename=1))
    enabled(site, pack)
    gadget = str(site.insert("Gadget", title="原来").name)
    reopen(site)
    store: dict[str, Callable[[Any], Any]] = {
        "insert": lambda s: s.insert(s.new("Gadget", {"title": "新的"})),
        "update": lambda s: s.update("Gadget", gadget, {"title": "改了"}),
        "submit": lambda s: s.update("Gadget", gadget, {"docstatus": 1}),
        "delete": lambda s: s.delete("Gadget", gadget),
        "rename": lambda s: s.rename("Gadget", gadget, "别的"),
    }
    for change in store.values():
        with pytest.raises(UnavailableError, match="Pack trial is not at work"):
            site.write(lambda ctx, change=change: change(ctx.store))  # type: ignore[misc]
    assert site.get("Gadget", gadget).title == "原来"
    reopen(site, pack)
    assert site.update("Gadget", gadget, title="改了").title == "改了"


NARROWER = {
    "doctype": "Custom DocPerm",
    "name": "trial-product",
    "parent": "Product",
    "role": "System Manager",
    "read": 1,
}
CLOSED = {
    "doctype": "Property Setter",
    "name": "Customer-tax_id-permlevel",
    "doc_type": "Customer",
    "doctype_or_field": "DocField",
    "field_name": "tax_id",
    "property": "permlevel",
    "value": "3",
}


@defended_by("crm_platform.sites.model:layers_of_absent", replace_with=always(()))
def test_X19_rights_that_a_pack_took_away_stay_away_while_it_is_missing(site: TestSite, tmp_path: Path) -> None:
    """Without its rows the standard ones would count again, and everybody would see more."""
    pack = make_pack(tmp_path, "trial", NARROWER, CLOSED)
    seller = site.user("seller@example.com", "Sales User")
    product = str(site.insert("Product", product_code="P-1", product_name="灯").name)
    values = {"customer_name": "北京科技", "customer_type": "Company", "tax_id": "91110000"}
    customer = str(site.insert("Customer", **values).name)
    assert (site.get("Product", product, seller).product_name, site.get("Customer", customer, seller).tax_id) == (
        "灯",
        "91110000",
    )
    enabled(site, pack)
    for installed in ([pack], []):
        reopen(site, *installed)
        with pytest.raises(PermissionError):
            site.get("Product", product, seller)
        shown = site.read(lambda ctx: ctx.store.list("Customer", fields=("*",)), seller)
        assert [row.get("tax_id") for row in shown] == [None]
    site.disable_pack("trial")
    assert site.get("Product", product, seller).product_name == "灯"


def customers(site: TestSite, user: str) -> int:
    return len(site.read(lambda ctx: ctx.store.list("Customer", limit=0), user))


@defended_by("crm_platform.sites.model:closed", replace_with=always(()))
def test_X19_what_a_pack_narrowed_stays_closed_while_it_is_not_at_work(site: TestSite, tmp_path: Path) -> None:
    """Missing or stopped it would take its row filter along, and everybody would see more."""
    own = answering("row_filters", {"Customer": lambda ctx, action: Compare(("owner",), "=", ctx.user)})
    pack = make_pack(tmp_path, "trial", **own)
    seller = site.user("seller@example.com", "Sales User")
    site.insert("Customer", customer_name="北京科技", customer_type="Company")
    enabled(site, pack)
    assert customers(site, seller) == 0
    reopen(site)
    with pytest.raises(PackError, match="Pack trial limits who may see these documents"):
        customers(site, seller)
    assert site.read(lambda ctx: ctx.store.list("Product"), seller) == []
    reopen(site, pack)
    assert customers(site, seller) == 0
    site.site.runtime.database.write(lambda connection: stop(connection, "trial", "three strikes"))
    with pytest.raises(PackError, match="Pack trial"):
        customers(site, seller)
    site.enable_pack("trial")
    assert customers(site, seller) == 0
    site.disable_pack("trial")
    assert customers(site, seller) == 1


@defended_by("crm_platform.sites.packs:withdraw", replace_with=nothing)
def test_X20_a_pack_goes_and_comes_back_while_its_data_stay(site: TestSite, tmp_path: Path) -> None:
    """Its tables and columns are neither read nor lost, and no list of the core breaks over them."""
    role = {"doctype": "Role", "name": "Gadgeteer", "role_name": "Gadgeteer", "desk_access": 1}
    pack = make_pack(tmp_path, "trial", GADGET, custom_field("Customer", "colour"), role)
    enabled(site, pack)
    customer = site.insert("Customer", customer_name="北京科技", customer_type="Company", colour="红").name
    gadget = site.insert("Gadget", title="原来").name
    site.disable_pack("trial")
    assert "colour" not in site.get("Customer", customer).as_dict()
    assert [row["name"] for row in site.read(lambda ctx: ctx.store.list("Customer", fields=("*",)))] == [customer]
    with pytest.raises(CRMError):
        site.read(lambda ctx: ctx.store.list("Customer", filters={"colour": "红"}))
    assert not site.read(lambda ctx: ctx.store.exists("Role", "Gadgeteer"))
    with pytest.raises(DoesNotExistError):
        site.get("Gadget", gadget)
    site.update("Customer", customer, customer_name="上海贸易")
    site.enable_pack("trial")
    assert site.get("Customer", customer).colour == "红"
    assert site.get("Gadget", gadget).title == "原来"


@defended_by("crm_platform.sites.model:in_dependency_order", replace_with=lambda packs: (list(packs), []))
def test_X19_packs_that_came_to_need_each_other_are_left_out(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = enabled(sqlite_site, make_pack(tmp_path, "alpha", GADGET), make_pack(tmp_path, "beta", thing("Widget")))
    circle = [
        make_pack(tmp_path, "alpha", GADGET, version="2.0", depends=["beta"]),
        make_pack(tmp_path, "beta", thing("Widget"), version="2.0", depends=["alpha"]),
    ]
    reopen(site, *circle)
    assert site.insert("Customer", customer_name="北京科技", customer_type="Company")
    assert [sentence.split()[1] for sentence in site.site.source.missing] == ["alpha", "beta"]
    with pytest.raises(UnavailableError, match="Pack alpha is not at work: Gadget can be read, and not changed"):
        site.insert("Gadget", title="x")


@defended_by("crm_platform.sites.packs:refuse_needed", replace_with=nothing)
def test_X19_needs_are_kept_when_packs_come_and_go(sqlite_site: TestSite, tmp_path: Path) -> None:
    base = make_pack(tmp_path, "base", GADGET)
    site = reopen(sqlite_site, base, make_pack(tmp_path, "more", custom_field("Gadget", "colour"), depends=["base"]))
    with pytest.raises(ValidationError, match="Pack more needs base. Enable that first"):
        site.enable_pack("more")
    site.enable_pack("base")
    site.enable_pack("more")
    with pytest.raises(ValidationError, match="Pack base is needed by more"):
        site.disable_pack("base")
    site.disable_pack("more")
    site.disable_pack("base")
