"""Deals of clients, clients of regions, products in rows of deals; random work on them, and what must come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from crm_platform.database.query import Query
from crm_platform.documents.recompute import differences
from crm_platform.errors import CRMError

if TYPE_CHECKING:
    from crm_platform.documents.context import Context
    from crm_platform.testing import TestSite

WON = "doc.status == '成交'"


def field(fieldname: str, fieldtype: str, **properties: Any) -> dict[str, Any]:
    return {"fieldname": fieldname, "fieldtype": fieldtype, "label": fieldname.title(), **properties}


def over(function: str, column: str = "", **more: Any) -> dict[str, Any]:
    return {"function": function, "field": column, "from": "Deal", "link": "client", **more}


SOLD = {"function": "sum", "field": "qty", "from": "Deal Item", "link": "product", "filter": "doc.docstatus < 2"}
GATHERED = {
    "Client": (
        field("deals", "Int", rollup=over("count")),
        field("won", "Currency", rollup=over("sum", "amount", filter=WON)),
        field("mean", "Currency", rollup=over("avg", "amount")),
        field("points", "Float", rollup=over("sum", "score")),
        field("first", "Date", rollup=over("min", "closed")),
        field("best", "Currency", rollup=over("max", "amount", filter=WON)),
        field("bonus", "Currency", formula="doc.won * doc.rate / 100"),
    ),
    "Region": (
        field("clients", "Int", rollup={"function": "count", "from": "Client", "link": "region"}),
        field("won", "Currency", rollup={"function": "sum", "field": "won", "from": "Client", "link": "region"}),
        field("bonus", "Currency", rollup={"function": "sum", "field": "bonus", "from": "Client", "link": "region"}),
    ),
    "Product Sold": (field("sold", "Float", rollup=SOLD),),
}
"""What is computed over other documents, in the order in which it is added."""


def make_sales(site: TestSite) -> TestSite:
    """Deals of clients, clients of regions; a product is linked by the rows of deals."""
    _make_doctypes(site)
    for doctype, fields in GATHERED.items():
        for made in fields:
            site.insert("Custom Field", dt=doctype, **made)
    return site


def _make_doctypes(site: TestSite) -> None:
    site.doctype(
        "Region",
        field("region_name", "Data"),
        autoname="field:region_name",
        allow_rename=1,
    )
    site.doctype(
        "Client",
        field("client_name", "Data"),
        field("region", "Link", options="Region"),
        field("rate", "Percent"),
        autoname="field:client_name",
        allow_rename=1,
        track_changes=1,
    )
    site.doctype("Product Sold", field("product_name", "Data"), autoname="field:product_name", allow_rename=1)
    site.doctype(
        "Deal Item",
        field("product", "Link", options="Product Sold"),
        field("qty", "Float"),
        field("price", "Currency"),
        field("total", "Currency", formula="doc.qty * doc.price"),
        istable=1,
        permissions=[],
    )
    site.doctype(
        "Deal",
        field("client", "Link", options="Client"),
        field("status", "Select", options="开启\n成交\n失败"),
        field("amount", "Currency", formula="sum(items.total)"),
        field("score", "Float"),
        field("closed", "Date"),
        field("items", "Table", options="Deal Item"),
        field("dearest", "Currency", rollup={"function": "max", "field": "price", "table": "items"}),
        field("small", "Int", rollup={"function": "count", "table": "items", "filter": "doc.qty < 2"}),
        is_submittable=1,
        autoname="D-.#####",
    )


CLIENTS, REGIONS, PRODUCTS = ("甲", "乙", "丙"), ("华东", "华北"), ("泵", "阀")
STATES = ("开启", "成交", "失败")
FIRST_DAY = date(2026, 1, 1)


def make_masters(site: TestSite) -> None:
    for name in REGIONS:
        site.insert("Region", region_name=name)
    for name in CLIENTS:
        site.insert("Client", client_name=name, region=REGIONS[0], rate=10)
    for name in PRODUCTS:
        site.insert("Product Sold", product_name=name)


def clear_deals(ctx: Context) -> None:
    """Take all deals away, so that the next test begins without any."""
    for row in ctx.store.list("Deal", fields=["name", "docstatus"], limit=None):
        if row["docstatus"] == 1:
            ctx.store.cancel("Deal", row["name"])
        ctx.store.delete("Deal", row["name"])


class Trade:
    """Random operations, each in the transaction of the caller."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.operations: Mapping[str, Callable[[Context], None]] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }

    def any_of(self, ctx: Context, doctype: str) -> str:
        names = [row["name"] for row in ctx.store.list(doctype, order_by="name", limit=None)]
        return str(self.rng.choice(names)) if names else ""

    def values(self, ctx: Context) -> dict[str, Any]:
        rng = self.rng
        items = [
            {
                "product": self.any_of(ctx, "Product Sold"),
                "qty": rng.randint(0, 90) / 10,
                "price": rng.randint(0, 999) / 100,
            }
            for _ in range(rng.randint(0, 3))
        ]
        closed = (FIRST_DAY + timedelta(days=rng.randrange(9))).isoformat() if rng.random() < 0.7 else None
        return {
            "client": self.any_of(ctx, "Client") if rng.random() < 0.9 else None,
            "status": rng.choice(STATES),
            "score": rng.randint(-50, 50) / 10,
            "closed": closed,
            "items": items,
        }

    def do_create(self, ctx: Context) -> None:
        ctx.store.insert(ctx.store.new("Deal", self.values(ctx)))

    def do_create_many(self, ctx: Context) -> None:
        ctx.store.insert_many([ctx.store.new("Deal", self.values(ctx)) for _ in range(self.rng.randint(1, 5))])

    def do_change(self, ctx: Context) -> None:
        if name := self.any_of(ctx, "Deal"):
            values = self.values(ctx)
            chosen = self.rng.sample(sorted(values), self.rng.randint(1, 4))
            ctx.store.update("Deal", name, {key: values[key] for key in chosen})

    def do_change_rows(self, ctx: Context) -> None:
        if name := self.any_of(ctx, "Deal"):
            rows = [row.as_dict() for row in ctx.store.get("Deal", name).items]
            kept = [{**row, "qty": self.rng.randint(0, 5)} for row in rows if self.rng.random() < 0.7]
            ctx.store.update("Deal", name, {"items": kept})

    def do_move_client(self, ctx: Context) -> None:
        values = {"region": self.any_of(ctx, "Region"), "rate": self.rng.randint(0, 30)}
        ctx.store.update("Client", self.any_of(ctx, "Client"), values)

    def do_submit(self, ctx: Context) -> None:
        if name := self.any_of(ctx, "Deal"):
            ctx.store.submit("Deal", name)

    def do_cancel(self, ctx: Context) -> None:
        if name := self.any_of(ctx, "Deal"):
            ctx.store.cancel("Deal", name)

    def do_delete(self, ctx: Context) -> None:
        if name := self.any_of(ctx, "Deal"):
            ctx.store.delete("Deal", name)

    def do_rename(self, ctx: Context) -> None:
        doctype = self.rng.choice(("Client", "Region", "Product Sold"))
        old = self.any_of(ctx, doctype)
        ctx.store.rename(doctype, old, f"{old[0]}{self.rng.randrange(1000)}")

    def step(self, site: TestSite, operation: str = "") -> None:
        """One operation in a transaction of its own; a refused one changes nothing."""
        work = self.operations[operation or self.rng.choice(sorted(self.operations))]
        with suppress(CRMError):
            site.write(work)


