"""What the business needs before it begins: the company, its offices and agents, what products cost, rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.records import Record, record

OFFICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "华东团队": {"王芳": ("上海", "江苏"), "沈浩": ("浙江", "上海")},
    "华北团队": {"孙磊": ("北京",), "高翔": ("北京",)},
    "华南团队": {"周婷": ("广东",), "林静怡": ("广东",)},
    "International Team": {
        "Sophie Martin": ("Germany, Austria, Switzerland", "United Kingdom and Ireland"),
        "James Carter": ("North America",),
    },
}
"""Team → agent → the territories that the agent works in."""
SMALL_DEMO_AGENTS = frozenset({"王芳", "孙磊", "周婷", "Sophie Martin", "James Carter"})
GROUPS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "Sensors": {"PM-100": (1280, 720), "PM-200": (2360, 1290), "VS-10": (860, 430), "TS-20": (420, 190)},
    "Gateways": {"GW-4": (5600, 3350), "GW-8": (9800, 5900)},
    "Controllers": {"ED-1": (18600, 12100), "ED-2": (32500, 21800)},
    "Software": {"SW-BASE": (12000, 1500), "SW-PRO": (48000, 5200)},
    "Services": {"SV-INST": (6800, 4100), "SV-CARE": (9600, 3900)},
}
"""Product group → product → price and cost price."""
SELLERS = {"王芳": "wang.fang@example.com", "Sophie Martin": "sales@example.com"}
"""Agents who sign in; the others leave it to the manager."""
MANAGER = "manager@example.com"
PRICES = {product: price for group in GROUPS.values() for product, (price, _) in group.items()}
CURRENCIES = {"EUR": 7.85, "USD": 7.12}
TAX_CLASS = "VAT 13%"


def master_records(calendar: Calendar) -> Iterator[Record]:
    """Settings, teams and products; products and agents of the small demo are taken over."""
    at = calendar.at(0)
    settings: Mapping[str, Mapping[str, str]] = {
        "System Settings": {"currency": "CNY"},
        "Selling Settings": {"company": "海石自动化有限公司 Seastone Automation"},
    }
    for doctype, values in settings.items():
        yield {**record(doctype, at, **values), "update": doctype}
    for currency, rate in CURRENCIES.items():
        day = calendar.months[0].isoformat()
        yield record("Currency Exchange", at, date=day, from_currency=currency, to_currency="CNY", exchange_rate=rate)
    yield from _teams(calendar)
    for group, products in GROUPS.items():
        if group != "Services":
            yield record("Product Group", at, product_group_name=group, parent_product_group="All Product Groups")
        for product, (_, cost) in products.items():
            costs = {"product_group": group, "valuation_rate": cost, "item_tax_template": TAX_CLASS}
            yield {**record("Product", at, **costs), "update": product}


def _teams(calendar: Calendar) -> Iterator[Record]:
    at = calendar.at(0)
    for team, agents in OFFICES.items():
        yield record("Sales Person", at, sales_person_name=team, parent_sales_person="Sales Team", is_group=1)
        for agent, territories in agents.items():
            values = {"parent_sales_person": team, "territory": territories[0]}
            if agent in SMALL_DEMO_AGENTS:
                yield {**record("Sales Person", at, **values), "update": agent}
            else:
                yield record("Sales Person", at, sales_person_name=agent, **values)
