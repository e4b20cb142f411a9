"""How customers buy: deals won and lost, invoices, payments and credit notes; the papers before them in late months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from crm_platform.demo.history.calendar import Calendar
from crm_platform.demo.history.deals import open_deals, settled_deals
from crm_platform.demo.history.masters import CURRENCIES, GROUPS, PRICES
from crm_platform.demo.history.papers import papers_of
from crm_platform.demo.history.profiles import Profile
from crm_platform.demo.history.records import Record, record

SEASON = (0.8, 0.6, 1.1, 1.0, 1.0, 1.1, 0.9, 0.9, 1.1, 1.0, 1.2, 1.3)
GROWTH = 0.012
"""More business from month to month."""
PAPER_MONTHS = 2
"""Before these last months only invoices and payments were kept."""
WITH_PAPERS = 0.4
CREDITED = 0.03
UNPAID = 0.04
CREDIT_DAYS = 30
"""Those of the payment terms of every customer."""
TAX = Decimal("0.13")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sale:
    """One invoice. `rows` are those of its items, as the API takes them."""

    label: str
    customer: Profile
    day: date
    rows: Sequence[dict[str, Any]]
    total: Decimal
    """With tax, in the customer's currency."""


@dataclass
class Trade:
    """The whole business; payments wait here for their month."""

    random: Random
    calendar: Calendar
    number: int = 0
    due: dict[int, list[tuple[Sale, Decimal, date]]] = field(default_factory=lambda: defaultdict(list))
    unpaid: list[Sale] = field(default_factory=list)

    def month(self, profiles: Sequence[Profile], month: int) -> Iterator[Record]:
        """The records of a month."""
        at = self.calendar.at(month)
        sales = [sale for profile in profiles if profile.is_here(month) for sale in self._sales(profile, month)]
        yield from settled_deals(self.random, sales, self.calendar, month)
        if month == len(self.calendar.months) - 1:
            yield from open_deals(self.random, profiles, self.calendar, month)
        with_papers = [sale for sale in sales if self._has_papers(month)]
        yield from papers_of(self.random, with_papers, at)
        of_orders = {sale.label for sale in with_papers}
        for sale in sales:
            yield record("Sales Invoice", at, sale.label, **_invoice(sale, of_order=sale.label in of_orders))
        yield from self._credit_notes(sales, at)
        yield from self._payments(month, at)
        if month == len(self.calendar.months) - 1:
            yield from self._overdue(at)

    def _has_papers(self, month: int) -> bool:
        return month >= len(self.calendar.months) - PAPER_MONTHS and self.random.random() < WITH_PAPERS

    def _sales(self, profile: Profile, month: int) -> Iterator[Sale]:
        season = SEASON[self.calendar.months[month].month - 1] * (1 + GROWTH * month)
        if self.random.random() < profile.rate * season:
            self.number += 1
            rows = [self._row(profile, place) for place in range(self.random.choice((1, 1, 1, 2)))]
            day = self.calendar.day(self.random, month)
            sale = Sale(f"invoice-h{self.number}", profile, day, rows, with_tax(rows))
            profile.bought.append(sale.label)
            yield sale

    def _row(self, profile: Profile, place: int) -> dict[str, Any]:
        """A product of the groups that the customer buys, mostly of the first one."""
        group = profile.groups[0] if self.random.random() < 0.6 else self.random.choice(profile.groups)
        product = self.random.choice(sorted(GROUPS[group]))
        price = Decimal(PRICES[product] / CURRENCIES.get(profile.currency, 1)).quantize(CENT)
        return {
            "product": product,
            "qty": max(1, int(self.random.triangular(1, profile.size + 1))),
            "price_list_rate": float(price),
            "discount_percentage": self.random.choice((0, 0, 0, 5, 10)),
            "place": place,
        }

    def _credit_notes(self, sales: Sequence[Sale], at: datetime) -> Iterator[Record]:
        """A few take one piece back, after the invoice was made; what is left is paid."""
        later = at + timedelta(minutes=1)
        for sale in sales:
            credited = Decimal(0)
            if self.random.random() < CREDITED:
                row = {**sale.rows[0], "qty": -1}
                credited = with_tax([row])
                yield record(
                    "Sales Invoice", later, **_invoice(sale, [row]), is_return=1, return_against=f"@{sale.label}"
                )
            self._expect_payment(sale, sale.total + credited)

    def _expect_payment(self, sale: Sale, amount: Decimal) -> None:
        if amount <= 0:
            return
        if self.random.random() < UNPAID:
            self.unpaid.append(sale)
            return
        day = sale.day + timedelta(days=max(1, int(self.random.gauss(sale.customer.pays_after, 6))))
        if day <= self.calendar.until:
            start = self.calendar.months[0]
            self.due[(day.year - start.year) * 12 + day.month - start.month].append((sale, amount, day))
        else:
            self.unpaid.append(sale)

    def _overdue(self, at: datetime) -> Iterator[Record]:
        """What the night before today has found unpaid after its day."""
        for sale in self.unpaid:
            if sale.day + timedelta(days=CREDIT_DAYS) < self.calendar.until:
                yield {**record("Sales Invoice", at + timedelta(minutes=2), is_overdue=1), "update": f"@{sale.label}"}

    def _payments(self, month: int, at: datetime) -> Iterator[Record]:
        """What a customer pays in a month is one payment, on the day of the last one."""
        together: dict[int, list[tuple[Sale, Decimal, date]]] = defaultdict(list)
        for entry in self.due.pop(month, []):
            together[entry[0].customer.number].append(entry)
        for entries in together.values():
            customer = entries[0][0].customer
            rows = [{"reference_name": f"@{sale.label}", "allocated_amount": float(paid)} for sale, paid, _ in entries]
            yield record(
                "Payment Entry",
                at,
                party=f"@{customer.label}",
                payment_type="Receive",
                posting_date=max(day for _, _, day in entries).isoformat(),
                currency=customer.currency,
                conversion_rate=CURRENCIES.get(customer.currency, 1),
                mode_of_payment="Bank Transfer",
                paid_amount=float(sum(paid for _, paid, _ in entries)),
                references=rows,
                docstatus=1,
            )


def with_tax(rows: Sequence[dict[str, Any]]) -> Decimal:
    """What the rows come to, as how-to/sell.md says that amounts are computed."""
    total = Decimal(0)
    for row in rows:
        rate = Decimal(str(row["price_list_rate"])) * (100 - row["discount_percentage"]) / 100
        net = (rate * row["qty"]).quantize(CENT, ROUND_HALF_UP)
        total += net + (net * TAX).quantize(CENT, ROUND_HALF_UP)
    return total


def _invoice(sale: Sale, rows: Sequence[dict[str, Any]] | None = None, *, of_order: bool = False) -> dict[str, Any]:
    order = {"sales_order": f"@order-{sale.label}"} if of_order else {}
    items = [
        {
            **{name: value for name, value in row.items() if name != "place"},
            **order,
            **({"so_detail": f"row-{sale.label}-{row['place']}"} if of_order else {}),
        }
        for row in rows or sale.rows
    ]
    return {
        "customer": f"@{sale.customer.label}",
        "posting_date": sale.day.isoformat(),
        "currency": sale.customer.currency,
        "conversion_rate": CURRENCIES.get(sale.customer.currency, 1),
        "sales_person": sale.customer.agent,
        "items": items,
        "docstatus": 1,
    }
