"""What a text is sorted by where people read Chinese: signs, digits, letters, then Chinese characters by their Pinyin.

The order is that of the bytes of the key, which SQLite and PostgreSQL (collation C) compare alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from crm_platform.deferred import Deferred
from crm_platform.i18n.folding import fold

HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")

FIRST = "\u4e00"
"""Stands before each Chinese character: behind the letters of Latin, Greek and Cyrillic, and kana."""

LONGEST = 400
"""Characters of a key: some forty Chinese characters, or a whole Data field of others."""

_syllables: Callable[[str], list[str]] = Deferred("crm_platform.i18n.pinyin", "syllables")


def sort_key(text: str) -> str:
    """The key of a text; empty for an empty one only.

    A Chinese character counts as its syllable with the tone as a digit, read as its word demands (长城 changcheng,
    长大 zhangda), then as itself: those that sound alike stay together by character.
    """
    return _key(text[:LONGEST])  # the rest of a long text would cost seconds and is not in the key


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    if text.isascii():
        return fold(text) or text
    key = HAN.sub(lambda found: _spelt(found[0]), fold(text))
    return key[:LONGEST] or text


def _spelt(characters: str) -> str:
    pairs = zip(_syllables(characters), characters, strict=True)
    return "".join(f"{FIRST}{syllable}{character}" for syllable, character in pairs)
