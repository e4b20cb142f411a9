"""The order and widths of what stands on a workspace (Frappe Workspace.content: a list of blocks of an editor)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

PARTS = {
    "shortcut": ("shortcuts", "shortcut_name"),
    "number_card": ("number_cards", "number_card_name"),
    "chart": ("charts", "chart_name"),
    "card": ("cards", "card_name"),
    "quick_list": ("quick_lists", "quick_list_name"),
}
"""Type of a block → the part of the workspace that it shows one of, and the key of its name."""
WIDTHS = {"shortcuts": 3, "number_cards": 3, "charts": 6, "cards": 4, "quick_lists": 4}
"""Columns of twelve that something takes which has no place in the layout."""
COLUMNS = 12
TAG = re.compile(r"<[^>]*>")

Block = dict[str, Any]


def blocks_of(content: str | None, keys: Mapping[str, Sequence[str]]) -> list[Block]:
    """The blocks of a layout that show something, and what has no place in it behind them; none without a layout.

    `keys` are the names of what stands in each part. A block has `part` with `at` (the place in it), or `text`, the
    words of a heading; and `width`, in columns of twelve.
    """
    written = list(_written(content))
    if not written:
        return []
    blocks = [block for one in written for block in _block(one, keys)]
    placed = {(block["part"], block["at"]) for block in blocks if "part" in block}
    rest = [
        {"part": part, "at": at, "width": WIDTHS[part]}
        for part, names in keys.items()
        for at in range(len(names))
        if (part, at) not in placed
    ]
    return [*blocks, *rest]


def _written(content: str | None) -> Iterator[Mapping[str, Any]]:
    """What is no list of blocks is no layout."""
    try:
        found = orjson.loads(content or "[]")
    except orjson.JSONDecodeError:
        return
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict) and isinstance(one.get("data"), dict):
            yield one


def _block(one: Mapping[str, Any], keys: Mapping[str, Sequence[str]]) -> Iterator[Block]:
    data, kind = one["data"], str(one.get("type"))
    if kind in PARTS:
        part, key = PARTS[kind]
        names = list(keys.get(part, ()))
        if data.get(key) in names:
            yield {"part": part, "at": names.index(data[key]), "width": _width(data, WIDTHS[part])}
    elif kind == "header":
        yield {"text": TAG.sub("", str(data.get("text") or "")), "width": _width(data, COLUMNS)}


def _width(data: Mapping[str, Any], usual: int) -> int:
    width = data.get("col")
    return min(max(width, 1), COLUMNS) if isinstance(width, int) else usual
