"""Text functions; a number is taken as its text, a length is counted in characters (code points)."""

from __future__ import annotations

from typing import Final

from crm_platform.errors import ExpressionError
from crm_platform.expressions.limits import MAX_TEXT
from crm_platform.expressions.numbers import whole
from crm_platform.expressions.operators import contains as is_in
from crm_platform.expressions.values import Value, bounded_text, described, text

_BLANKS: Final = " \t\r\n\u00a0\u3000"


def length(value: Value) -> Value:
    """Characters of a text, values of a list, rows of a child table; 0 for null. Raises ExpressionError for others."""
    if value is None:
        return 0
    if isinstance(value, str | list):
        return len(value)
    raise ExpressionError("{value} has no length.", value=described(value))


def lower(value: Value) -> Value:
    """The text in small letters."""
    return bounded_text(text(value).lower())


def upper(value: Value) -> Value:
    """The text in capital letters."""
    return bounded_text(text(value).upper())


def trim(value: Value) -> Value:
    """The text without blanks, tabs, line ends and full-width blanks at both ends."""
    return text(value).strip(_BLANKS)


def contains(container: Value, item: Value) -> Value:
    """Whether a list has an equal value, or a text the part: `item in container`."""
    return is_in(item, container)


def startswith(value: Value, start: Value) -> Value:
    """Whether the text begins with `start`; nothing begins with an empty text."""
    part = text(start)
    return part != "" and text(value).startswith(part)


def endswith(value: Value, end: Value) -> Value:
    """Whether the text ends with `end`; nothing ends with an empty text."""
    part = text(end)
    return part != "" and text(value).endswith(part)


def left(value: Value, count: Value) -> Value:
    """The first `count` characters."""
    return text(value)[: max(whole(count), 0)]


def right(value: Value, count: Value) -> Value:
    """The last `count` characters."""
    whole_text, size = text(value), max(whole(count), 0)
    return whole_text[max(len(whole_text) - size, 0) :]


def replace(value: Value, old: Value, new: Value) -> Value:
    """The text with every `old` replaced by `new`; unchanged when `old` is empty. Refuses a result that is too long."""
    whole_text, part, instead = text(value), text(old), text(new)
    if not part:
        return whole_text
    if len(whole_text) + whole_text.count(part) * (len(instead) - len(part)) > MAX_TEXT:
        raise ExpressionError("The text is longer than {limit} characters.", limit=MAX_TEXT)
    return whole_text.replace(part, instead)


def concat(*values: Value) -> Value:
    """The texts of all values, one after the other; null is ''."""
    parts = [text(value) for value in values]
    if sum(map(len, parts)) > MAX_TEXT:
        raise ExpressionError("The text is longer than {limit} characters.", limit=MAX_TEXT)
    return "".join(parts)
