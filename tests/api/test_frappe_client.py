"""Frappe's Python client, request by request: what `frappeclient.FrappeClient` sends and how it reads the answers."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import orjson
import pytest

from support.api_site import ADMIN_PASSWORD, Api, Client

FORM = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}


class FrappeError(Exception):
    """What the client raises for an answer with a non-empty `exc`."""


class FrappeClient:
    """The client's wire behaviour: `cmd` at the site's root, forms, documents as JSON text in `data`."""

    def __init__(self, api: Api, key: str = "") -> None:
        basic = {"authorization": f"Basic {base64.b64encode(key.encode()).decode()}"} if key else {}
        self.http: Client = api.client(**FORM, **basic)

    def login(self, user: str, password: str) -> Any:
        answer = self.http.post("/", params={"cmd": "login", "usr": user, "pwd": password})
        if answer.status_code == 200 and answer.json().get("message") in ("Logged In", "No App"):
            return answer.json()
        raise FrappeError(answer.text)

    def logout(self) -> None:
        self.http.get("/", params={"cmd": "logout"})

    def read(self, answer: httpx.Response) -> Any:
        body = answer.json()
        if body and body.get("exc"):
            raise FrappeError(orjson.loads(body["exc"])[0])
        return body["message"] if "message" in body else body.get("data")

    def post_request(self, **data: Any) -> Any:
        return self.read(self.http.post("/", data=self.texts(data)))

    def get_request(self, **params: Any) -> Any:
        return self.read(self.http.get("/", params=self.texts(params)))

    def texts(self, data: dict[str, Any]) -> dict[str, Any]:
        return {k: orjson.dumps(v).decode() if isinstance(v, dict | list) else v for k, v in data.items()}

    def get_list(self, doctype: str, **params: Any) -> Any:
        return self.read(self.http.get(f"/api/resource/{doctype}", params=self.texts(params)))

    def get_doc(self, doctype: str, name: str = "", **params: Any) -> Any:
        return self.read(self.http.get(f"/api/resource/{doctype}/{name}", params=self.texts(params)))

    def insert(self, doc: dict[str, Any]) -> Any:
        url = f"/api/resource/{doc['doctype']}"
        return self.read(self.http.post(url, data={"data": orjson.dumps(doc).decode()}))

    def update(self, doc: dict[str, Any]) -> Any:
        url = f"/api/resource/{doc['doctype']}/{doc['name']}"
        return self.read(self.http.put(url, data={"data": orjson.dumps(doc).decode()}))

    def get_api(self, method: str, **params: Any) -> Any:
        return self.read(self.http.get(f"/api/method/{method}/", params=params))

    def post_api(self, method: str, **params: Any) -> Any:
        return self.read(self.http.post(f"/api/method/{method}/", params=params))


@pytest.fixture
def client(api: Api) -> FrappeClient:
    made = FrappeClient(api)
    made.login("Administrator", ADMIN_PASSWORD)
    return made


def test_it_signs_in_and_out(api: Api, client: FrappeClient) -> None:
    assert client.get_api("frappe.auth.get_logged_user") == "Administrator"
    client.logout()
    with pytest.raises(FrappeError):
        client.get_api("frappe.auth.get_logged_user")
    with pytest.raises(FrappeError):
        FrappeClient(api).login("Administrator", "wrong")


def test_it_authenticates_by_key(api: Api) -> None:
    assert FrappeClient(api, api.keys["Administrator"]).get_api("frappe.auth.get_logged_user") == "Administrator"


def test_a_document_through_its_life(client: FrappeClient) -> None:
    doc = client.insert({"doctype": "Bench Customer", "customer_name": "客户", "contacts": [{"contact_name": "王"}]})
    read = client.get_doc("Bench Customer", doc["name"])
    assert (read["customer_name"], read["contacts"][0]["contact_name"]) == ("客户", "王")
    changed = client.update({**read, "phone": "1"})
    assert changed["phone"] == "1"
    by_method = {"doctype": "Bench Customer", "name": doc["name"]}
    assert client.post_request(cmd="frappe.client.set_value", **by_method, fieldname="phone", value="2")["phone"] == "2"
    filters = orjson.dumps(doc["name"]).decode()
    value = client.get_request(
        cmd="frappe.client.get_value", doctype="Bench Customer", fieldname="phone", filters=filters
    )
    assert value == {"phone": "2"}
    assert client.post_request(cmd="frappe.client.delete", **by_method) is None
    assert client.get_doc("Bench Customer", doc["name"]) is None


def test_lists_and_documents_without_a_name(client: FrappeClient) -> None:
    client.insert({"doctype": "Bench Customer", "customer_name": "列表", "territory": "client"})
    asked = {"fields": ["customer_name"], "filters": {"territory": "client"}}
    listed = client.get_list("Bench Customer", **asked, limit_start=0, limit_page_length=5)
    assert listed == [{"customer_name": "列表"}]
    assert client.get_doc("Bench Customer", **asked) == listed


def test_many_at_once(client: FrappeClient) -> None:
    docs = [{"doctype": "Bench Customer", "customer_name": str(n)} for n in range(2)]
    names = client.post_request(cmd="frappe.client.insert_many", docs=docs)
    updates = [{"doctype": "Bench Customer", "docname": name, "phone": "9"} for name in names]
    assert client.post_request(cmd="frappe.client.bulk_update", docs=updates) == {"failed_docs": []}


def test_submit_cancel_rename(client: FrappeClient) -> None:
    doc = client.insert({"doctype": "Bench Order", "title": "订单"})
    assert client.post_request(cmd="frappe.client.submit", doc=doc)["docstatus"] == 1
    assert client.post_request(cmd="frappe.client.cancel", doctype="Bench Order", name=doc["name"])["docstatus"] == 2
    client.insert({"doctype": "Role", "role_name": "Client Role"})
    renamed = {"doctype": "Role", "old_name": "Client Role", "new_name": "客户角色"}
    assert client.post_request(cmd="frappe.client.rename_doc", **renamed) == "客户角色"


def test_a_refusal_is_raised_with_its_sentence(client: FrappeClient) -> None:
    with pytest.raises(FrappeError, match="MandatoryError: "):
        client.insert({"doctype": "Bench Customer"})
    with pytest.raises(FrappeError, match="Failed to get method"):
        client.post_request(cmd="os.system")


def test_get_and_post_api(client: FrappeClient) -> None:
    assert client.get_api("frappe.client.get_count", doctype="Bench Role") is None
    assert client.post_api("frappe.client.get_count", doctype="Role") > 3


def test_a_root_without_a_command_is_no_method(api: Api) -> None:
    assert api.admin.post("/", data={}).status_code == 404
    assert api.admin.post("/", json={"cmd": ["ping"]}).status_code == 404
