"""Pinyin of Chinese characters. Its dictionary takes a third of a second to load: sites without Chinese never do."""

from __future__ import annotations

from typing import Any

from pypinyin import Style, pinyin


def syllables(characters: str) -> list[str]:
    """The syllable of each character as read in its word, the tone as a digit behind it (5: none); of a character that
    the dictionary lacks, the character itself."""
    found = pinyin(characters, style=Style.TONE3, neutral_tone_with_five=True, errors=_each)
    return [readings[0] for readings in found]


def _each(characters: str) -> Any:
    """One by one: together they would be one syllable."""
    return list(characters)
