"""Patterns that find an identity as it is written, in capitals or not, whatever signs it has."""

from __future__ import annotations

import re

SIGNS = re.compile(r"([\\%_])")


def exactly(identity: str) -> str:
    """For texts that are the identity: `like` ignores capitals."""
    return SIGNS.sub(r"\\\1", identity)


def containing(identity: str) -> str:
    """For texts in which it stands."""
    return f"%{exactly(identity)}%"
