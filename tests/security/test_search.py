"""Nobody finds by what he may not read: nothing that is asked of the index tells a closed value."""

from __future__ import annotations

import pytest

from support.api_site import FULL, create
from support.attack_site import LOW, MANAGER, NOBODY, AttackSite, call, ok, put
from support.definitions import row
from support.sabotage import defended_by, yes

METHODS = ("crm.search.query", "frappe.utils.global_search.search")


@pytest.mark.parametrize("user", [LOW, NOBODY])
@pytest.mark.parametrize("method", METHODS)
@defended_by("crm_platform.search.query:readable_path", replace_with=yes)
def test_B03_B23_no_canary_is_found_by_who_may_not_read_it(attacked: AttackSite, user: str, method: str) -> None:
    client = attacked.client(user)
    for canary in sorted(attacked.canaries):
        for text in (canary, canary[:8], "KANARI", canary.rpartition("-")[2], canary.lower()):
            answer = call(client, method, text=text, limit=100)
            assert attacked.found_in(answer) == set()
            found = ok(answer)
            hits = found["hits"] if isinstance(found, dict) else found
            assert {hit["doctype"] for hit in hits} <= {"User"}, (text, found)


@defended_by("crm_platform.search.query:readable_path", replace_with=yes)
def test_B04_B05_counts_and_order_do_not_depend_on_a_closed_value(attacked: AttackSite) -> None:
    answers = []
    for value in ("zeppelin", "something else"):
        put(attacked.admin, "Vault", "V1", secret=value)
        texts = ("zeppelin", "V1", "V1 zeppelin", "open")
        answers.append([ok(call(attacked.low, "crm.search.query", text=text)) for text in texts])
    for one in answers:
        for found in one:
            for hit in found["hits"]:
                hit.pop("modified")
    assert answers[0] == answers[1]
    assert [found["total"] for found in answers[0]][:3] == [0, 1, 0]


def test_B06_masked_values_are_found_by_nobody(attacked: AttackSite) -> None:
    fields = [row("title", reqd=1), row("card", sensitivity="Confidential"), row("key", sensitivity="Secret")]
    name = f"Masked {attacked.canary('kind')}"
    permissions = [{"role": "System Manager", **FULL}]
    body = {"name": name, "module": "CRM", "custom": 1, "autoname": "field:title", "search_fields": "card,key"}
    create(attacked.admin, "DocType", {**body, "fields": fields, "permissions": permissions})
    create(attacked.admin, name, {"title": "M1", "card": "6222020200", "key": "tresorschluessel"})
    for text in ("6222020200", "tresorschluessel", "tresor"):
        for client in (attacked.admin, attacked.client(MANAGER)):
            assert ok(call(client, "crm.search.query", text=text))["total"] == 0
    assert ok(call(attacked.admin, "crm.search.query", text="M1"))["total"] == 1


def test_a_stranger_does_not_search(attacked: AttackSite) -> None:
    for method in METHODS:
        assert call(attacked.client(""), method, text="V1").status_code in (401, 403)
