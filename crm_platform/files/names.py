"""File names as people give them, made safe to store without losing what they say."""

from __future__ import annotations

import unicodedata

from crm_platform.errors import FieldError, ValidationError

MAX_BYTES = 180
"""Of the stored name in UTF-8: leaves room for a suffix below the 255 of file systems."""

SEPARATORS = "/\\"
MEANING_IN_ADDRESSES = str.maketrans(dict.fromkeys('%?#"<>', "_"))
"""A file's address is its name: clients use it in links as it is."""


def safe_name(given: str) -> str:
    """The last word on a file's name: one form of Unicode, no separators, no control characters, not hidden.

    As in Frappe slashes are dropped, so "../evil.txt" becomes "evil.txt". Raises ValidationError when nothing is left.
    """
    text = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode())
    text = text.translate(MEANING_IN_ADDRESSES)
    text = "".join(c for c in text if c not in SEPARATORS and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    stem, extension = split_extension(text.strip(" .").lstrip("."))
    if not stem:
        fault = FieldError("file_name", "The file needs a name.", "MandatoryError")
        raise ValidationError("The file needs a name.", errors=[fault])
    return cut(stem, MAX_BYTES - len(extension.encode())) + extension


def split_extension(name: str) -> tuple[str, str]:
    """("report", ".pdf"); the extension is empty when there is none, or when it is longer than any real one."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension.encode()) > 16:
        return name, ""
    return stem, f".{extension}"


def cut(text: str, size: int) -> str:
    """`text` within `size` bytes of UTF-8, never through a character."""
    return text.encode()[:size].decode("utf-8", "ignore")


def with_suffix(name: str, suffix: str) -> str:
    """Another name for the same file: "report.pdf" → "report1a2b3c.pdf"."""
    stem, extension = split_extension(name)
    return f"{stem}{suffix}{extension}"
