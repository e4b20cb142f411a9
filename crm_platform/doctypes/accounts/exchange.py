"""One exchange rate for two currencies on a day."""

from __future__ import annotations

from typing import Any

from crm_platform.pack import Context, Document, FieldError, ValidationError

PAIR = ("date", "from_currency", "to_currency")


def refuse_second_rate(ctx: Context, doc: Document) -> None:
    """With two rates on one day the amounts of that day would depend on which was entered last."""
    if not doc.is_new or not all(doc[name] for name in PAIR):
        return
    if ctx.as_system().store.list("Currency Exchange", filters={name: doc[name] for name in PAIR}, limit=1):
        template = "There is a rate from {from_currency} to {to_currency} for {date} already. Change that one."
        said: dict[str, Any] = {name: str(doc[name]) for name in PAIR}
        raise ValidationError(template, errors=[FieldError("date", template, params=said)], **said)
