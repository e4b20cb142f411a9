"""Which languages a request would like, best first: its `_lang`, then what the browser says."""

from __future__ import annotations

MAX_TAGS = 10


def wishes(wish: str, accept: str) -> list[str]:
    """Language tags from an explicit wish and an Accept-Language header, in order of preference."""
    return [tag for tag in (wish, *_preferred(accept)) if tag]


def _preferred(accept: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept.split(",")[:MAX_TAGS]:
        tag, _, weight = part.partition(";q=")
        weighted.append((_weight(weight), tag.strip()))
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
