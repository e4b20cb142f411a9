"""The text that another one was probably meant to be."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

ALIKE = 78
"""Percent from which on a text is offered."""


class Closest:
    """Looks among the keys of `texts`, and answers the value."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, text: str) -> str:
        found = process.extractOne(text, self._texts.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        return self._texts[found[0]] if found else ""
