"""What an erasure says to stores beside the documents: which documents went, and by which texts the person is known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Name = tuple[str, str]

TELLING = 5
"""Characters of a name that hardly anything else has."""


@dataclass(frozen=True)
class Erased:
    """Documents that were erased or emptied, as (DocType, name), and texts by which the person is known."""

    documents: Collection[Name]
    identities: Collection[str]

    def is_in(self, content: Any) -> bool:
        """Whether a value of JSON is the name of such a document, or holds such a text, in capitals or not.

        Of which DocType a name is cannot be seen: a namesake in another one is taken along, which costs a record of
        what happened and no data.
        """
        return any(text in self._names or self.names(text) for text in _texts(content))

    def is_told_in(self, content: Any) -> bool:
        """As `is_in`, where something is lost: a short name, which many things have, counts beside its DocType only."""
        texts = set(_texts(content))
        return any(self.names(text) for text in texts) or any(
            name in texts and (len(name) >= TELLING or doctype in texts) for doctype, name in self.documents
        )

    def names(self, text: str) -> bool:
        """Whether a text holds an address or number of the person."""
        folded = text.casefold()
        return any(one in folded for one in self._identities)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(name for _, name in self.documents)

    @cached_property
    def _identities(self) -> frozenset[str]:
        return frozenset(identity.casefold() for identity in self.identities)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _texts(value)
