"""Packs that want too much: what belongs to the core or to the site is not theirs to change or to open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_platform.documents.events import EventTable, Listener
from crm_platform.errors import CRMError, DoesNotExistError, PermissionError, ValidationError
from crm_platform.pack import EVERYTHING
from crm_platform.sites.overrides import overrides
from crm_platform.sites.pack_changes import apply, preview
from crm_platform.testing import TestSite, digest
from support.packs import answering, custom_field, enabled, make_pack, reopen, thing
from support.sabotage import always, defended_by, no, nothing, yes

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


def last_alone(table: EventTable, doctype: str, event: str) -> list[Listener]:
    """Who comes last takes the place of all before."""
    return listeners_of_event(table, doctype, event)[-1:]


listeners_of_event = EventTable.listeners


@defended_by("crm_platform.documents.events:EventTable.listeners", replace_with=last_alone)
@defended_by("crm_platform.documents.saving:check_protected", replace_with=nothing)
def test_D14_the_rules_of_the_engine_cannot_be_taken_out(sqlite_site: TestSite, tmp_path: Path) -> None:
    quiet = {doctype: {"validate": lambda ctx, doc: None} for doctype in ("User", "DocShare", "Validation Rule", "*")}
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", **answering("document_events", quiet)))
    seller = site.user("seller@example.com", "Sales User")
    with pytest.raises(PermissionError):
        site.update("User", seller, seller, roles=[{"role": "System Manager"}])


OPEN = {"doctype": "Custom DocPerm", "name": "trial-1", "parent": "Industry", "role": "Guest", "read": 1}


@defended_by("crm_platform.sites.pack_plan:PackPlan.id", replace_with="the same")
def test_D13_a_pack_that_was_altered_since_it_was_shown_is_not_taken(sqlite_site: TestSite, tmp_path: Path) -> None:
    """A pack is code, and who installs it trusts it; on a site it does what its plan has shown, or nothing."""
    site = reopen(sqlite_site, make_pack(tmp_path / "shown", "trial", thing("Gadget")))
    shown = site.system(lambda ctx: preview(site.site, ctx, "enable", "trial")).id
    reopen(site, make_pack(tmp_path / "altered", "trial", thing("Gadget"), OPEN))
    before = digest(site)
    with pytest.raises(ValidationError, match="Look at it again"):
        site.system(lambda ctx: apply(site.site, ctx, "enable", "trial", shown))
    assert digest(site) == before


@defended_by("crm_platform.sites.model:ModelSource.in_force", replace_with=lambda model, _, pack: model.of_pack(pack))
def test_D13_an_older_pack_brings_nothing_until_it_is_asked_for(sqlite_site: TestSite, tmp_path: Path) -> None:
    site = enabled(sqlite_site, make_pack(tmp_path, "trial", thing("Gadget")))
    reopen(site, make_pack(tmp_path, "trial", thing("Gadget"), OPEN, version="0.9"))
    assert overrides(site.read(lambda ctx: ctx.definitions)) == []
