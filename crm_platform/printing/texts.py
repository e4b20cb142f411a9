"""Translation in templates, and how a bare value is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Translation:
    """`_` in templates: the sentence in the print-out's language, with its {placeholders} filled."""

    __slots__ = ("_messages",)

    def __init__(self, messages: Mapping[str, str]) -> None:
        self._messages = messages

    def __call__(self, msgid: object, **params: object) -> str:
        text = "" if msgid is None else str(msgid)
        text = self._messages.get(text, text)
        return PLACEHOLDER.sub(lambda found: str(params.get(found[1], found[0])), text) if params else text


def shown(value: Any) -> Any:
    """A value where a template prints it without a filter: nothing for None, a number without idle zeros."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain_number(value)
    return value


def plain_number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
