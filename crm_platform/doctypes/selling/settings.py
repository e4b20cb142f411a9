"""What the company has settled: its currency and the Selling Settings; read as the system, for every document."""

from __future__ import annotations

from crm_platform.pack import Context, Document

SELLING_SETTINGS = "Selling Settings"
SYSTEM_SETTINGS = "System Settings"


def selling_settings(ctx: Context) -> Document:
    """The Selling Settings, with their defaults where nothing was entered yet."""
    return ctx.as_system().store.get(SELLING_SETTINGS, SELLING_SETTINGS)


def company_currency(ctx: Context) -> str:
    """The currency that the company counts in (System Settings.currency); empty when none was entered."""
    return str(ctx.as_system().store.get(SYSTEM_SETTINGS, SYSTEM_SETTINGS).currency or "")


def company_country(ctx: Context) -> str:
    """Where the company is (System Settings.country); empty when none was entered."""
    return str(ctx.as_system().store.get(SYSTEM_SETTINGS, SYSTEM_SETTINGS).country or "")


def company_places(ctx: Context) -> int:
    """How many decimal places the currency of the company has: as Currency.fraction_units says, else 2."""
    currency = company_currency(ctx)
    units = ctx.as_system().store.get("Currency", currency).fraction_units if currency else 100
    return len(str(units or 1)) - 1
