"""Check digits of identity cards (GB 11643-1999) and bank cards (ISO/IEC 7812-1, Luhn): pure functions of a text."""

from __future__ import annotations

import re
from datetime import date

FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS = "10X98765432"
RESIDENT_ID = re.compile("[0-9]{17}[0-9Xx]")
CARD = re.compile("[0-9]{12,19}")


def resident_id_fits(number: str) -> bool:
    """Whether 18 signs can be the number of a Chinese resident identity card: a day of birth, and the check sign."""
    if not RESIDENT_ID.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return number[17].upper() == CHECK_SIGNS[sum(f * int(d) for f, d in zip(FACTORS, number[:17], strict=True)) % 11]


def card_fits(number: str) -> bool:
    """Whether 12 to 19 digits can be the number of a bank card."""
    if not CARD.fullmatch(number):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
