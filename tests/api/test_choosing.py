"""Links offer what may be chosen: by its name, also where the right to choose is all that somebody has."""

from __future__ import annotations

from typing import Any

import pytest

from support.crm import Crm, Person


def offered(person: Person, doctype: str, txt: str = "", **more: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = person.call("frappe.desk.search.search_link", doctype=doctype, txt=txt, **more)
    return found


def test_a_colleague_is_offered_by_name(crm: Crm) -> None:
    """A manager hands a deal over, though the accounts of colleagues are closed to her."""
    values = {"user_type": "System User", "roles": [{"role": "Sales User"}]}
    crm.administrator.create("User", email="lei.sun@example.com", first_name="孙小磊", **values)
    crm.administrator.create("User", email="gone@example.com", first_name="孙走", **values, enabled=0)
    crm.administrator.create("User", email="portal@example.com", first_name="孙客户", user_type="Website User")
    manager = crm.sales_manager
    found = offered(manager, "User", "孙")
    assert [(row["value"], row["label"]) for row in found] == [("lei.sun@example.com", "孙小磊")]
    assert set(found[0]) == {"value", "label", "description"}
    customer = crm.sales.create("Customer", customer_name="移交客户")["name"]
    assert manager.change("Customer", customer, account_manager="lei.sun@example.com")["account_manager"]
    assert manager.client.get("/api/resource/User/lei.sun@example.com").status_code == 404


def test_what_may_be_chosen_and_not_read_tells_its_name_only(crm: Crm) -> None:
    place = crm.administrator.create("Territory", territory_name="选区", territory_manager=None)["name"]
    marketing = crm.person("chooser@example.com", "Marketing User")
    assert [row["value"] for row in offered(marketing, "Territory", "选区")] == [place]
    assert marketing.client.get(f"/api/resource/Territory/{place}").status_code == 403
    for filters in ({"parent_territory": "All Territories"}, [["Territory", "parent_territory", "is", "set"]]):
        asked = {"doctype": "Territory", "txt": "", "filters": filters}
        answer = marketing.client.post("/api/method/frappe.desk.search.search_link", json=asked)
        assert answer.status_code == 403, "a condition would tell what is in it"
    probe = {"doctype": "User", "txt": "", "filters": [["User", "last_login", "is", "set"]]}
    rows = marketing.client.post("/api/method/frappe.desk.search.search_link", json=probe).json()["message"]
    assert {row["value"] for row in rows} <= {marketing.email}


MALFORMED = [[[]], [["name"]], [5], [None], [{"a": 1, "b": 2}], [[["name"], "=", "x"]], [[1, 2, 3]], "x"]


@pytest.mark.parametrize("filters", MALFORMED, ids=str)
def test_conditions_that_are_none_are_refused_with_a_sentence(crm: Crm, filters: Any) -> None:
    marketing = crm.person("chooser@example.com", "Marketing User")
    for doctype in ("Territory", "User"):
        asked = {"doctype": doctype, "txt": "", "filters": filters}
        answer = marketing.client.post("/api/method/frappe.desk.search.search_link", json=asked)
        assert answer.status_code == 417, answer.text


def test_conditions_beside_the_name_open_nothing(crm: Crm) -> None:
    """The place in a tree and the rows of a table are in the document, too."""
    marketing = crm.person("chooser@example.com", "Marketing User")
    tree = [["name", "descendants of", "All Territories"]]
    asked = {"doctype": "Territory", "txt": "", "filters": tree}
    assert marketing.client.post("/api/method/frappe.desk.search.search_link", json=asked).status_code == 403
    roles = {"doctype": "User", "txt": "", "filters": [["Has Role", "name", "is", "set"]]}
    answer = marketing.client.post("/api/method/frappe.desk.search.search_link", json=roles)
    assert answer.status_code == 403, answer.text


def test_who_may_not_choose_is_offered_nothing(crm: Crm) -> None:
    marketing = crm.person("chooser@example.com", "Marketing User")
    answer = marketing.client.post("/api/method/frappe.desk.search.search_link", json={"doctype": "Webhook", "txt": ""})
    assert answer.status_code == 403
    row = {"doctype": "Customer", "txt": ""}
    mine, other = (crm.sales.create("Customer", customer_name=name)["name"] for name in ("选我", "不选我"))
    seller = crm.person("one.choice@example.com", "Sales User")
    crm.administrator.create("User Permission", user=seller.email, allow="Customer", for_value=mine)
    found = {one["value"] for one in offered(seller, row["doctype"], "选我")}
    assert mine in found and other not in found
