"""Names that a person or a case-blind database takes for each other."""

from __future__ import annotations

import unicodedata

_SIMILAR_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK"})


def twin_key(name: str) -> str:
    """Equal for names that differ in case or width only."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def mixes_scripts(name: str) -> bool:
    """Whether letters of scripts that look alike (Latin, Cyrillic, Greek) stand in one name."""
    if name.isascii():
        return False
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in name if char.isalpha()}
    return len(scripts & _SIMILAR_SCRIPTS) > 1
