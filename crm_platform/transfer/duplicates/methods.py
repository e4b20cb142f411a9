"""By which keys a value finds those that may be alike, and the form in which they are compared, as a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crm_platform.i18n.folding import fold

PHONE_DIGITS = 7
"""So many digits at the end of two numbers must be equal, whatever is written before them."""

MOST_KEYS = 24
"""Keys of one value; a longer one is found by its beginning."""

LONGEST_KEY = 60

COMPANY = re.compile(
    r"(股份)?(有限)?(责任)?(公司|集团公司|集团)$"
    r"|\b(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|gmbh|mbh|ag|kg|kgaa|ohg|ug|se|sa|sas|sarl"
    r"|srl|spa|bv|nv|oy|ab|as|aps|pty|pte|sro|kft|doo|kk)\b"
)
"""What says of which legal form a company is, not which one it is."""

WORD = re.compile(r"[^\W_]+")
CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
VOWELS = re.compile(r"[aeiouyh\W_]")
TWICE = re.compile(r"(.)\1+")
TAG = re.compile(r"\+[^@]*@")


@dataclass(frozen=True)
class Method:
    """One way to compare. `normal` is the form of a value that is compared, empty when it says nothing; `keys` are what
    two normal forms that may be alike have in common."""

    normal: Callable[[str], str]
    keys: Callable[[str], Iterable[str]]


def _exact(text: str) -> str:
    return " ".join(fold(text).split())


def _phone(text: str) -> str:
    folded = fold(text)
    digits = "".join(sign for sign in folded if sign.isdecimal())
    if len(digits) < PHONE_DIGITS:
        return ""
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+{digits}" if folded.lstrip().startswith("+") else digits


def _mail(text: str) -> str:
    """One address in its usual writing, without a tag (name+tag@…)."""
    folded = fold(text).strip()
    return TAG.sub("@", folded) if folded.count("@") == 1 else ""


def _name(text: str) -> str:
    """A name without the legal form; all of it when nothing else is left."""
    folded = " ".join(WORD.findall(fold(text)))
    bare = " ".join(COMPANY.sub(" ", folded).split())
    return bare or folded


def _name_keys(name: str) -> Iterable[str]:
    """The whole name, its words, the pairs of Chinese characters, and its consonants, in which slips are rare."""
    compact = name.replace(" ", "")
    yield compact
    yield from (word for word in name.split() if len(word) > 2)
    for run in CHINESE.findall(name):
        yield from (run[place : place + 2] for place in range(len(run) - 1))
    skeleton = TWICE.sub(r"\1", VOWELS.sub("", compact))
    if compact.isascii() and len(skeleton) > 2:
        yield f"~{skeleton}"


def trigrams(text: str) -> list[str]:
    """The three-character pieces of each word, as PostgreSQL's pg_trgm makes them."""
    padded = (f"  {word} " for word in WORD.findall(text))
    return list(dict.fromkeys(word[place : place + 3] for word in padded for place in range(len(word) - 2)))


METHODS: Mapping[str, Method] = {
    "Exact": Method(_exact, lambda value: (value,)),
    "Phone": Method(_phone, lambda value: (value[-PHONE_DIGITS:],)),
    "Email": Method(_mail, lambda value: (value,)),
    "Name": Method(_name, _name_keys),
    "Trigram": Method(_exact, trigrams),
    "Date": Method(lambda value: value.strip()[:10], lambda value: (value,)),
}
"""The methods of a Match Rule Field; how alike two normal forms are says likeness.LIKENESS."""


def keys_of(method: str, value: str) -> set[str]:
    """The keys by which a value is found, with the method in them."""
    normal = METHODS[method].normal(value)
    if not normal:
        return set()
    found = dict.fromkeys(f"{method}:{key}"[:LONGEST_KEY] for key in METHODS[method].keys(normal))
    return set(list(found)[:MOST_KEYS])
