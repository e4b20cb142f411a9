"""Duplicates and merging give nobody what he may not read, and let nobody write what he may not write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.api_site import create
from support.attack_site import LOW, NOBODY, AttackSite, call, ok, put
from support.sabotage import defended_by, nothing, unchanged, yes


@pytest.fixture
def ruled(attacked: AttackSite) -> Iterator[AttackSite]:
    """A Match Rule over an open and a closed field of Vault."""
    fields = [{"field": f, "method": "Exact", "weight": 50} for f in ("plain", "secret")]
    rule = {"rule_name": "Vault", "document_type": "Vault", "threshold": 50, "fields": fields}
    create(attacked.admin, "Match Rule", rule)
    yield attacked
    attacked.admin.delete("/api/resource/Match Rule/Vault")


def asked(site: AttackSite, user: str, **doc: Any) -> Any:
    return ok(call(site.client(user), "crm.duplicates.find", doctype="Vault", doc=doc))


@defended_by("crm_platform.transfer.duplicates.rules:MatchRule.readable", replace_with=unchanged)
@defended_by("crm_platform.documents.paths:Paths._readable", replace_with=nothing)
def test_B03_B05_a_match_tells_nothing_of_a_closed_field(ruled: AttackSite) -> None:
    answers = []
    for value in ("zeppelin", "something else"):
        put(ruled.admin, "Vault", "V1", secret=value, plain="offen")
        answers.append(
            [asked(ruled, LOW, **doc) for doc in ({"secret": "zeppelin"}, {"secret": "zeppelin", "plain": "offen"})]
        )
    assert answers[0] == answers[1]
    assert [len(found) for found in answers[0]] == [0, 1]
    assert [part["field"] for part in answers[0][1][0]["parts"]] == ["plain"]


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_B12_who_may_not_read_finds_no_duplicates(ruled: AttackSite) -> None:
    for method, arguments in (
        ("find", {"doc": {"plain": "offen"}}),
        ("of", {"name": "V1"}),
        ("scan", {}),
        ("tell_apart", {"name": "V1", "other": "V1"}),
    ):
        answer = call(ruled.client(NOBODY), f"crm.duplicates.{method}", doctype="Vault", **arguments)
        assert answer.status_code in (403, 404), (method, answer.text)
        assert ruled.found_in(answer) == set()


@defended_by("crm_platform.transfer.merging.filling:_closed", replace_with=nothing)
@defended_by("crm_platform.documents.guards:check_protected", replace_with=nothing)
def test_C01_a_merge_writes_no_closed_field(attacked: AttackSite) -> None:
    for name in ("M1", "M2"):
        create(attacked.admin, "Vault", {"title": name, "secret": attacked.canary("merged")})
    before = attacked.admin.get("/api/resource/Vault/M1").json()
    answer = call(
        attacked.low, "crm.duplicates.merge", doctype="Vault", keep="M1", others=["M2"], choices={"secret": "M2"}
    )
    assert attacked.found_in(answer) == set()
    assert attacked.admin.get("/api/resource/Vault/M1").json() == before
    assert answer.status_code == 403, answer.text


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_C02_C06_nobody_merges_what_he_may_not_delete_and_nothing_is_changed(attacked: AttackSite) -> None:
    create(attacked.admin, "Diary", {"title": "D2"})
    for user in (LOW, NOBODY):
        for merge in ({"keep": "D1", "others": ["D2"]}, {"keep": "D2", "others": ["D1"]}):
            answer = call(attacked.client(user), "crm.duplicates.merge", doctype="Diary", **merge)
            assert answer.status_code in (403, 404), answer.text
            renamed = {"doctype": "Diary", "old_name": merge["others"][0], "new_name": merge["keep"], "merge": 1}
            assert call(attacked.client(user), "frappe.client.rename_doc", **renamed).status_code in (403, 404)
    for name in ("D1", "D2"):
        assert attacked.admin.get(f"/api/resource/Diary/{name}").status_code == 200
    attacked.admin.delete("/api/resource/Diary/D2")