def rows_of(ctx: Context, doctype: str) -> list[dict[str, Any]]:
    """All rows of a DocType as they are stored."""
    meta = ctx.definitions[doctype]
    names = [row["name"] for row in ctx.connection.select(Query(meta))]
    return ctx.connection.get_rows(meta, names)


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def expected(ctx: Context) -> dict[tuple[str, str], dict[str, Any]]:
    """What every roll-up and formula must be, worked out by plain Python from what people entered."""
    deals, items = rows_of(ctx, "Deal"), rows_of(ctx, "Deal Item")
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    sold: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        total = cents(Decimal(repr(item["qty"])) * item["price"])
        amounts[item["parent"]] += total
        if item["docstatus"] < 2 and item["product"]:
            sold[item["product"]] += Decimal(repr(item["qty"]))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for client in rows_of(ctx, "Client"):
        own = [deal for deal in deals if deal["client"] == client["name"]]
        won = [amounts[deal["name"]] for deal in own if deal["status"] == "成交"]
        every = [amounts[deal["name"]] for deal in own]
        found["Client", client["name"]] = {
            "deals": len(own),
            "won": sum(won, Decimal(0)),
            "mean": cents(sum(every, Decimal(0)) / len(every)) if every else None,
            "points": float(sum((Decimal(repr(deal["score"])) for deal in own), Decimal(0))),
            "first": min((deal["closed"] for deal in own if deal["closed"]), default=None),
            "best": max(won, default=None),
            "bonus": cents(sum(won, Decimal(0)) * client["rate"] / 100),
        }
    for region in rows_of(ctx, "Region"):
        clients = [row["name"] for row in rows_of(ctx, "Client") if row["region"] == region["name"]]
        below = [found["Client", name] for name in clients]
        found["Region", region["name"]] = {
            "clients": len(below),
            "won": sum((each["won"] for each in below), Decimal(0)),
            "bonus": sum((each["bonus"] for each in below), Decimal(0)),
        }
    for product in rows_of(ctx, "Product Sold"):
        found["Product Sold", product["name"]] = {"sold": float(sold[product["name"]])}
    return found


def stored(ctx: Context, wanted: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The stored values of the same fields."""
    rows = {(kind, row["name"]): row for kind in ("Client", "Region", "Product Sold") for row in rows_of(ctx, kind)}
    return {key: {name: rows[key][name] for name in values} for key, values in wanted.items()}


def check_everything(ctx: Context) -> None:
    """What is stored is right by plain Python, and `doctor` says so, too."""
    wanted = expected(ctx)
    assert stored(ctx, wanted) == wanted
    assert [str(one) for one in differences(ctx)] == []
