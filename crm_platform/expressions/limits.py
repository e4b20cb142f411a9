"""Limits of the expression language: what a condition or formula may cost, in one place.

The browser holds the same numbers in `frontend/src/shared/expressions/limits.ts`; the parity tests compare them.
"""

from __future__ import annotations

from typing import Final

MAX_SOURCE: Final = 5_000
"""Characters of an expression's text."""

MAX_NODES: Final = 500
"""Nodes of an expression's tree."""

MAX_DEPTH: Final = 64
"""Nesting of brackets and operators."""

MAX_NAME: Final = 140
"""Characters of a field's name (Frappe's limit for a name)."""

MAX_TEXT: Final = 100_000
"""Characters a text function takes or gives, and a joined text has."""

MAX_LIST: Final = 10_000
"""Values of a list and rows of a child table."""

MAX_STEPS: Final = 200_000
"""Rows times nodes of one aggregate such as `sum(items, row.qty * row.rate)`."""

MAX_AGGREGATES: Final = 10
"""Aggregates in one expression."""

MAX_NESTED_LISTS: Final = 8
"""Lists within lists in the data."""

MAX_NUMBER: Final = 10**18
"""Numbers, read or computed, are smaller than this."""

MIN_EXPONENT: Final = -40
"""Numbers closer to zero than 10 to this power are refused when read."""

MAX_PLACES: Final = 15
"""Decimal places to round to, either side of the point."""

PRECISION: Final = 34
"""Significant digits of decimal arithmetic (those of IEEE 754 decimal128)."""

MAX_CACHED: Final = 2_048
"""Compiled expressions kept by the cache."""
