"""The vehicle identification number (ISO 3779; check digit as in GB 16735 and 49 CFR 565): pure functions of a text."""

from __future__ import annotations

import re

VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    **{"P": 7, "R": 9},
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
"""What each sign counts; I, O and Q are in no VIN, since they look like 1 and 0."""

WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
CHECK_SIGNS = "0123456789X"
VIN = re.compile("[A-HJ-NPR-Z0-9]{17}")


def check_sign(vin: str) -> str:
    """The ninth sign that fits the other sixteen of a well-formed VIN."""
    return CHECK_SIGNS[sum(weight * VALUES[sign] for weight, sign in zip(WEIGHTS, vin, strict=True)) % 11]


def vin_fits(vin: str) -> bool:
    """Whether a text can be a VIN: 17 signs without I, O and Q, with the right check sign."""
    return VIN.fullmatch(vin) is not None and check_sign(vin) == vin[8]
