"""How big a file of rows may be: beyond this it is refused with a sentence, whatever made it so big."""

from __future__ import annotations

from collections.abc import Sequence

from crm_platform.errors import EntityTooLargeError, ValidationError

ROWS = 1_048_576
"""As many as a spreadsheet holds."""

COLUMNS = 1_000

CELL = 131_072
"""Characters; the limit of Python's csv module, which is kept."""

XLSX_TEXT = 32_767
"""Characters that a cell of an Excel file holds."""


def check_row(number: int, cells: Sequence[object]) -> None:
    """Raises EntityTooLargeError for a row too many or too wide, ValidationError for a cell that is too long."""
    if number > ROWS:
        raise EntityTooLargeError("The file has more than {limit} rows. Split it.", limit=ROWS)
    if len(cells) > COLUMNS:
        raise EntityTooLargeError(
            "Row {row} has {count} columns, the most is {limit}. Is the delimiter right?",
            row=number,
            count=len(cells),
            limit=COLUMNS,
        )
    if any(len(cell) > CELL for cell in cells if isinstance(cell, str)):
        raise ValidationError("A cell of row {row} has more than {limit} characters.", row=number, limit=CELL)
