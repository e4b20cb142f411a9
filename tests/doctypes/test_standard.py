"""The standard CRM takes part in a site as a pack does, without being one that a site could enable or disable."""

from __future__ import annotations

import pytest

from crm_platform.doctypes.standard import once, standard
from crm_platform.documents.events import unwatched
from crm_platform.errors import CRMError, DoesNotExistError
from crm_platform.sites.examination import fault_of
from crm_platform.sites.packs import pack_list
from crm_platform.testing import TestSite
from support.crm import Crm


def test_what_it_contributes_is_well_formed() -> None:
    assert fault_of(standard, unwatched) == ""


def test_two_modules_cannot_answer_for_the_same() -> None:
    assert once([("a", 1), ("b", 2)]) == {"a": 1, "b": 2}
    with pytest.raises(ValueError, match="'a'"):
        once([("a", 1), ("a", 2)])


def test_its_buttons_are_on_the_forms(crm: Crm) -> None:
    (button, *_) = crm.sales.call("crm.desk.meta", doctype="Lead")["actions"]
    assert button["method"] == "crm.lead.convert"


def test_nobody_enables_or_disables_it(sqlite_site: TestSite) -> None:
    listed = sqlite_site.site.runtime.read(lambda ctx: pack_list(sqlite_site.site, ctx.connection))
    assert "crm" not in {row.id for row in listed}
    with pytest.raises(DoesNotExistError, match="crm"):
        sqlite_site.disable_pack("crm")
    with pytest.raises(CRMError, match="crm"):
        sqlite_site.enable_pack("crm")
