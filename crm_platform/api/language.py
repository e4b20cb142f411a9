"""Which language an answer is in before the caller is known: the request's `_lang`, else what the browser prefers."""

from __future__ import annotations

from collections.abc import Sequence


def negotiate(wish: str, accept: str, languages: Sequence[str]) -> str:
    """The best of `languages` for an explicit wish or an Accept-Language header; the first one when nothing fits."""
    for tag in (wish, *_preferred(accept)):
        found = _match(tag, languages)
        if found:
            return found
    return languages[0]


def _match(tag: str, languages: Sequence[str]) -> str:
    """Exactly, or by the primary part: zh-CN and zh_CN find zh."""
    folded = {language.lower(): language for language in languages}
    exact = tag.strip().lower().replace("_", "-")
    return folded.get(exact) or folded.get(exact.partition("-")[0], "")


def _preferred(accept: str) -> list[str]:
    weighted: list[tuple[float, str]] = []
    for part in accept.split(",")[:10]:
        tag, _, weight = part.partition(";q=")
        weighted.append((_weight(weight), tag))
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
