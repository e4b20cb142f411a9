"""What is stated in the Insight Settings, and what follows from it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from crm_platform.pack import Context, Document, FieldError, ValidationError, enqueue, writes

SETTINGS = "Insight Settings"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Stated:
    """The settings as figures are computed with them; shares and rates as parts of 1."""

    years: int
    rate: Decimal
    acquisition_cost: Decimal
    high: Decimal
    middle: Decimal
    rates: Mapping[str, Decimal]
    """Activity → cost of one."""

    @property
    def annuity_factor(self) -> Decimal:
        """The present value of 1 at the end of each of the years ahead."""
        factor = sum((1 / (1 + self.rate) ** year for year in range(1, self.years + 1)), Decimal(0))
        return factor.quantize(Decimal("0.000001"))


def stated(ctx: Context) -> Stated:
    """Read with the system's rights: the figures are the same, whoever asks for them."""
    doc = ctx.as_system().store.get(SETTINGS, SETTINGS)
    return Stated(
        doc.lifetime_years or 0,
        Decimal(doc.discount_rate or 0) / HUNDRED,
        Decimal(doc.acquisition_cost or 0),
        Decimal(doc.high_share or 0) / HUNDRED,
        Decimal(doc.middle_share or 0) / HUNDRED,
        {row.activity: Decimal(row.rate or 0) for row in doc.rates},
    )


def check_settings(ctx: Context, doc: Document) -> None:  # noqa: ARG001 the shape of an event
    """Raise ValidationError for shares above 100 % together and for an activity with two rates."""
    if doc.high_share + doc.middle_share > HUNDRED:
        template = "High and middle are more than 100 % together."
        raise ValidationError(template, errors=[FieldError("middle_share", template)])
    activities = [row.activity for row in doc.rates]
    for index, activity in enumerate(activities):
        if activity in activities[:index]:
            template = "{activity} has two rates. Remove one of them."
            fault = FieldError("activity", template, table="rates", row=index + 1, params={"activity": activity})
            raise ValidationError(template, errors=[fault], activity=activity)


def settings_changed(ctx: Context, doc: Document) -> None:
    """What people changed here is computed anew, after this transaction; what a computation noted is not."""
    if not doc.has_changed("computed_on"):
        enqueue(ctx, "crm:refresh_customer_values", {})
        enqueue(ctx, "crm:refresh_product_pairs", {})


@writes
def compute(ctx: Context) -> str:
    """The button: compute now, for whoever may read the settings."""
    ctx.store.get(SETTINGS, SETTINGS)
    enqueue(ctx, "crm:refresh_customer_values", {})
    enqueue(ctx, "crm:refresh_product_pairs", {})
    return ctx._("The value of all customers is being computed.")
