"""Frappe's Python client, unmodified from PyPI, on a served site.

Three of its methods fail by themselves on every server and are left out: `insert_many` (names a module that it does not
import), `submit` (sends a parameter that Frappe dropped long ago) and `get_pdf` (writes bytes to a StringIO). What they
should send is tested in tests/api/test_frappe_client.py, and here through `post_request` and the client's session.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from crm_platform.testing.sites import ADMIN_PASSWORD
from support.printing import pages, require_pango
from support.served import ServedSite

ORDER = {
    "doctype": "DocType",
    "name": "Client Order",
    "module": "CRM",
    "custom": 1,
    "is_submittable": 1,
    "autoname": "CO-.####",
    "fields": [{"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1}],
    "permissions": [
        {"role": "System Manager", **dict.fromkeys(("read", "write", "create", "submit", "cancel", "delete"), 1)}
    ],
}


@pytest.fixture
def client(served: ServedSite, frappeclient: ModuleType) -> Iterator[Any]:
    """A client with a session of the Administrator."""
    made = frappeclient.FrappeClient(served.url, "Administrator", ADMIN_PASSWORD)
    yield made
    made.session.close()


def customer(client: Any, **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = client.insert({"doctype": "Customer", "customer_type": "Company", **values})
    return made


def test_it_signs_in_and_out(served: ServedSite, frappeclient: ModuleType) -> None:
    with frappeclient.FrappeClient(served.url, "Administrator", ADMIN_PASSWORD) as client:
        assert client.get_api("frappe.auth.get_logged_user") == "Administrator"
    with client.session, pytest.raises(frappeclient.FrappeException, match="PermissionError"):
        client.get_api("frappe.auth.get_logged_user")


def test_a_wrong_password_is_its_auth_error(served: ServedSite, frappeclient: ModuleType) -> None:
    client = frappeclient.FrappeClient(served.url)
    with client.session, pytest.raises(frappeclient.AuthError):
        client.login("Administrator", "wrong")


def test_it_authenticates_by_api_key(served: ServedSite, frappeclient: ModuleType) -> None:
    key, _, secret = served.api_key().partition(":")
    client = frappeclient.FrappeClient(served.url, api_key=key, api_secret=secret)
    with client.session:
        assert client.get_api("frappe.auth.get_logged_user") == "Administrator"
    stranger = frappeclient.FrappeClient(served.url, api_key=key, api_secret="wrong")
    with stranger.session, pytest.raises(frappeclient.FrappeException, match="AuthenticationError"):
        stranger.get_api("frappe.auth.get_logged_user")


def test_a_token_header_on_its_session_works_too(served: ServedSite, frappeclient: ModuleType) -> None:
    client = frappeclient.FrappeClient(served.url)
    client.session.headers["Authorization"] = f"token {served.api_key()}"
    with client.session:
        assert client.get_api("frappe.auth.get_logged_user") == "Administrator"


def test_a_document_from_insert_to_delete(client: Any) -> None:
    name = customer(client, customer_name="上海钢铁集团")["name"]
    assert client.get_doc("Customer", name)["customer_name"] == "上海钢铁集团"
    assert client.update({"doctype": "Customer", "name": name, "phone": "021-5555"})["phone"] == "021-5555"
    assert client.set_value("Customer", name, "website", "https://gang.example.cn")["phone"] == "021-5555"
    assert client.get_value("Customer", "website", {"name": name}) == {"website": "https://gang.example.cn"}
    client.delete("Customer", name)
    assert client.get_value("Customer", "website", {"name": name}) in (None, {})


def test_a_document_read_can_be_sent_back_whole(client: Any) -> None:
    doc = client.get_doc("Customer", customer(client, customer_name="往返")["name"])
    assert client.update({**doc, "mobile_no": "13800000000"})["mobile_no"] == "13800000000"


def test_lists(client: Any) -> None:
    for number in range(3):
        customer(client, customer_name=f"列表 {number}", website="https://list.example.cn")
    wanted = {"website": "https://list.example.cn"}
    listed = client.get_list(
        "Customer", fields=["customer_name"], filters=wanted, order_by="customer_name desc", limit_page_length=2
    )
    assert [row["customer_name"] for row in listed] == ["列表 2", "列表 1"]
    assert client.get_list("Customer", filters=wanted)[0]["website"] == "https://list.example.cn"
    assert len(client.get_doc("Customer", filters=wanted, fields=["name"])) == 3


def test_many_documents_at_once(client: Any) -> None:
    docs = [{"doctype": "Customer", "customer_name": f"批量 {number}", "customer_type": "Company"} for number in (1, 2)]
    names = client.post_request({"cmd": "frappe.client.insert_many", "docs": docs})
    changes = [{"doctype": "Customer", "docname": name, "website": "https://many.example.cn"} for name in names]
    assert client.bulk_update(changes) == {"failed_docs": []}
    assert {client.get_doc("Customer", name)["website"] for name in names} == {"https://many.example.cn"}


def test_submit_and_cancel(client: Any) -> None:
    if not client.get_list("DocType", filters={"name": "Client Order"}):
        client.insert(ORDER)
    doc = client.insert({"doctype": "Client Order", "title": "订单"})
    assert client.post_request({"cmd": "frappe.client.submit", "doc": doc})["docstatus"] == 1
    assert client.cancel("Client Order", doc["name"])["docstatus"] == 2


def test_rename(client: Any) -> None:
    client.insert({"doctype": "Territory", "territory_name": "Huadong"})
    name = customer(client, customer_name="改名", territory="Huadong")["name"]
    assert client.rename_doc("Territory", "Huadong", "华东") == "华东"
    assert client.get_doc("Customer", name)["territory"] == "华东"


def test_methods_by_get_and_post(client: Any) -> None:
    assert client.get_api("ping") == "pong"
    filters = json.dumps({"name": ["in", ["System Manager", "Guest"]]})
    assert client.get_api("frappe.client.get_count", {"doctype": "Role", "filters": filters}) == 2
    assert client.post_api("frappe.client.get_count", {"doctype": "Role", "filters": filters}) == 2


def test_the_pdf_of_a_document(client: Any) -> None:
    require_pango()
    name = customer(client, customer_name="北京打印有限公司")["name"]
    address = f"{client.url}/api/method/frappe.utils.print_format.download_pdf"
    answer = client.session.get(address, params={"doctype": "Customer", "name": name, "format": "Standard"})
    assert "北京打印有限公司" in "".join(pages(answer.content))


def test_refusals_are_raised(client: Any, frappeclient: ModuleType) -> None:
    with pytest.raises(frappeclient.FrappeException, match="MandatoryError: .*Customer Name"):
        customer(client)
    with pytest.raises(frappeclient.FrappeException, match="Failed to get method"):
        client.post_request({"cmd": "os.system"})
