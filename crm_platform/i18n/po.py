"""Reads gettext PO files."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable

from babel.messages.pofile import read_po

from crm_platform.errors import in_context


def messages_of(files: Sequence[Traversable]) -> dict[str, str]:
    """The finished messages of the files; a fuzzy entry is one that nobody has checked, and is left out. One of a
    context (gettext's msgctxt) is found by `in_context`."""
    merged: dict[str, str] = {}
    for file in files:
        with file.open("rb") as stream:
            for message in read_po(stream):
                if message.string and isinstance(message.id, str) and message.id and not message.fuzzy:
                    key = in_context(message.id, message.context) if message.context else message.id
                    merged[key] = str(message.string)
    return merged
