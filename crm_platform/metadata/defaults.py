"""The default of a field as a value that rows of the database can have: none that depends on who saves, or when."""

from __future__ import annotations

from crm_platform.metadata.model import Field

DYNAMIC = frozenset({"today", "now", "__user", "user"})
"""DocField.default values that stand for something else than themselves, in lower case."""


def stored_default(field: Field) -> str:
    """What documents that are there get when `field` is added, as the definition writes it; "" for nothing.

    As in Frappe, where such a default is the column's. A unique field has none: two documents would be equal.
    """
    default = str(field.default or "")
    no_value = field.unique or field.fieldtype == "Password" or default.lower() in DYNAMIC or default.startswith(":")
    return "" if no_value else default
