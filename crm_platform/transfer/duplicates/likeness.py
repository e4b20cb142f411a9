"""How alike two values are. Loaded when something is compared: its libraries take a tenth of a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import phonenumbers
from rapidfuzz import fuzz

from crm_platform.transfer.duplicates.methods import METHODS, trigrams

PHONE_MATCHES: Mapping[int, float] = {
    phonenumbers.MatchType.EXACT_MATCH: 100.0,
    phonenumbers.MatchType.NSN_MATCH: 95.0,
    phonenumbers.MatchType.SHORT_NSN_MATCH: 85.0,
}
"""How alike two numbers are: equal, equal but for a country code that one lacks, equal but for an area code."""


LEAST = 60.0
"""Values that are less alike than this are not alike."""


def _equal(one: str, other: str) -> float:
    return 100.0 if one == other else 0.0


def _phone(one: str, other: str) -> float:
    return PHONE_MATCHES.get(phonenumbers.is_number_match(one, other), _equal(one, other))


def _name(one: str, other: str) -> float:
    return max(fuzz.ratio(one, other), fuzz.token_sort_ratio(one, other))


def _trigram(one: str, other: str) -> float:
    """What two texts have in common of their trigrams, as pg_trgm counts it."""
    mine, theirs = set(trigrams(one)), set(trigrams(other))
    return 100.0 * len(mine & theirs) / (len(mine | theirs) or 1)


LIKENESS: Mapping[str, Callable[[str, str], float]] = {
    "Exact": _equal,
    "Phone": _phone,
    "Email": _equal,
    "Name": _name,
    "Trigram": _trigram,
    "Date": _equal,
}
"""Method → how alike two normal forms are, 0 to 100."""


def similarity(method: str, one: str, other: str) -> float:
    """How alike two values are, 0 to 100; 0 when one of them says nothing, or when they are hardly alike."""
    mine, theirs = (METHODS[method].normal(value) for value in (one, other))
    if not mine or not theirs:
        return 0.0
    alike = LIKENESS[method](mine, theirs)
    return round(alike, 1) if alike >= LEAST else 0.0
