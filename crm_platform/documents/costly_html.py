"""HTML that would take long to clean: each element costs as much as elements may be open around it."""

from __future__ import annotations

import re

LIMIT = 40_000_000
"""Elements that may be open, times elements: about a second. Some thousand blocks of text stay far below."""

OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9]*)")
FLAT = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"),
        *("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup", "caption"),
        *("b", "big", "code", "em", "font", "i", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"),
    }
)
"""Elements without content, those that a parser closes when the next one begins, and those that it keeps cheaply.
What is closed is not looked at: closing tags in comments and attributes would hide the depth."""


def is_costly(html: str) -> bool:
    """Whether to refuse the text instead of cleaning it."""
    names = [name.lower() for name in OPENING.findall(html)]
    return len(names) * sum(1 for name in names if name not in FLAT) > LIMIT
