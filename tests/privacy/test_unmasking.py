"""Seeing a masked value: with the right, by name, with a reason, and never unnoticed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_platform.errors import PermissionError
from crm_platform.packs.manifest import Manifest
from support.api_site import Api
from support.attack_site import call, ok
from support.privacy_site import ACCOUNT, CLERK, HIGHER, ID_NUMBER, OFFICER, PAY, leaks
from support.sabotage import defended_by, yes

ASK = {"doctype": "Client", "name": "C1", "reason": "客户来电核对"}


def entries(api: Api, event: str = "Unmasked") -> list[dict[str, Any]]:
    fields = json.dumps(["user", "reference_doctype", "reference_name", "details"])
    query = {"fields": fields, "filters": json.dumps({"event": event}), "order_by": "sequence asc", "limit": "0"}
    found: list[dict[str, Any]] = ok(api.admin.get("/api/resource/Audit Log", params=query))
    return found


def test_who_has_the_right_sees_the_value_and_the_log_says_so(private: Api) -> None:
    asked = call(private.client(OFFICER), "crm.privacy.unmask", fields=["id_number", "pay", "cards.account"], **ASK)
    assert ok(asked) == {"id_number": ID_NUMBER, "pay": PAY, "cards.account": [ACCOUNT]}
    newest = entries(private)[-1]
    assert (newest["user"], newest["reference_doctype"], newest["reference_name"]) == (OFFICER, "Client", "C1")
    assert json.loads(newest["details"]) == {
        "fields": ["id_number", "pay", "cards.account"],
        "reason": "客户来电核对",
    }
    assert leaks(str(newest)) == []


@pytest.mark.parametrize(
    ("user", "fields", "status"),
    [
        (CLERK, ["id_number"], 403),
        (OFFICER, ["higher"], 403),
        (OFFICER, ["id_number", "higher"], 403),
        (OFFICER, ["code"], 417),
        (OFFICER, ["no_field"], 417),
        ("", ["id_number"], 403),
    ],
)
@defended_by("crm_platform.privacy.unmasking:may_unmask", replace_with=yes)
def test_B07_nobody_unmasks_without_the_right_at_the_level_of_the_field(
    private: Api, user: str, fields: list[str], status: int
) -> None:
    before = len(entries(private))
    answer = call(private.client(user), "crm.privacy.unmask", fields=fields, **ASK)
    assert answer.status_code in ((401, 403) if not user else (status,))
    assert leaks(answer) == []
    assert len(entries(private)) == before
    if user == OFFICER and "higher" in fields:
        assert HIGHER not in answer.text


def test_a_reason_is_needed_and_missing_documents_stay_missing(private: Api) -> None:
    officer = private.client(OFFICER)
    assert call(officer, "crm.privacy.unmask", **{**ASK, "fields": ["pay"], "reason": "  "}).status_code == 417
    assert call(officer, "crm.privacy.unmask", **{**ASK, "fields": ["pay"], "name": "C404"}).status_code == 404


def test_a_pack_reveals_a_value_only_with_the_right_in_its_manifest(private: Api) -> None:
    site = private.site
    asking, plain = (Manifest("checker", "Checker", "1", "checker", unmask=wanted) for wanted in (True, False))

    def reveal(manifest: Manifest) -> Any:
        return site.runtime.write(
            lambda ctx: site.system(ctx).reveal(manifest, site.system(ctx).store.get("Client", "C1"), "id_number")
        )

    assert reveal(asking) == ID_NUMBER
    assert json.loads(entries(private)[-1]["details"]) == {"fields": ["id_number"], "pack": "checker"}
    with pytest.raises(PermissionError, match="manifest"):
        reveal(plain)
