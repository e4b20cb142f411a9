"""Nobody reads what he may not: canaries in every closed field, and every way of asking for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest

from crm_platform.database.conditions import EVERYTHING
from support.api_site import create
from support.attack_site import LOW, MANAGER, NOBODY, AttackSite, call, ok, put
from support.sabotage import always, defended_by, nothing, yes

CLOSED = (
    *("secret", "`tabVault`.secret", "password", "paper", "closed_link", "checked"),
    *("rows.row_secret", "`tabVault Row`.`row_secret`", "rows.row_password", "closed_rows.item", "hidden.code"),
    *("`tabHidden`.code", "closed_link.code", "keeper.api_key", "keeper.restrict_ip", "hidden.keeper", "no_field"),
)
PINNED = {"reference_type": "Vault", "reference_name": "V1"}
VERSIONS = {"ref_doctype": "Vault", "docname": "V1"}
REFUSED = (403, 417)


def asked(reference: str) -> Iterator[dict[str, Any]]:
    """Every part of a list in which a field can be named."""
    yield from ({"fields": fields} for fields in ([reference], [f"{reference} as x"], [f"max({reference})"]))
    yield from ({"fields": fields} for fields in ([f"count(distinct {reference}) as n"], [{"MIN": reference}]))
    yield from ({part: [[reference, "like", "%K%"]]} for part in ("filters", "or_filters"))
    yield from ({"filters": [[reference, operator, "x"]]} for operator in ("=", ">", "in", "not in"))
    yield {"filters": [[reference, "is", "set"]]}
    yield {"order_by": f"{reference} desc"}
    yield {"fields": ["count(name) as n"], "group_by": reference}


@pytest.mark.parametrize("reference", CLOSED)
@defended_by("crm_platform.documents.paths:Paths._readable", replace_with=nothing)
def test_B01_B03_B04_B07_a_closed_field_takes_part_in_no_list(attacked: AttackSite, reference: str) -> None:
    for query in asked(reference):
        answer = call(attacked.low, "frappe.client.get_list", doctype="Vault", **query)
        assert answer.status_code in REFUSED, (query, answer.text)
        assert attacked.found_in(answer) == set()


@pytest.mark.parametrize("user", [LOW, NOBODY, ""])
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_B12_every_method_keeps_every_canary(attacked: AttackSite, user: str) -> None:
    client = attacked.client(user)
    leaks = {str(answer.request.url): attacked.found_in(answer) for answer in questions(client)}
    assert {url: found for url, found in leaks.items() if found} == {}


def questions(client: Any) -> Iterator[httpx.Response]:
    """What a client may ask about documents of each kind."""
    for doctype in ("Vault", "Hidden", "Diary", "User", "Version", "Comment", "ToDo", "File", "Deleted Document"):
        yield client.get(f'/api/resource/{doctype}?fields=["*"]&limit=0')
        yield client.get(f"/api/v2/doctype/{doctype}/meta")
        yield call(client, "frappe.desk.search.search_link", doctype=doctype, txt="")
        yield call(client, "frappe.desk.search.search_widget", doctype=doctype, txt="K")
        yield call(client, "frappe.desk.reportview.export_query", doctype=doctype, fields=["*"])
        yield call(client, "frappe.client.get", doctype=doctype)
    documents = (("Vault", "V1"), ("Hidden", "H1"), ("Diary", "D1"), ("User", MANAGER), ("System Settings",) * 2)
    for (doctype, name), method in product(documents, ("frappe.client.get", "frappe.desk.form.load.getdoc")):
        yield call(client, method, doctype=doctype, name=name)
        yield client.get(f"/api/resource/{doctype}/{name}")
        yield client.get("/printview", params={"doctype": doctype, "name": name})
        yield call(client, "crm.access.explain", doctype=doctype, name=name)
        yield client.get("/api/resource/Version", params={"fields": '["*"]', "filters": json.dumps(VERSIONS)})
    yield client.get("/api/openapi.json")
    yield call(client, "crm.desk.boot")


@pytest.mark.parametrize("reference", ["allocated_to.bio", "assigned_by.api_key", "allocated_to.last_login"])
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
@defended_by("crm_platform.documents.paths:Paths._readable", replace_with=nothing)
def test_B01_companions_of_a_document_do_not_lend_the_rights_of_the_system(
    attacked: AttackSite, reference: str
) -> None:
    for query in asked(reference):
        filters = [*([key, "=", value] for key, value in PINNED.items()), *query.pop("filters", [])]
        for method in ("frappe.client.get_list", "frappe.client.get_count"):
            answer = call(attacked.low, method, doctype="ToDo", filters=filters, **counted(query, method))
            assert attacked.found_in(answer) == set()
            if answer.status_code == 200 and query == {} and "not in" not in str(filters):
                assert not answer.json()["message"], "a comparison with what is closed finds nothing"


def counted(query: dict[str, Any], method: str) -> dict[str, Any]:
    return {} if method.endswith("count") else query


@defended_by("crm_platform.documents.companions:visible_changes", replace_with=lambda ctx, doctype, data: data)
@defended_by("crm_platform.documents.paths:REWRITTEN", replace_with=frozenset())
def test_B06_B07_B23_versions_keep_closed_fields_under_any_name(attacked: AttackSite) -> None:
    whole = ok(call(attacked.low, "frappe.client.get_list", doctype="Version", fields=["data"], filters=VERSIONS))
    assert whole and all('"changed"' in row["data"] for row in whole)
    for query in ({"fields": ["data as x"]}, {"fields": ["*"]}, {"fields": ["data", "docname as ref_doctype"]}):
        answer = call(attacked.low, "frappe.client.get_list", doctype="Version", filters=VERSIONS, **query)
        assert answer.status_code == 200 and attacked.found_in(answer) == set(), query
    pinned = [[key, "=", value] for key, value in VERSIONS.items()]
    compared: tuple[dict[str, Any], ...] = ({"fields": ["max(data) as m"]}, {"order_by": "data"}, {"group_by": "data"})
    for query in compared:
        answer = call(attacked.low, "frappe.client.get_list", doctype="Version", filters=pinned, **query)
        assert answer.status_code == 403, query
    answer = call(
        attacked.low, "frappe.client.get_count", doctype="Version", filters=[*pinned, ["data", "like", "%K%"]]
    )
    assert answer.status_code == 403


@defended_by("crm_platform.documents.companions:ALL_LEVELS", replace_with=frozenset())
def test_B16_the_history_of_a_dropped_field_is_closed(attacked: AttackSite) -> None:
    field = {"dt": "Vault", "fieldname": "old_secret", "label": "Old", "fieldtype": "Data", "permlevel": 1}
    made = create(attacked.admin, "Custom Field", field)
    create(attacked.admin, "Vault", {"title": "旧", "old_secret": attacked.canary("dropped")})
    put(attacked.admin, "Vault", "旧", old_secret=attacked.canary("dropped"))
    assert attacked.admin.delete(f"/api/resource/Custom Field/{made['name']}").status_code == 202
    pinned = {"ref_doctype": "Vault", "docname": "旧"}
    answer = call(attacked.low, "frappe.client.get_list", doctype="Version", fields=["data"], filters=pinned)
    assert answer.status_code == 200 and attacked.found_in(answer) == set()


@defended_by("crm_platform.documents.companions:_closed_fields", replace_with=always(()))
def test_H01_a_file_of_a_closed_field_is_not_there(attacked: AttackSite) -> None:
    pinned = {"attached_to_doctype": "Vault", "attached_to_name": "V1"}
    stored = ok(call(attacked.admin, "frappe.client.get_list", doctype="File", fields=["*"], filters=pinned))
    assert len(stored) == 1
    listed = call(attacked.low, "frappe.client.get_list", doctype="File", fields=["*"], filters=pinned)
    assert ok(listed) == []
    assert attacked.low.get(f"/api/resource/File/{stored[0]['name']}").status_code == 404
    assert attacked.low.get(stored[0]["file_url"]).status_code == 404
    assert attacked.found_in(call(attacked.low, "frappe.desk.form.load.getdoc", doctype="Vault", name="V1")) == set()


UNREADABLE = (("Diary", "D1"), ("User", MANAGER))


@pytest.mark.parametrize(("doctype", "name"), UNREADABLE)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_B17_an_unreadable_document_answers_like_a_missing_one(attacked: AttackSite, doctype: str, name: str) -> None:
    missing = name.replace("1", "9").replace("manager", "nomatch")
    asks = ("frappe.client.get", "frappe.client.delete", "frappe.desk.form.load.getdoc", "frappe.share.get_users")
    for method in asks:
        there, gone = (call(attacked.low, method, doctype=doctype, name=each) for each in (name, missing))
        assert there.status_code == gone.status_code
        assert there.text.replace(name, "…") == gone.text.replace(missing, "…"), method
    for verb in ("GET", "PUT", "DELETE"):
        answers = [attacked.low.request(verb, f"/api/resource/{doctype}/{each}", json={}) for each in (name, missing)]
        assert answers[0].status_code == answers[1].status_code == 404
        assert answers[0].text.replace(name, "…") == answers[1].text.replace(missing, "…")
