"""A served site with the warranty pack, a few customers, and a session for the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.served import ServedSite, create

CUSTOMERS = ("上海钢铁集团", "北京科技有限公司", "Acme Tools", "Betatech", "广州汽车")


@dataclass(frozen=True, slots=True)
class Shop:
    """The served site, and names of documents on it."""

    served: ServedSite
    customer: str
    claim: str
    storage: dict[str, Any]
    """Cookies of the Administrator's session."""


def make_shop(served: ServedSite) -> Shop:
    """Make documents on a site that has the pack, and sign the Administrator in."""
    with served.client() as client:
        # Tests sign in again and again: a session that ends for others would end the browser's.
        client.put("/api/resource/User/Administrator", json={"simultaneous_sessions": 1000}).raise_for_status()
        names = [
            create(client, "Customer", customer_name=name, customer_type="Company", website=f"https://{n}.example.cn")
            for n, name in enumerate(CUSTOMERS)
        ]
        create(client, "Product", product_code="VFD-7", product_name="变频器 7.5 kW")
        customer = str(names[0]["name"])
        rows = [{"item_type": "Labour", "description": "检测", "qty": 2, "rate": 150}]
        claim = create(client, "Warranty Claim", customer=customer, complaint="无法启动", items=rows)
        return Shop(served, customer, str(claim["name"]), storage_of(served.session()))


def storage_of(sid: str) -> dict[str, Any]:
    """What the browser of somebody holds who is signed in."""
    return {"cookies": [{"name": "sid", "value": sid, "domain": "127.0.0.1", "path": "/"}], "origins": []}
