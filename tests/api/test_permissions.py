"""Who may call what: the contract's matrix of users and requests, and how refusals look."""

from __future__ import annotations

from typing import Any

import pytest

from support.api_site import DESK_USER, Api, create
from support.sabotage import defended_by, nothing, yes

CUSTOMERS, ORDERS = "/api/resource/Bench Customer", "/api/resource/Bench Order"
CLIENT = "/api/method/frappe.client."


@pytest.fixture(scope="module")
def name(api: Api) -> str:
    return str(create(api.admin, "Bench Customer", {"customer_name": "机密 CANARY"})["name"])


MATRIX: dict[str, tuple[str, str, Any, tuple[int, int, int]]] = {
    "list": ("GET", CUSTOMERS, None, (200, 403, 403)),
    "list without right": ("GET", ORDERS, None, (403, 403, 403)),
    "read": ("GET", f"{CUSTOMERS}/NAME", None, (200, 403, 403)),
    "read missing": ("GET", f"{CUSTOMERS}/NOPE", None, (404, 403, 403)),
    "read missing without right": ("GET", f"{ORDERS}/NOPE", None, (403, 403, 403)),
    "create": ("POST", CUSTOMERS, {"customer_name": "x"}, (403, 403, 403)),
    "update": ("PUT", f"{CUSTOMERS}/NAME", {"phone": "1"}, (403, 403, 403)),
    "delete": ("DELETE", f"{CUSTOMERS}/NAME", None, (403, 403, 403)),
    "run_method": ("POST", f"{CUSTOMERS}/NAME?run_method=submit", None, (417, 403, 403)),
    "v2 list": ("GET", "/api/v2/document/Bench Customer", None, (200, 403, 403)),
    "v2 update": ("PATCH", "/api/v2/document/Bench Customer/NAME", {"phone": "1"}, (403, 403, 403)),
    "v2 count": ("GET", "/api/v2/doctype/Bench Order/count", None, (403, 403, 403)),
    "v2 meta": ("GET", "/api/v2/doctype/Bench Order/meta", None, (403, 403, 403)),
    "get_count": ("GET", f"{CLIENT}get_count?doctype=Bench Order", None, (403, 403, 403)),
    "get": ("GET", f"{CLIENT}get?doctype=Bench Customer&name=NAME", None, (200, 403, 403)),
    "get_value": ("GET", f"{CLIENT}get_value?doctype=Bench Order&fieldname=title", None, (403, 403, 403)),
    "set_value": (
        "POST",
        f"{CLIENT}set_value",
        {"doctype": "Bench Customer", "name": "NAME", "fieldname": "phone", "value": "1"},
        (403, 403, 403),
    ),
    "insert": (
        "POST",
        f"{CLIENT}insert",
        {"doc": {"doctype": "Bench Customer", "customer_name": "x"}},
        (403, 403, 403),
    ),
    "delete by method": ("POST", f"{CLIENT}delete", {"doctype": "Bench Customer", "name": "NAME"}, (403, 403, 403)),
    "rename": (
        "POST",
        f"{CLIENT}rename_doc",
        {"doctype": "Bench Customer", "old_name": "NAME", "new_name": "X"},
        (403, 403, 403),
    ),
    "getdoc": ("GET", "/api/method/frappe.desk.form.load.getdoc?doctype=Bench Order&name=X", None, (403, 403, 403)),
    "getdoctype": ("GET", "/api/method/frappe.desk.form.load.getdoctype?doctype=Bench Order", None, (403, 403, 403)),
    "search_link": (
        "GET",
        "/api/method/frappe.desk.search.search_link?doctype=Bench Order&txt=",
        None,
        (403, 403, 403),
    ),
    "reportview": ("GET", "/api/method/frappe.desk.reportview.get?doctype=Bench Order", None, (403, 403, 403)),
    "export": (
        "GET",
        "/api/method/frappe.desk.reportview.export_query?doctype=Bench Customer",
        None,
        (403, 403, 403),
    ),
    "share": (
        "POST",
        "/api/method/frappe.share.add",
        {"doctype": "Bench Customer", "name": "NAME", "user": DESK_USER},
        (403, 403, 403),
    ),
    "print": ("GET", "/printview?doctype=Bench Order&name=X", None, (403, 403, 403)),
    "pdf": (
        "GET",
        "/api/method/frappe.utils.print_format.download_pdf?doctype=Bench Order&name=X",
        None,
        (403, 403, 403),
    ),
    "comment": (
        "POST",
        "/api/method/frappe.desk.form.utils.add_comment",
        {"reference_doctype": "Bench Customer", "reference_name": "NAME", "content": "x"},
        (200, 403, 403),
    ),
    "tag": (
        "POST",
        "/api/method/frappe.desk.doctype.tag.tag.add_tag",
        {"tag": "x", "dt": "Bench Customer", "dn": "NAME"},
        (403, 403, 403),
    ),
    "assign": (
        "POST",
        "/api/method/frappe.desk.form.assign_to.add",
        {"doctype": "Bench Order", "name": "NAME", "assign_to": [DESK_USER]},
        (403, 403, 403),
    ),
    "keys of another": (
        "POST",
        "/api/method/frappe.core.doctype.user.user.generate_keys",
        {"user": "Administrator"},
        (403, 403, 403),
    ),
    "who am I": ("GET", "/api/method/frappe.auth.get_logged_user", None, (200, 200, 403)),
    "openapi": ("GET", "/api/openapi.json", None, (200, 200, 403)),
    "ping": ("GET", "/api/method/ping", None, (200, 200, 200)),
}


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@pytest.mark.parametrize("case", MATRIX)
def test_B12_each_user_gets_what_he_may(api: Api, name: str, case: str) -> None:
    verb, url, body, expected = MATRIX[case]
    sent = {
        key: value.replace("NAME", name) if key != "doctype" and isinstance(value, str) else value
        for key, value in (body or {}).items()
    }
    clients = (api.desk, api.limited, api.guest)
    answers = [client.request(verb, url.replace("NAME", name), json=sent if body else None) for client in clients]
    assert tuple(answer.status_code for answer in answers) == expected
    for answer in answers:
        assert answer.status_code == 200 or "CANARY" not in answer.text


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_C02_a_refused_call_changes_nothing(api: Api, name: str) -> None:
    before = api.admin.get(f"{CUSTOMERS}/{name}").json()
    for case in ("update", "delete", "set_value", "delete by method", "v2 update"):
        verb, url, body, _ = MATRIX[case]
        api.desk.request(
            verb,
            url.replace("NAME", name),
            json={**(body or {}), **({"name": name} if body and "name" in body else {})},
        )
    assert api.admin.get(f"{CUSTOMERS}/{name}").json() == before


