"""Members have a price of their own, and the pack stays while they have points where the site says so."""

from __future__ import annotations

import pytest

from crm_platform.pack import ValidationError
from crm_platform.testing import TestSite
from crm_platform.testing.client import signed_in


def price(site: TestSite, customer: str, currency: str = "CNY") -> float:
    asked = {"product": "LAMP", "qty": 1, "currency": currency, "customer": customer}
    with signed_in(site) as client:
        return float(client.get("/api/method/crm.item_details", params=asked).json()["message"]["price_list_rate"])


def test_who_has_points_pays_the_member_price(site_with_pack: TestSite) -> None:
    values = {"product_code": "LAMP", "product_name": "灯", "standard_rate": 9, "loyalty_price": 7.5}
    site_with_pack.insert("Product", **values)
    customer = str(site_with_pack.insert("Customer", customer_name="北京科技", customer_type="Company").name)
    assert price(site_with_pack, customer) == 9
    site_with_pack.insert("Loyalty Entry", customer=customer, points=10)
    assert price(site_with_pack, customer) == 7.5


def test_the_pack_stays_while_points_are_open_where_the_site_says_so(site_with_pack: TestSite) -> None:
    customer = str(site_with_pack.insert("Customer", customer_name="北京科技", customer_type="Company").name)
    site_with_pack.insert("Loyalty Entry", customer=customer, points=10)
    site_with_pack.pack_settings("loyalty", keep_while_points_are_open="1")
    with pytest.raises(ValidationError, match="1 customers still have points"):
        site_with_pack.disable_pack("loyalty")
    site_with_pack.pack_settings("loyalty", keep_while_points_are_open="0")
    site_with_pack.disable_pack("loyalty")
