"""Nobody writes what he may not, and a refusal changes nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from crm_platform.database.portable import digest
from support.api_site import create
from support.attack_site import LOW, MANAGER, NOBODY, AttackSite, call, ok, put
from support.sabotage import always, defended_by, no, nothing, yes


def state(site: AttackSite) -> dict[str, str]:
    """The whole database in one number per table."""
    return site.api.site.runtime.database.read(digest)


@pytest.mark.parametrize("value", [0, False, "0"])
@defended_by("crm_platform.documents.guards:_changed", replace_with=no)
def test_C01_a_closed_field_keeps_its_default_in_a_new_document(attacked: AttackSite, value: Any) -> None:
    refused = attacked.low.post("/api/resource/Vault", json={"title": "C01", "checked": value})
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["field"] == "checked"


def test_a_closed_field_may_be_sent_as_it_is(attacked: AttackSite) -> None:
    made = create(attacked.low, "Vault", {"title": "as it is", "checked": 1, "secret": "", "fetched_once": None})
    assert made["title"] == "as it is"


ATTEMPTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("PUT", "/api/resource/Vault/V1", {"plain": "changed", "secret": "x"}),
    ("PUT", "/api/resource/Vault/V1", {"rows": [{"item": "q", "row_secret": "x"}]}),
    ("PUT", "/api/resource/Vault/V1", {"closed_rows": []}),
    ("PUT", "/api/resource/Vault/V1", {"owner": LOW}),
    ("PUT", "/api/resource/Vault/V1", {"docstatus": 1}),
    ("PUT", "/api/resource/Hidden/H1", {"code": "x"}),
    ("PUT", f"/api/resource/User/{MANAGER}", {"first_name": "x"}),
    ("PUT", f"/api/resource/User/{LOW}", {"roles": [{"role": "System Manager"}]}),
    ("DELETE", "/api/resource/Diary/D1", {}),
    ("POST", "/api/resource/Custom DocPerm", {"parent": "User", "role": "All", "read": 1}),
    ("POST", "/api/resource/Property Setter", {"doc_type": "User", "field_name": "api_key", "property": "permlevel"}),
    ("POST", "/api/resource/DocType", {"name": "Evil", "module": "CRM", "fields": []}),
    ("POST", "/api/resource/Print Format", {"name": "Evil", "doc_type": "Vault", "html": "{{ doc }}"}),
    ("POST", "/api/resource/Report", {"report_name": "Evil", "ref_doctype": "User", "report_type": "Report Builder"}),
    ("POST", "/api/resource/File", {"file_name": "x.txt", "file_url": "/private/files/x.txt"}),
    ("POST", "/api/resource/Version", {"ref_doctype": "Vault", "docname": "V1", "data": "{}"}),
    ("POST", "/api/method/frappe.share.add", {"doctype": "Hidden", "name": "H1", "user": LOW, "read": 1}),
    ("POST", "/api/method/frappe.core.doctype.user.user.generate_keys", {"user": MANAGER}),
    ("POST", "/api/method/crm.access.reset_totp", {"user": MANAGER}),
    ("POST", "/api/method/frappe.desk.form.assign_to.add", {"doctype": "Diary", "name": "D1", "assign_to": LOW}),
    ("POST", "/api/method/frappe.desk.doctype.tag.tag.add_tag", {"dt": "Hidden", "dn": "H1", "tag": "x"}),
)


@defended_by("crm_platform.documents.guards:check_protected", replace_with=nothing)
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@defended_by("crm_platform.access.guards:require_manager", replace_with=nothing)
def test_C02_a_refused_write_changes_nothing(attacked: AttackSite) -> None:
    """All attempts between two looks at the database: a look takes longer than all of them."""
    before = state(attacked)
    answers = [attacked.low.request(verb, url, json=body) for verb, url, body in ATTEMPTS]
    assert [answer.text for answer in answers if answer.status_code not in (403, 404, 417)] == []
    assert state(attacked) == before


@defended_by("crm_platform.documents.saving:check_amended", replace_with=nothing)
def test_C05_only_a_cancelled_document_is_amended_and_only_with_the_right(attacked: AttackSite) -> None:
    admin = attacked.admin
    for name in ("草稿", "取消"):
        create(admin, "Vault", {"title": name})
    put(admin, "Vault", "取消", docstatus=1)
    put(admin, "Vault", "取消", docstatus=2)
    draft = admin.post("/api/resource/Vault", json={"title": "x", "amended_from": "草稿"})
    assert (draft.status_code, draft.json()["errors"][0]["field"]) == (417, "amended_from")
    amended = {"title": "取消", "amended_from": "取消"}
    assert attacked.low.post("/api/resource/Vault", json=amended).status_code == 403
    assert create(admin, "Vault", amended)["name"] == "取消-1"


BESIDE = (
    ("Comment", {"comment_type": "Comment", "content": "你好"}, ("reference_doctype", "reference_name")),
    ("ToDo", {"description": "你好"}, ("reference_type", "reference_name")),
)


@pytest.mark.parametrize(("kind", "values", "place"), BESIDE, ids=["comment", "todo"])
@defended_by("crm_platform.documents.companions:owner_of", replace_with=yes)
def test_B17_C06_nothing_is_written_beside_a_document_that_one_may_not_read(
    attacked: AttackSite, kind: str, values: dict[str, Any], place: tuple[str, str]
) -> None:
    def write(doctype: str, name: str) -> httpx.Response:
        return attacked.low.post(
            f"/api/resource/{kind}", json={**values, **dict(zip(place, (doctype, name), strict=True))}
        )

    there, missing = write("Diary", "D1"), write("Diary", "D9")
    assert there.status_code == missing.status_code == 417
    assert there.text.replace("D1", "…") == missing.text.replace("D9", "…")
    made = ok(write("Vault", "V1"))
    moved = attacked.low.put(f"/api/resource/{kind}/{made['name']}", json={place[0]: "Diary", place[1]: "D1"})
    assert moved.status_code == 417


def test_a_comment_is_signed_by_who_writes_it(attacked: AttackSite) -> None:
    forged = {"comment_type": "Comment", "content": "x", "comment_by": "Administrator", "comment_email": "boss@x.yy"}
    made = create(attacked.low, "Comment", {**forged, "reference_doctype": "Vault", "reference_name": "V1"})
    assert (made["comment_by"], made["comment_email"]) == (LOW, LOW)


@defended_by("crm_platform.documents.prepare:_is_forged", replace_with=no)
def test_C11_a_fetched_field_is_fetched_whatever_is_sent(attacked: AttackSite) -> None:
    sent = {"title": "C11", "hidden": "H1", "fetched": "forged", "fetched_once": "forged"}
    made = create(attacked.low, "Vault", sent)
    assert "forged" not in (made.get("fetched"), made.get("fetched_once"))


@defended_by("crm_platform.api.access_methods:require_above", replace_with=nothing)
def test_G04_the_second_factor_of_Administrator_is_his_own(attacked: AttackSite) -> None:
    manager = attacked.client(MANAGER)
    assert call(manager, "crm.access.reset_totp", user="Administrator").status_code == 403
    assert call(manager, "crm.access.reset_totp", user=NOBODY).status_code == 200


SETTERS = (
    *(("User", "enabled", "fieldtype", "Date"), ("User", "last_login", "fieldtype", "Data")),
    *(("User", "roles", "permlevel", "0"), ("User", "roles", "options", "Vault Row")),
    *(("File", "file_url", "read_only", "0"), ("Role", "disabled", "fieldtype", "Data")),
)


@pytest.mark.parametrize(("doctype", "field", "name", "value"), SETTERS)
@defended_by("crm_platform.metadata.checks.engine:ENGINE_MODULES", replace_with=frozenset())
def test_A08_what_the_engine_relies_on_is_not_customised(
    attacked: AttackSite, doctype: str, field: str, name: str, value: str
) -> None:
    body = {"doctype_or_field": "DocField", "doc_type": doctype, "field_name": field, "property": name, "value": value}
    refused = attacked.client(MANAGER).post("/api/resource/Property Setter", json=body)
    assert refused.status_code == 417, refused.text
    assert "Property Setter" in refused.json()["exception"]


def test_other_properties_of_such_a_field_are_free(attacked: AttackSite) -> None:
    body = {
        "doctype_or_field": "DocField",
        "doc_type": "User",
        "field_name": "bio",
        "property": "label",
        "value": "简介",
    }
    assert create(attacked.client(MANAGER), "Property Setter", body)["value"] == "简介"


@defended_by("crm_platform.documents.renaming:DEFINITION_KINDS", replace_with=frozenset())
def test_X02_a_definition_keeps_its_name(attacked: AttackSite) -> None:
    for name in ("User", "Vault"):
        renamed = {"doctype": "DocType", "old_name": name, "new_name": f"{name} X"}
        assert call(attacked.client(MANAGER), "frappe.client.rename_doc", **renamed).status_code == 417
        assert attacked.admin.get(f"/api/resource/{name}").status_code == 200


CLOSED_ONCE = {"fieldname": "once", "label": "Once", "fieldtype": "Data", "set_only_once": 1}


@defended_by("crm_platform.documents.checks:_of_cancelled", replace_with=always(("{label}: {value} is cancelled", "X")))
def test_B17_a_link_tells_no_more_of_a_document_than_that_it_is_there(attacked: AttackSite) -> None:
    """Neither its status nor a value; a value that is set once is not read out of the refusal."""
    admin = attacked.admin
    submitted = {"name": "Closed Paper", "autoname": "field:title", "is_submittable": 1, "module": "CRM", "custom": 1}
    rights = [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "submit": 1, "cancel": 1}]
    title = {"fieldname": "title", "label": "Title", "fieldtype": "Data"}
    create(admin, "DocType", {**submitted, "fields": [title], "permissions": rights})
    paper = {"fieldtype": "Link", "options": "Closed Paper", "fieldname": "paper_link", "label": "Paper"}
    create(admin, "Custom Field", {"dt": "Vault", **paper})
    create(admin, "Closed Paper", {"title": "P1"})
    for status in (1, 2):
        put(admin, "Closed Paper", "P1", docstatus=status)
    cancelled, missing = (
        attacked.low.post("/api/resource/Vault", json={"title": "link", "paper_link": name}) for name in ("P1", "P9")
    )
    assert cancelled.status_code == missing.status_code == 417
    assert cancelled.text.replace("P1", "…") == missing.text.replace("P9", "…")
    told = admin.post("/api/resource/Vault", json={"title": "link", "paper_link": "P1"})
    assert "cancelled" in told.text
    create(admin, "Custom Field", {"dt": "Vault", **CLOSED_ONCE})
    secret = attacked.canary("once")
    put(admin, "Vault", "V1", once=secret)
    refused = admin.put("/api/resource/Vault/V1", json={"once": "another"})
    assert refused.status_code == 417
    assert secret not in refused.text


@defended_by("crm_platform.access.row_filters:RowFilters.rules", replace_with=always(()))
def test_C08_nobody_changes_the_private_view_of_another(attacked: AttackSite) -> None:
    """Not even a System Manager: a planted one would be opened in the other's session."""
    view = {"label": "mine", "reference_doctype": "Vault", "query": '{"search": "<script>alert(1)</script>"}'}
    name = create(attacked.low, "Saved View", view)["name"]
    before = state(attacked)
    for user in (MANAGER, NOBODY):
        client = attacked.client(user)
        for verb in ("GET", "PUT", "DELETE"):
            answer = client.request(verb, f"/api/resource/Saved View/{name}", json={"label": "planted"})
            assert answer.status_code in (403, 404), (user, verb, answer.text)
    planted = {**view, "owner": LOW}
    forged = attacked.client(MANAGER).post("/api/resource/Saved View", json=planted)
    assert forged.status_code == 417 or forged.json()["data"]["owner"] == MANAGER
    if forged.status_code == 417:
        assert state(attacked) == before
