"""Which field a column probably means when it is not called exactly like one. A guess is offered, never taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from crm_platform.metadata.model import DocType
from crm_platform.transfer.header import known_names

if TYPE_CHECKING:
    from crm_platform.documents.context import Context

ALIKE = 0.84
"""Likeness from which on two names are offered for each other: one wrong letter in seven."""


def guess_fields(
    ctx: Context, meta: DocType, columns: Iterable[str], languages: tuple[str, ...], taken: Iterable[str]
) -> dict[str, str]:
    """Column → the one field whose name or label it resembles; fields that are `taken` are not offered again."""
    names: dict[str, set[str]] = {}
    for name, paths in known_names(ctx, meta, languages).items():
        names.setdefault(bare(name), set()).update(paths)
    used = set(taken)
    found: dict[str, str] = {}
    for column in columns:
        paths = _paths(names, bare(column)) - used
        if len(paths) == 1:
            found[column] = paths.pop()
            used.add(found[column])
    return found


def bare(name: str) -> str:
    """A name without case, blanks, signs and full-width forms: "Customer-Name" is "customer name"."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _paths(names: Mapping[str, set[str]], column: str) -> set[str]:
    if column in names:
        return set(names[column])
    close = get_close_matches(column, list(names), n=1, cutoff=ALIKE)
    return set(names[close[0]]) if close else set()
