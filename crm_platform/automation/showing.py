"""How the log names values: short, numbers without needless zeros, confidential ones not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from crm_platform.expressions.values import text
from crm_platform.metadata.model import Field

LONGEST = 80
"""Characters of a value in a sentence."""

CLOSED = "•••"
NOTHING = "–"


def shown(value: Any) -> str:
    """A value in a sentence."""
    if value is None or value == "":
        return NOTHING
    told = text(value) if isinstance(value, Decimal) else str(value)
    return told if len(told) <= LONGEST else told[:LONGEST] + "…"


def shown_in(field: Field, value: Any) -> str:
    """The value of a field in a sentence."""
    closed = field.fieldtype == "Password" or field.is_masked or field.permlevel
    return CLOSED if closed else shown(value)
