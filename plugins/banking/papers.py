"""Numbers that are entered must have fitting check digits. Nothing of a number is ever said."""

from __future__ import annotations

from crm_platform.pack import Context, Document, FieldError, ValidationError
from crm_platform.plugins.banking.manifest import MANIFEST
from crm_platform.plugins.banking.numbers import card_fits, resident_id_fits


def check_paper(ctx: Context, doc: Document) -> None:
    """The number of a resident identity card; of other papers the form is not known."""
    if doc.document_type != "Resident Identity Card" or not _entered(doc, "id_number", "document_type"):
        return
    if not resident_id_fits(str(ctx.reveal(MANIFEST, doc, "id_number")).strip()):
        raise ValidationError(
            "This cannot be the number of an identity card. Compare it with the card.",
            errors=[FieldError("id_number", "The check digit or the day of birth does not fit.")],
        )


def check_card(ctx: Context, doc: Document) -> None:
    """The number of a card."""
    if _entered(doc, "card_number") and not card_fits(str(ctx.reveal(MANIFEST, doc, "card_number")).strip()):
        raise ValidationError(
            "This cannot be the number of a card. Compare it with the card.",
            errors=[FieldError("card_number", "The check digit does not fit.")],
        )


def _entered(doc: Document, *fields: str) -> bool:
    return any(doc.has_changed(field) for field in fields)
