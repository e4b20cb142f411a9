"""What a claim works out by itself: whether the warranty covers it, and that a closed one says how it ended."""

from __future__ import annotations

from crm_platform.pack import Context, Document, FieldError, ValidationError
from crm_platform.plugins.warranty.cover import INSTALLED, cover

UNDER_WARRANTY = "Under Warranty"
OUT_OF_WARRANTY = "Out of Warranty"


def set_cover(ctx: Context, doc: Document) -> None:
    """Set the warranty status: from the installed product, else from the dates, unless a contract decides."""
    if doc.installed_product:
        _take_installed(ctx, doc)
        return
    if doc.purchase_date and doc.warranty_expiry_date and doc.warranty_expiry_date < doc.purchase_date:
        raise ValidationError(
            "The warranty cannot end before the purchase.",
            errors=[FieldError("warranty_expiry_date", "Ends before the purchase.")],
        )
    if doc.warranty_expiry_date and doc.get("warranty_amc_status", "") in ("", UNDER_WARRANTY, OUT_OF_WARRANTY):
        covered = doc.complaint_date <= doc.warranty_expiry_date
        doc.warranty_amc_status = UNDER_WARRANTY if covered else OUT_OF_WARRANTY


def _take_installed(ctx: Context, doc: Document) -> None:
    product = ctx.as_system().store.get(INSTALLED, doc.installed_product)
    if product.customer != doc.customer:
        raise ValidationError(
            "{serial_no} belongs to another customer.",
            serial_no=product.serial_no,
            errors=[FieldError("installed_product", "Belongs to another customer.")],
        )
    doc.serial_no, doc.product, doc.purchase_date = product.serial_no, product.product, product.delivered_on
    doc.warranty_expiry_date = product.warranty_expiry_date
    found = cover(ctx, product, doc.complaint_date, doc.usage or None, doc.component or "")
    doc.warranty_amc_status, doc.cover_reason = found["status"], found["reason"]


def close_claim(ctx: Context, doc: Document) -> None:
    """A claim is not closed without a word on how it was resolved."""
    if doc.status == "Closed" and not doc.resolution_details:
        raise ValidationError(
            "Enter the resolution before the claim is closed.",
            errors=[FieldError("resolution_details", "Enter the resolution.", "MandatoryError")],
        )


def cover_of(ctx: Context, name: str) -> dict[str, object]:
    """Whether the claim `name` is covered, and the reason in words."""
    claim = ctx.store.get("Warranty Claim", name)
    if claim.installed_product:
        product = ctx.as_system().store.get(INSTALLED, claim.installed_product)
        found = cover(ctx, product, claim.complaint_date, claim.usage or None, claim.component or "")
        return {"covered": found["covered"], "reason": found["reason"]}
    if claim.warranty_expiry_date is None:
        return {"covered": False, "reason": ctx._("The claim has no warranty expiry date.")}
    covered = claim.complaint_date <= claim.warranty_expiry_date
    message = "Covered until {day}." if covered else "The warranty ended on {day}."
    return {"covered": covered, "reason": ctx._(message, day=claim.warranty_expiry_date.isoformat())}
