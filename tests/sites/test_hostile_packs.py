"""Packs that fail, lie or want too much: the request or the pack is stopped and named, the site goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from crm_platform.documents.events import EventTable
from crm_platform.errors import (
    CRMError,
    DoesNotExistError,
    PackError,
    PermissionError,
    UnavailableError,
    ValidationError,
)
from crm_platform.pack import EVERYTHING, Compare
from crm_platform.packs.discovery import Found
from crm_platform.sites.overrides import overrides
from crm_platform.sites.packs import pack_list
from crm_platform.sites.strikes import stop
from crm_platform.testing import TestSite, digest
from support.packs import answering, custom_field, make_pack, reopen, thing
from support.sabotage import always, defended_by, no, nothing, yes

GADGET = thing("Gadget")


def events(doctype: str, event: str, handler: Callable[..., Any]) -> dict[str, Any]:
    return answering("document_events", {doctype: {event: handler}})


def fail(ctx: Any, doc: Any) -> None:
    raise RuntimeError("坏了")


def fire_and_forget(table: EventTable, ctx: Any, doc: Any, event: str) -> None:
    """The sabotage of these tests: whatever a hook raises is swallowed."""
    for listener in table.listeners(doc.doctype, event):
        with suppress(Exception):
            listener.handler(ctx, doc)


def enabled(site: TestSite, *packs: Any) -> TestSite:
    """The site with these packs on it."""
    reopen(site, *packs)
    for pack in packs:
        site.enable_pack(pack.manifest.id)
    return site


def problems(site: TestSite) -> dict[str, str]:
    rows = site.site.runtime.database.read(lambda connection: pack_list(site.site, connection))
    return {row.id: row.problem for row in rows}


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
@pytest.mark.parametrize(
    "event", ["before_insert", "validate", "before_save", "after_insert", "on_update", "on_change"]
)
def test_X16_an_event_that_raises_saves_nothing_and_names_the_hook(site: TestSite, tmp_path: Path, event: str) -> None:
    other = make_pack(tmp_path, "other", thing("Widget"), **events("Widget", "validate", lambda ctx, doc: None))
    enabled(site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", event, fail)), other)
    with pytest.raises(PackError, match=rf"Gadget\.{event} .* of pack trial failed \(RuntimeError\)"):
        site.insert("Gadget", title="坏的")
    assert site.read(lambda ctx: ctx.store.count("Gadget")) == 0
    assert site.insert("Widget", title="好的").title == "好的"
    assert site.insert("Customer", customer_name="北京科技", customer_type="Company").customer_name == "北京科技"


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X16_what_was_done_before_in_the_request_is_rolled_back(site: TestSite, tmp_path: Path) -> None:
    def insert_and_fail(ctx: Any, doc: Any) -> None:
        ctx.store.insert(ctx.store.new("Gadget", {"title": "副本"}))
        raise KeyError("secret")

    enabled(
        site, make_pack(tmp_path, "trial", GADGET, thing("Widget"), **events("Widget", "on_update", insert_and_fail))
    )
    with pytest.raises(PackError) as raised:
        site.insert("Widget", title="坏的")
    assert "secret" not in str(raised.value)
    counts = site.read(lambda ctx: [ctx.store.count(doctype) for doctype in ("Gadget", "Widget")])
    assert counts == [0, 0]


@defended_by("crm_platform.packs.hooks:Hooks.call", replace_with=nothing)
def test_X16_a_failing_enable_leaves_nothing(site: TestSite, tmp_path: Path) -> None:
    def after_enable(self: object, ctx: Any) -> None:
        ctx.store.insert(ctx.store.new("Gadget", {"title": "第一"}))
        raise RuntimeError("坏了")

    methods = answering("api_methods", {"leak": fail})
    reopen(site, make_pack(tmp_path, "trial", GADGET, after_enable=after_enable, **methods))
    before = digest(site)
    with pytest.raises(PackError, match="after_enable of pack trial"):
        site.enable_pack("trial")
    assert digest(site) == before
    assert [pack for pack, _ in site.site.hooks.contributions("api_methods")] == ["crm"]
    with pytest.raises(DoesNotExistError):
        site.insert("Gadget", title="x")


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X18_a_saved_document_is_not_changed_by_a_later_event(site: TestSite, tmp_path: Path) -> None:
    def change(ctx: Any, doc: Any) -> None:
        doc.title = "改了"

    enabled(site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", "on_update", change)))
    with pytest.raises(ValidationError, match=r"on_update .* of pack trial changes a document"):
        site.insert("Gadget", title="原来")
    assert site.read(lambda ctx: ctx.store.count("Gadget")) == 0


@defended_by("crm_platform.documents.events:EventTable.fire", replace_with=fire_and_forget)
def test_X18_the_stored_state_is_not_changed_by_an_event(sqlite_site: TestSite, tmp_path: Path) -> None:
    def change(ctx: Any, doc: Any) -> None:
        if doc.before is not None:
            doc.before.title = "改了"

    site = enabled(sqlite_site, make_pack(tmp_path, "trial", GADGET, **events("Gadget", "validate", change)))
    name = site.insert("Gadget", title="原来").name
    with pytest.raises(ValidationError, match="of pack trial changes a document"):
        site.update("Gadget", name, title="新的")
    assert site.get("Gadget", name).title == "原来"


MALFORMED = {
    "an unknown event": (events("Gadget", "on_sunday", fail), "unknown document event on_sunday"),
    "no function": (events("Gadget", "validate", "pack.validate"), "document_events must give a mapping of events"),
    "no mapping": (answering("row_filters", ["Gadget"]), "row_filters must give a mapping, it gave list"),
    "a hook that raises": ({"api_methods": lambda self: 1 / 0}, "api_methods of pack trial failed"),
    "an unknown hook": ({"on_sunday": lambda self: {}}, "implements a hook wrongly"),
    "a wrong argument": ({"after_enable": lambda self, site: None}, "implements a hook wrongly"),
    "a button without method": (
        answering("form_actions", {"Gadget": [{"label": "x"}]}),
        "form_actions must give a list",
    ),
    "suggestions without fields": (
        answering("form_suggestions", {"Gadget": {"label": "x", "method": "trial.x", "fields": "title"}}),
        "form_suggestions must give a mapping with label, method and the list of fields",
    ),
    "a button's condition": (
        answering("form_actions", {"Gadget": [{"label": "x", "method": "trial.x", "condition": "import os"}]}),
        "has a condition for Gadget that cannot be read",
    ),
    "a button of another's method": (
        answering("form_actions", {"Gadget": [{"label": "x", "method": "crm.close"}]}),
        "form_actions names the API method crm.close, which the pack does not have",
    ),
    "suggestions of a missing method": (
        answering("api_methods", {"near": fail})
        | answering("form_suggestions", {"Gadget": {"label": "x", "method": "trial.nah", "fields": ["title"]}}),
        "form_suggestions names the API method trial.nah, which the pack does not have",
    ),
}
each_malformed = pytest.mark.parametrize(("hooks", "reason"), MALFORMED.values(), ids=list(MALFORMED))


@defended_by("crm_platform.sites.packs:fault_of", replace_with=always(""))
@each_malformed
def test_X18_a_malformed_pack_is_not_enabled(
    sqlite_site: TestSite, tmp_path: Path, hooks: dict[str, Any], reason: str
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", GADGET, **hooks))
    before = digest(site)
    with pytest.raises(ValidationError, match="Pack trial cannot be enabled") as raised:
        site.enable_pack("trial")
    assert reason in str(raised.value)
    assert digest(site) == before


@defended_by("crm_platform.sites.model:fault_of", replace_with=always(""))
@each_malformed
def test_X18_a_malformed_upgrade_leaves_the_pack_out_and_the_site_open(
    sqlite_site: TestSite, tmp_path: Path, hooks: dict[str, Any], reason: str
) -> None:
    other = make_pack(tmp_path, "other", thing("Widget"))
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", GADGET), other)
    name = site.insert("Gadget", title="原来").name
    reopen(site, make_pack(tmp_path, "trial", GADGET, version="2.0", **hooks), other)
    assert site.insert("Widget", title="好的").title == "好的"
    assert reason in " ".join(site.site.source.missing)
    reopen(site, make_pack(tmp_path, "trial", GADGET, version="2.1"), other)
    assert site.get("Gadget", name).title == "原来"


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


OVERREACHING = {
    "a DocType of the core": [thing("Customer")],
    "a field of the core": [custom_field("Customer", "customer_name")],
    "permissions by a Property Setter": [
        {
            "doctype": "Property Setter",
            "name": "Customer-permissions",
            "doc_type": "Customer",
            "doctype_or_field": "DocType",
            "property": "permissions",
            "value": "[]",
        }
    ],
}


@defended_by("crm_platform.sites.create:refuse", replace_with=nothing)
@pytest.mark.parametrize("records", OVERREACHING.values(), ids=list(OVERREACHING))
def test_D14_what_replaces_the_core_is_refused(
    sqlite_site: TestSite, tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    site = reopen(sqlite_site, make_pack(tmp_path, "trial", *records))
    before = digest(site)
    with pytest.raises(CRMError):
        site.enable_pack("trial")
    assert digest(site) == before


@defended_by("crm_platform.sites.delivery:_is_brought_by_others", replace_with=no)
def test_D14_a_record_of_the_core_stays_as_it_is(sqlite_site: TestSite, tmp_path: Path) -> None:
    role = {"doctype": "Role", "name": "Guest", "role_name": "Guest", "desk_access": 1, "disabled": 1}
    pack = make_pack(tmp_path, "trial", role)
    site = sqlite_site
    before = site.get("Role", "Guest").as_dict()
    enabled(site, pack)
    assert site.get("Role", "Guest").as_dict() == before
    site.disable_pack("trial")
    assert site.get("Role", "Guest").as_dict() == before


@defended_by("crm_platform.sites.overrides:_foreign_layers", replace_with=always(()))
def test_D14_permissions_that_a_pack_replaces_are_told(sqlite_site: TestSite, tmp_path: Path) -> None:
    row = {"doctype": "Custom DocPerm", "name": "trial-1", "parent": "Industry", "role": "Guest", "read": 1}
    setter = {
        "doctype": "Property Setter",
        "name": "Customer-tax_id-hidden",
        "doc_type": "Customer",
        "doctype_or_field": "DocField",
        "field_name": "tax_id",
        "property": "hidden",
        "value": "1",
    }
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", row, setter, custom_field("Customer", "colour")))
    assert overrides(site.read(lambda ctx: ctx.definitions)) == [
        "Pack trial changes the DocType Customer: tax_id.hidden.",
        "Pack trial changes the DocType Industry: permissions.",
    ]
    site.disable_pack("trial")
    assert overrides(site.read(lambda ctx: ctx.definitions)) == []


@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_D14_a_row_filter_opens_nothing(sqlite_site: TestSite, tmp_path: Path) -> None:
    open_all = answering(
        "row_filters", {"Customer": lambda ctx, action: EVERYTHING, "*": lambda ctx, action: EVERYTHING}
    )
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", **open_all))
    name = site.insert("Customer", customer_name="北京科技", customer_type="Company").name
    stranger = site.user("stranger@example.com")
    with pytest.raises((DoesNotExistError, PermissionError)):
        site.get("Customer", name, stranger)


def test_D14_the_rules_of_the_engine_cannot_be_taken_out(sqlite_site: TestSite, tmp_path: Path) -> None:
    quiet = {doctype: {"validate": lambda ctx, doc: None} for doctype in ("User", "DocShare", "Validation Rule", "*")}
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", **answering("document_events", quiet)))
    seller = site.user("seller@example.com", "Sales User")
    with pytest.raises(PermissionError):
        site.update("User", seller, seller, roles=[{"role": "System Manager"}])
