"""Attacks with what somebody else has saved: an address is used by those only who may read it."""

from __future__ import annotations

from typing import Any

import pytest

from crm_platform.database.conditions import EVERYTHING
from support.crm import Crm, Person
from support.sabotage import always, defended_by, yes
from support.selling import Trade

ORDERS = "/api/resource/Sales Order"


def address(person: Person, title: str) -> str:
    return str(
        person.create("Address", address_title=title, address_line1="长安街 1 号", city="北京", country="China")["name"]
    )


@pytest.fixture
def seller(crm: Crm) -> Person:
    """Somebody who may read one address of his own, and no other."""
    person = crm.person("seller.of.one.address@example.com", "Sales User")
    own = address(crm.administrator, "自己的")
    crm.administrator.create("User Permission", user=person.email, allow="Address", for_value=own)
    return person


@pytest.mark.parametrize("field", ["customer_address", "shipping_address_name"])
@defended_by("crm_platform.access.policy:Policy.allows", replace_with=yes)
@defended_by("crm_platform.access.policy:Policy.rows", replace_with=always(EVERYTHING))
def test_C16_nothing_goes_to_an_address_that_is_not_ones_to_read(
    crm: Crm, trade: Trade, seller: Person, field: str
) -> None:
    """It is refused as one that is not there, in a new order and in one that was there, and nothing is saved."""
    customer, foreign = trade.customer(), address(crm.administrator, "别人的")
    order: dict[str, Any] = {"customer": customer, "items": [{"product": trade.product(), "qty": 1}]}
    mine = seller.create("Sales Order", **order)["name"]
    for send, url in ((seller.client.post, ORDERS), (seller.client.put, f"{ORDERS}/{mine}")):
        refused, missing = (send(url, json={**order, field: name}) for name in (foreign, "gone"))
        assert (refused.status_code, refused.text.replace(foreign, "gone")) == (404, missing.text)
    assert [row["name"] for row in crm.administrator.list("Sales Order", filters={"customer": customer})] == [mine]
    assert field not in crm.administrator.get("Sales Order", mine)
