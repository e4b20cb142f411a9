"""What each kind of document is filled with before it is validated."""

from __future__ import annotations

from crm_platform.doctypes.selling.amounts import (
    fill_addresses,
    fill_amounts,
    fill_company,
    fill_validity,
    first_of,
    is_draft,
    round_quantities,
)
from crm_platform.doctypes.selling.availability import fill_available
from crm_platform.doctypes.selling.bundles import pack_bundles
from crm_platform.doctypes.selling.settings import company_currency
from crm_platform.pack import Context, Document


def fill_commercial(ctx: Context, doc: Document) -> None:
    """Any document with prices."""
    fill_amounts(ctx, doc)
    fill_available(ctx, doc)
    fill_addresses(ctx, doc)


def fill_quotation(ctx: Context, doc: Document) -> None:
    fill_validity(ctx, doc)
    fill_commercial(ctx, doc)


def fill_contract(ctx: Context, doc: Document) -> None:
    """Besides, both parties and what the template wants fulfilled."""
    fill_commercial(ctx, doc)
    if doc.is_new and not doc.parties:
        names = {"Seller": doc.company, "Buyer": first_of(doc, ("customer_name",))}
        doc.parties = [{"party_role": role, "party_name": name} for role, name in names.items() if name]
    if doc.contract_template and not doc.fulfilment_terms and doc.has_changed("contract_template"):
        template = ctx.store.get("Contract Template", doc.contract_template)
        doc.fulfilment_terms = [{"requirement": row.requirement} for row in template.fulfilment_terms]


def fill_delivery(ctx: Context, doc: Document) -> None:
    if is_draft(doc):
        fill_company(ctx, doc)
        round_quantities(doc)
    fill_addresses(ctx, doc)
    pack_bundles(ctx, doc)


def fill_return(ctx: Context, doc: Document) -> None:
    """A claim is settled in the currency of the company unless it says otherwise."""
    if is_draft(doc):
        round_quantities(doc)
    fill_addresses(ctx, doc)
    doc.currency = doc.currency or company_currency(ctx)
