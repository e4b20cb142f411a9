"""What tests of selling make again and again: products, a customer, documents brought to a state; amounts by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from support.crm import Crm, Person

NUMBERS = count(1)


@dataclass(frozen=True)
class Trade:
    """The people of a trading company on one site."""

    crm: Crm

    @property
    def sales(self) -> Person:
        return self.crm.sales

    @property
    def manager(self) -> Person:
        return self.crm.sales_manager

    @property
    def director(self) -> Person:
        return self.crm.person("director@example.com", "Sales User", "Sales Manager")

    @property
    def accounts(self) -> Person:
        return self.crm.person("accounts.user@example.com", "Accounts User")

    def customer(self, **values: Any) -> str:
        return str(self.sales.create("Customer", customer_name=f"客户 {next(NUMBERS)}", **values)["name"])

    def product(self, price: float = 100, **values: Any) -> str:
        code = f"P-{next(NUMBERS)}"
        made = self.manager.create(
            "Product", product_code=code, product_name=f"产品 {code}", standard_rate=price, **values
        )
        return str(made["name"])

    def quotation(self, customer: str, *items: Mapping[str, Any], **values: Any) -> str:
        """One that was issued."""
        made = self.sales.create("Quotation", party_name=customer, items=items, **values)
        self.sales.act("Quotation", made["name"], "Submit")
        return str(made["name"])

    def order(self, customer: str, *items: Mapping[str, Any], **values: Any) -> str:
        """A confirmed one."""
        made = self.sales.create("Sales Order", customer=customer, items=items, **values)
        self.sales.act("Sales Order", made["name"], "Confirm")
        return str(made["name"])

    def invoice(self, customer: str, *items: Mapping[str, Any], **values: Any) -> str:
        """A submitted one."""
        made = self.accounts.create("Sales Invoice", customer=customer, items=items, docstatus=1, **values)
        return str(made["name"])

    def contract(self, customer: str, *items: Mapping[str, Any], **values: Any) -> str:
        """An approved and signed one, below the limit for two persons."""
        made = self.sales.create("Contract", party_name=customer, items=items, **values)
        self.sales.act("Contract", made["name"], "Submit for Review")
        self.manager.act("Contract", made["name"], "Approve")
        self.sales.change("Contract", made["name"], is_signed=1, signee="王芳", signed_on=made["start_date"])
        return str(made["name"])


def make(person: Person, step: str, name: str) -> str:
    """The draft that a button makes."""
    return str(person.call(f"crm.make_{step}", name=name)["name"])


def submit(person: Person, doctype: str, name: str) -> dict[str, Any]:
    return person.change(doctype, name, docstatus=1)


def rows_with(doc: Mapping[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """The item rows of a document as a client sends them back, changed."""
    return [{**row, **changes} for row in doc["items"]]


def rounded(value: Decimal, places: int = 2) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class Line:
    """An item row as a person would calculate it."""

    qty: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)
    tax: Decimal | None = None


def by_hand(
    lines: Sequence[Line], discount: Decimal = Decimal(0), rate: Decimal = Decimal(0), places: int = 2
) -> dict[str, Decimal]:
    """Totals of a document, in plain Decimal: `discount` on all of it, `rate` of tax on rows without their own."""
    nets: list[tuple[Line, Decimal]] = []
    total = Decimal(0)
    for line in lines:
        amount = rounded(line.qty * rounded(line.price * (100 - line.discount) / 100, 6), places)
        total += amount
        nets.append((line, rounded(amount * (100 - discount) / 100, places)))
    net = sum((amount for _, amount in nets), Decimal(0))
    own = sum((rounded(amount * line.tax / 100, places) for line, amount in nets if line.tax is not None), Decimal(0))
    rest = sum((amount for line, amount in nets if line.tax is None), Decimal(0))
    taxes = own + rounded(rest * rate / 100, places)
    return {"total": total, "net_total": net, "total_taxes_and_charges": taxes, "grand_total": net + taxes}
