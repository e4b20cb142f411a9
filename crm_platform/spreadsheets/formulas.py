"""Text that a spreadsheet would take for a formula: an apostrophe before it in csv, and off again when it is read."""

from __future__ import annotations

import re

_SPACES = r"\s\x00-\x1f\x7f-\xa0\u2028-\u202e"
_ZERO_WIDTH = r"\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u3164\ufeff\uffa0"
_UNSEEN = rf"[{_SPACES}{_ZERO_WIDTH}]*"
_STARTS = r"[=+\-@\t\r＝＋－＠﹦﹢﹣﹫−]"
_DANGEROUS = re.compile(rf"'*{_UNSEEN}{_STARTS}")
_PROTECTED = re.compile(rf"'+{_UNSEEN}{_STARTS}")


def harmless(text: str) -> str:
    """`text` with an apostrophe before it when a spreadsheet could run it, also after invisible characters."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def original(text: str) -> str:
    """Undo `harmless`: original(harmless(text)) == text for every text."""
    return text[1:] if _PROTECTED.match(text) else text
