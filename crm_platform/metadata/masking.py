"""Masked values: what stands in place of a confidential value everywhere, and the forms in which it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

DOT = "•"
HIDDEN = DOT * 3
"""Shown for a value of which nothing may be seen. It marks a mask: a value to store never has it. One dot alone marks
none, as foreign names are written with it (卡尔•马克思)."""

ENDS = ((12, 4), (8, 2))
"""From so many signs on a number shows so many of its last ones: at most a third."""

_MAIL = re.compile(r"[^\s,;@]+@[^\s,;@]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_COMPOUND = frozenset({"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯"})
"""Chinese surnames of two characters."""


def _end(text: str) -> str:
    shown = next((shown for length, shown in ENDS if len(text) >= length), 0)
    return HIDDEN + text[len(text) - shown :]


def _number(text: str) -> str:
    """Identity papers, cards, accounts: the last signs, which may be letters."""
    return _end("".join(sign for sign in text if sign.isalnum()))


def _phone(text: str) -> str:
    """The last four digits of a mobile number."""
    digits = "".join(sign for sign in text if sign.isdigit())
    return HIDDEN + digits[-4:] if len(digits) >= 11 else _end(digits)


def _mail(text: str) -> str:
    """The first letter and the domain of each address."""
    found = [f"{address[0]}{HIDDEN}@{address.rpartition('@')[2]}" for address in _MAIL.findall(text)]
    return ", ".join(found) or HIDDEN


def _name(text: str) -> str:
    """The surname of a Chinese name, the initials of another."""
    plain = text.strip()
    if _HAN.match(plain):
        return (plain[:2] if plain[:2] in _COMPOUND and len(plain) > 2 else plain[:1]) + HIDDEN
    return " ".join(part[0] + HIDDEN for part in plain.split()) or HIDDEN


MASKS: Mapping[str, Callable[[str], str]] = {
    "ID Number": _number,
    "Phone": _phone,
    "Email": _mail,
    "Name": _name,
    "All": lambda _: HIDDEN,
}
"""Our DocField.mask_format → how much of a value is shown."""


def mask(mask_format: str, value: Any) -> str:
    """What is shown of `value`; of what is no text nothing, and a mask stays as it is."""
    if isinstance(value, str) and HIDDEN in value:
        return str(value)
    return mask_kept(mask_format, value)


def mask_kept(mask_format: str, value: Any) -> str:
    """What is shown of a value that is no mask for sure, whatever signs it has."""
    return MASKS.get(mask_format, MASKS["All"])(value) if isinstance(value, str) else HIDDEN


class Masked(str):
    """A confidential value. As a text it is its mask: whoever shows, logs, sends or formats it gives away no more.

    The value itself is reached by `plain_of` alone. Two are equal when mask and value are; a copy or a pickle is the
    bare mask. `stored` is the sealed form of a value that cannot be opened (no key fits): it goes back as it came.
    """

    __slots__ = ("_plain", "stored")

    _plain: Any
    stored: str

    def __new__(cls, mask_format: str, plain: Any, stored: str = "") -> Masked:
        return cls._made(HIDDEN if stored else mask(mask_format, plain), plain, stored)

    @classmethod
    def kept(cls, mask_format: str, plain: Any) -> Masked:
        """A value as the database keeps it: it may look like a mask, and is masked all the same."""
        return cls._made(mask_kept(mask_format, plain), plain, "")

    @classmethod
    def _made(cls, text: str, plain: Any, stored: str) -> Masked:
        made = super().__new__(cls, text)
        made._plain = plain
        made.stored = stored
        return made

    def __eq__(self, other: object) -> bool:
        same = str.__eq__(self, other)
        if same is True and isinstance(other, Masked):
            return bool(self._plain == other._plain and self.stored == other.stored)
        return same

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


def plain_of(value: Any) -> Any:
    """The value behind a mask; any other value as it is. For storing and checking a value, never for showing it."""
    return value._plain if isinstance(value, Masked) else value
