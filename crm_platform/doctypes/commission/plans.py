"""Commission plans: their tiers are whole, and nobody has two at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from crm_platform.doctypes.commission.tiers import METHODS, Part, Tier, gap_or_overlap
from crm_platform.doctypes.selling.settings import company_currency
from crm_platform.pack import Context, Document, FieldError, ValidationError

PLAN = "Commission Plan"
SUBMITTED = 1
MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}


@dataclass(frozen=True)
class Plan:
    """A submitted plan. `ladders` are its tiers by product group, "" for all other products."""

    name: str
    basis: str
    valid_from: date
    valid_to: date | None
    claw_back: bool
    period: str
    method: str
    ladders: Mapping[str, Sequence[Tier]]

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ladder_of(self, groups: Sequence[str]) -> str | None:
        """The tiers for a product of a group, given with those above it, the nearest first; None: it earns nothing."""
        return next((group for group in (*groups, "") if group in self.ladders), None)

    def tier_start(self, day: date) -> date:
        """The day on which the amounts that decide on the tier began anew."""
        months = MONTHS[self.period]
        return date(day.year, (day.month - 1) // months * months + 1, 1)

    def parts(self, ladder: str, before: Decimal, change: Decimal) -> Iterator[Part]:
        return METHODS[self.method](self.ladders[ladder], before, change)


def plan_of(doc: Document) -> Plan:
    return Plan(
        doc.name,
        doc.commission_based_on,
        doc.valid_from,
        doc.valid_to,
        bool(doc.claw_back),
        doc.tier_period,
        doc.tier_method,
        {group: [tier for _, tier in rows] for group, rows in ladders(doc).items()},
    )


def ladders(doc: Document) -> dict[str, list[tuple[int, Tier]]]:
    """The tiers by product group, sorted, each with the number of its row."""
    found: dict[str, list[tuple[int, Tier]]] = {}
    for number, row in enumerate(doc.tiers, start=1):
        tier = Tier(row.from_amount or Decimal(0), row.to_amount or None, row.rate or Decimal(0))
        found.setdefault(row.product_group or "", []).append((number, tier))
    return {group: sorted(rows, key=lambda pair: pair[1].start) for group, rows in found.items()}


def plans_of(ctx: Context, person: str) -> list[Plan]:
    """The submitted plans that name a person, the oldest first; read as the system: they count for every reader."""
    where = [["Commission Plan Person", "sales_person", "=", person], [PLAN, "docstatus", "=", SUBMITTED]]
    store = ctx.as_system().store
    rows = store.list(PLAN, filters=where, order_by="valid_from asc, name asc", limit=None)
    return [plan_of(store.get(PLAN, row["name"])) for row in rows]


def check_plan(ctx: Context, doc: Document) -> None:
    """Raise ValidationError for tiers with a gap or an overlap, and for a person named twice."""
    doc.company_currency = company_currency(ctx)
    faults = [*_tier_faults(doc), *_twice(doc)]
    if faults:
        raise ValidationError("The commission plan cannot be used like this.", errors=faults)


def _tier_faults(doc: Document) -> Iterator[FieldError]:
    for rows in ladders(doc).values():
        for number, tier in rows:
            if tier.end is not None and tier.end <= tier.start:
                yield FieldError("to_amount", "The tier ends before it begins.", table="tiers", row=number)
        tiers = [tier for _, tier in rows]
        wrong = gap_or_overlap(tiers)
        if wrong is not None:
            yield _misplaced(tiers, wrong, rows[wrong][0])
        elif tiers[-1].end is not None:
            template = "Leave To Amount empty in the last tier: higher amounts earn something, too."
            yield FieldError("to_amount", template, table="tiers", row=rows[-1][0])


def _misplaced(tiers: Sequence[Tier], index: int, row: int) -> FieldError:
    """Why a tier does not begin where the one before it ends."""
    end = tiers[index - 1].end if index else Decimal(0)
    if end is None or tiers[index].start < end:
        return FieldError(
            "from_amount", "The tiers overlap: the one before this reaches further.", table="tiers", row=row
        )
    template = "The tiers have a gap: this one must begin at {amount}."
    return FieldError("from_amount", template, table="tiers", row=row, params={"amount": f"{end:f}"})


def _twice(doc: Document) -> Iterator[FieldError]:
    persons = [row.sales_person for row in doc.persons]
    for number, person in enumerate(persons, start=1):
        if person in persons[: number - 1]:
            template = "{person} is named twice."
            yield FieldError("sales_person", template, table="persons", row=number, params={"person": person})


def check_overlap(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when a person has another plan for the same days.

    The persons are locked, so that two plans submitted at once see each other.
    """
    store, plan = ctx.as_system().store, plan_of(doc)
    for person in sorted(row.sales_person for row in doc.persons):
        store.get("Sales Person", person, for_update=True)
        for other in plans_of(ctx, person):
            if other.name != plan.name and _meet(plan, other):
                template = "{person} has the plan {plan} for the same days. End it first, or begin later."
                raise ValidationError(template, person=person, plan=other.name)


def _meet(one: Plan, other: Plan) -> bool:
    first, second = sorted((one, other), key=lambda plan: plan.valid_from)
    return first.valid_to is None or second.valid_from <= first.valid_to


def check_end(ctx: Context, doc: Document) -> None:
    """Raise ValidationError when a submitted plan is to end before what was stated by it."""
    if not doc.has_changed("valid_to"):
        return
    check_overlap(ctx, doc)
    where: dict[str, Any] = {"commission_plan": doc.name, "docstatus": SUBMITTED, "entry_type": "Credit"}
    if doc.valid_to:
        where["posting_date"] = [">", doc.valid_to.isoformat()]
        rows = ctx.as_system().store.list(
            "Commission Statement Line", fields=["parent"], filters=where, limit=1, parent="Commission Statement"
        )
        if rows:
            template = "{statement} states commissions of this plan for later days. Let the plan end after them."
            raise ValidationError(template, statement=rows[0]["parent"])
