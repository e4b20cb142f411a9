"""A JSON body whose texts are templates: taken apart into sources, put together from what was made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def sources_of(body: Any) -> dict[str, str]:
    """The texts of a body by their place in it."""
    found: dict[str, str] = {}

    def note(place: str, text: str) -> str:
        found[place] = text
        return text

    _walk(body, "", note)
    return found


def filled(body: Any, texts: Mapping[str, str]) -> Any:
    """The body with the texts that were made of its sources."""
    return _walk(body, "", texts.get)


def _walk(part: Any, place: str, change: Callable[[str, str], str | None]) -> Any:
    if isinstance(part, str):
        return change(place, part)
    if isinstance(part, dict):
        return {key: _walk(value, f"{place}/{key}", change) for key, value in part.items()}
    if isinstance(part, list):
        return [_walk(value, f"{place}/{index}", change) for index, value in enumerate(part)]
    return part
