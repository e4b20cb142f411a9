"""The chain of the audit log: what the hashes of an entry cover, and finding the first entry that was tampered with."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from crm_platform.metadata.kinds import STANDARD_COLUMNS

PAYLOAD = ("user", "ip_address", "reference_doctype", "reference_name", "details")
"""What may be personal data. It has a salted hash of its own, so that it can be erased and the chain still holds."""

ERASABLE = (*PAYLOAD, "salt")
HEADER = (*STANDARD_COLUMNS, "sequence", "event", "payload_hash", "previous_hash")
START = "0" * 64
"""The previous hash of the first entry."""

ERASED = "Erased"
"""The event that names, in its details, the entries whose content it erased."""

Entry = Mapping[str, Any]


def new_salt() -> str:
    return secrets.token_hex(16)


def payload_hash(entry: Entry) -> str:
    """Hash of the content that may be erased later; without the salt nobody can try values against it."""
    return _digest([entry["salt"], *(entry[column] for column in PAYLOAD)])


def entry_hash(entry: Entry) -> str:
    """Hash of everything else and, through `previous_hash`, of all entries before."""
    return _digest([entry[column] for column in HEADER])


def _digest(values: list[Any]) -> str:
    return sha256(orjson.dumps([_text(value) for value in values])).hexdigest()


def _text(value: Any) -> str | None:
    """One form per value on both databases."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Damage:
    """The first entry that is not what was written, and what is wrong with it."""

    sequence: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """An entry as a proof kept elsewhere names it: no entry up to it can be changed unnoticed."""

    sequence: int
    entry_hash: str


@dataclass
class Check:
    """Walks along a chain. `heads` are proofs from elsewhere, `last` the number that the newest entry must have."""

    heads: Mapping[int, str] = field(default_factory=dict)
    head: Head = field(default_factory=lambda: Head(0, START))
    _erased: dict[int, str] = field(default_factory=dict)
    _accounted: set[int] = field(default_factory=set)

    def walk(self, entries: Iterable[Entry]) -> Damage | None:
        """Look at the next entries, in their order; the first damage ends it."""
        for entry in entries:
            reason = self._fault(entry)
            if reason:
                return Damage(self.head.sequence + 1, str(entry["name"]), reason)
            self.head = Head(entry["sequence"], entry["entry_hash"])
        return None

    def finish(self, last: int) -> Damage | None:
        """After the newest entry: are any missing behind it, and was content taken out without an erasure?"""
        missing = max([last, *self.heads])
        if self.head.sequence < missing:
            return Damage(self.head.sequence + 1, "", "entries are missing from here on")
        for sequence in sorted(self._erased.keys() - self._accounted):
            return Damage(sequence, self._erased[sequence], "its content was removed without an erasure")
        return None

    def _fault(self, entry: Entry) -> str:
        number = self.head.sequence + 1
        if entry["sequence"] != number:
            return f"entry {number} is missing or out of order"
        if entry["previous_hash"] != self.head.entry_hash:
            return "it does not follow the entry before it"
        if entry["entry_hash"] != entry_hash(entry):
            return "it was changed"
        if self.heads.get(number, entry["entry_hash"]) != entry["entry_hash"]:
            return "it differs from the head that was kept elsewhere"
        return self._content_fault(entry, number)

    def _content_fault(self, entry: Entry, number: int) -> str:
        if all(entry[column] is None for column in ERASABLE):
            self._erased[number] = str(entry["name"])
            return ""
        if entry["payload_hash"] != payload_hash(entry):
            return "its content was changed"
        if entry["event"] == ERASED:
            self._accounted.update(orjson.loads(entry["details"])["entries"])
        return ""