@defended_by("crm_platform.access.policy:Policy.holds", replace_with=yes)
def test_B17_an_unreadable_document_looks_like_a_missing_one(api: Api) -> None:
    """The desk user may read no comment of a document that is closed to him."""
    order = create(api.admin, "Bench Order", {"title": "closed"})["name"]
    made = api.admin.post(
        "/api/method/frappe.desk.form.utils.add_comment",
        json={"reference_doctype": "Bench Order", "reference_name": order, "content": "CANARY"},
    )
    hidden = made.json()["message"]["name"]
    answers = [api.desk.get(f"/api/resource/Comment/{comment}") for comment in (hidden, "0" * len(hidden))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(hidden, "X") == answers[1].text.replace("0" * len(hidden), "X")


def test_a_refusal_says_so_in_plain_text_too(api: Api) -> None:
    body = api.desk.post(CUSTOMERS, json={"customer_name": "x"}).json()
    assert body["exc_type"] == "PermissionError"
    assert body["_error_message"] == "Insufficient Permission for Bench Customer (create)"


@defended_by("crm_platform.access.shares:check_share", replace_with=nothing)
def test_C04_nobody_shares_a_right_that_he_has_not_got(api: Api, name: str) -> None:
    giver = api.make_user("giver@example.com", "Bench Role")
    taker = api.make_user("taker@example.com", kind="Website User")
    share = {"doctype": "Bench Customer", "name": name, "user": "giver@example.com", "read": 1, "share": 1}
    assert api.admin.post("/api/method/frappe.share.add", json=share).status_code == 200
    further = {**share, "user": "taker@example.com", "share": 0}
    assert giver.post("/api/method/frappe.share.add", json=further).status_code == 200
    assert taker.get(f"{CUSTOMERS}/{name}").status_code == 200
    too_much = giver.post("/api/method/frappe.share.add", json={**further, "write": 1})
    assert (too_much.status_code, too_much.json()["exc_type"]) == (403, "PermissionError")
    assert taker.put(f"{CUSTOMERS}/{name}", json={"phone": "1"}).status_code == 403


def test_a_share_is_taken_back_only_by_who_may_share(api: Api, name: str) -> None:
    giver = api.make_user("lender@example.com", "Bench Role")
    taker = api.make_user("borrower@example.com", kind="Website User")
    given = {"doctype": "Bench Customer", "name": name, "user": "borrower@example.com"}
    api.admin.post("/api/method/frappe.share.add", json={**given, "read": 1})
    assert taker.post("/api/method/frappe.share.remove", json=given).status_code == 403
    assert taker.get(f"{CUSTOMERS}/{name}").status_code == 200
    api.admin.post("/api/method/frappe.share.add", json={**given, "user": "lender@example.com", "share": 1})
    assert giver.post("/api/method/frappe.share.remove", json=given).status_code == 200
    assert taker.get(f"{CUSTOMERS}/{name}").status_code == 403


@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
def test_B19_a_guest_finds_no_doctype_open(api: Api) -> None:
    names = [row["name"] for row in api.admin.get("/api/resource/DocType", params={"limit": 0}).json()["data"]]
    opened = [name for name in names if api.guest.get(f"/api/resource/{name}").status_code == 200]
    assert len(names) > 30
    assert opened == []
