"""What two persons decided takes effect: the risk of a reviewed customer, and the limit."""

from __future__ import annotations

from datetime import date

from crm_platform.pack import Context, Document, FieldError, ValidationError, months_later
from crm_platform.plugins.banking.manifest import MANIFEST

APPROVED = "Approved"


def check_review(ctx: Context, doc: Document) -> None:
    """Shares of owners are at most the whole, and the risk says when the next review is."""
    if sum(row.share or 0 for row in doc.beneficial_owners) > 100:
        raise ValidationError(
            "The owners have more than 100 %. Correct the shares.",
            errors=[FieldError("beneficial_owners", "More than 100 %.")],
        )
    doc.next_review_date = _next_review(ctx, doc) if doc.proposed_risk else None


def _next_review(ctx: Context, doc: Document) -> date:
    months = int(ctx.settings(MANIFEST)[f"kyc_months_{doc.proposed_risk.lower()}"])
    return months_later(doc.review_date, months)


def take_review(ctx: Context, doc: Document) -> None:
    """An approved review changes the customer, which nobody may do by hand."""
    if doc.workflow_state != APPROVED:
        return
    customer = ctx.as_system().store.get("Customer", doc.customer, for_update=True)
    customer.risk = doc.proposed_risk
    customer.kyc_reviewed_on, customer.kyc_next_review = doc.review_date, doc.next_review_date
    ctx.as_system().store.save(customer)


def check_limit(ctx: Context, doc: Document) -> None:
    """A limit is for a time to come."""
    if doc.has_changed("valid_until") and doc.valid_until.isoformat() <= ctx.today():
        raise ValidationError(
            "The limit would have ended already.", errors=[FieldError("valid_until", "Enter a day to come.")]
        )


def take_limit(ctx: Context, doc: Document) -> None:
    """An approved limit counts from now on."""
    if doc.workflow_state != APPROVED:
        return
    customer = ctx.as_system().store.get("Customer", doc.customer, for_update=True)
    customer.bank_credit_limit, customer.bank_limit_until = doc.requested_limit, doc.valid_until
    ctx.as_system().store.save(customer)


def check_contract(ctx: Context, doc: Document) -> None:
    """No contract with a customer whose review is overdue, and none over somebody else's account."""
    system = ctx.as_system().store
    due = system.get("Customer", doc.party_name).kyc_next_review
    if due and due.isoformat() < ctx.today():
        raise ValidationError(
            "The KYC review of {customer} was due on {day}. Review the customer first.",
            customer=doc.customer_name or doc.party_name,
            day=due.isoformat(),
        )
    if doc.bank_account and system.get("Bank Account", doc.bank_account).customer != doc.party_name:
        raise ValidationError(
            "The account is not one of this customer.", errors=[FieldError("bank_account", "Choose another account.")]
        )
