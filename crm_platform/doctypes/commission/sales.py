"""What was sold, as submitted documents say it: per document and product group, net, with the team that shares it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.selling.limits import exact
from crm_platform.doctypes.selling.sharing import split
from crm_platform.pack import Context

ORDER, INVOICE, PAYMENT = "Sales Order", "Sales Invoice", "Payment Entry"
DAYS = {ORDER: "transaction_date", INVOICE: "posting_date", PAYMENT: "posting_date"}
DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
CHUNK = 5_000
"""Names in one question."""
Filters = list[list[Any]]
Team = Sequence[tuple[str, Decimal]]


@dataclass(frozen=True)
class Sale:
    """One document's products of one group. `counts_on` is the day of what a return takes back, else the own day."""

    doctype: str
    name: str
    day: date
    counts_on: date
    docstatus: int
    customer_name: str
    product_group: str
    amount: Decimal
    qty: Decimal
    places: int
    team: Team
    against: str = ""
    grand_total: Decimal = Decimal(0)
    basis: str = ""
    """What it is a sale for: a credit note also takes back from an order."""

    def part_of(self, amount: Decimal, persons: Collection[str]) -> Decimal:
        """What of an amount of the document belongs to these persons, to the cent."""
        if not self.team:
            return Decimal(0)
        parts = split(amount, [share for _, share in self.team], self.places)
        return sum((part for part, (person, _) in zip(parts, self.team, strict=True) if person in persons), Decimal(0))

    def qty_of(self, persons: Collection[str]) -> Decimal:
        """What of the quantity belongs to these persons, unrounded."""
        return self.qty * self.percentage(persons) / 100

    def percentage(self, persons: Collection[str]) -> Decimal:
        return sum((share for person, share in self.team if person in persons), Decimal(0))


@dataclass(frozen=True)
class Scope:
    """Which documents are asked for: of persons or of a territory, of a product group; `since` and `until` included."""

    until: date
    since: date | None = None
    persons: frozenset[str] = frozenset()
    territory: str = ""
    product_group: str = ""

    def filters(self, ctx: Context, doctype: str) -> Filters:
        """As filters of the documents' list."""
        found: Filters = [[doctype, "docstatus", ">", DRAFT], [doctype, DAYS[doctype], "<=", self.until.isoformat()]]
        if self.since:
            found.append([doctype, DAYS[doctype], ">=", self.since.isoformat()])
        if self.territory:
            found.append([doctype, "territory", "descendants of (inclusive)", self.territory])
        if self.product_group:
            found.append([f"{doctype} Item", "product_group", "descendants of (inclusive)", self.product_group])
        if self.persons:
            found.append([doctype, "name", "in", of_persons(ctx, doctype, self.persons)])
        return found


def of_persons(ctx: Context, doctype: str, persons: Collection[str]) -> list[str]:
    """The names of documents in whose team one of the persons is, or that name one of them alone."""
    store, wanted = ctx.as_system().store, ["in", sorted(persons)]
    named = store.list(doctype, filters={"sales_person": wanted, "docstatus": [">", DRAFT]}, limit=None)
    filters = {"sales_person": wanted, "parenttype": doctype, "docstatus": [">", DRAFT]}
    teams = store.list("Sales Team", fields=["parent"], filters=filters, limit=None, parent=doctype)
    return sorted({row["name"] for row in named} | {row["parent"] for row in teams})


def documents(ctx: Context, doctype: str, filters: Filters) -> list[Sale]:
    """The sales that these documents are, cancelled ones among them. Read as the system: figures are the same for
    whoever asks."""
    day, item = DAYS[doctype], f"`tab{doctype} Item`"
    returns = ["return_against"] if doctype == INVOICE else []
    plain = ["name", day, "docstatus", "customer_name", "sales_person", "company_places", "grand_total", *returns]
    rows = ctx.as_system().store.list(
        doctype,
        fields=[
            *plain,
            f"{item}.product_group as product_group",
            f"sum({item}.base_net_amount) as amount",
            f"sum({item}.qty) as qty",
        ],
        filters=filters,
        group_by=", ".join([*plain, f"{item}.product_group"]),
        limit=None,
    )
    teams = _teams(ctx, doctype, sorted({row["name"] for row in rows}))
    return [_sale(doctype, row, teams) for row in rows]


def _sale(doctype: str, row: Mapping[str, Any], teams: Mapping[str, Team]) -> Sale:
    alone = [(row["sales_person"], Decimal(100))] if row["sales_person"] else []
    return Sale(
        doctype,
        row["name"],
        row[DAYS[doctype]],
        row[DAYS[doctype]],
        row["docstatus"],
        row["customer_name"] or "",
        row["product_group"] or "",
        row["amount"],
        exact(row["qty"]),
        row["company_places"],
        teams.get(row["name"], alone),
        row.get("return_against") or "",
        row["grand_total"],
        doctype,
    )


def _teams(ctx: Context, doctype: str, names: Sequence[str]) -> Mapping[str, Team]:
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for chunk in chunks(names):
        filters = {"parent": ["in", chunk], "parenttype": doctype}
        fields = ["parent", "sales_person", "allocated_percentage"]
        for row in ctx.as_system().store.list(
            "Sales Team", fields=fields, filters=filters, order_by="parent asc, idx asc", limit=None, parent=doctype
        ):
            found[row["parent"]].append((row["sales_person"], row["allocated_percentage"]))
    return found


def chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Names in portions that one question may hold."""
    for start in range(0, len(names), CHUNK):
        yield names[start : start + CHUNK]
