"""Names that tell who an erased person was, quoted in saved views, filters, conditions and histories of others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from crm_platform.database.conditions import Compare, any_of
from crm_platform.database.query import Column, Query
from crm_platform.documents.context import Context
from crm_platform.metadata.model import DocType
from crm_platform.privacy.patterns import containing
from crm_platform.privacy.redaction import NEVER

QUOTING = frozenset({"Code", "JSON"})
"""Field types in which names stand between quotes. In prose a name may be anybody's."""


def replace_quoted(ctx: Context, names: Mapping[str, str]) -> None:
    """Put something else in the place of each whole quoted text that is one of `names`.

    Of which DocType such a name is cannot be seen: a namesake in another one is taken along.
    """
    patterns = {_quoted(old): new for old, new in names.items()}
    signs = {sign for name in names for sign in _signs(name)}
    for meta in ctx.definitions.values():
        columns = [f.fieldname for f in meta.data_fields if f.fieldtype in QUOTING and not f.is_encrypted]
        if names and columns and not meta.is_virtual and meta.name not in NEVER:
            for row in _candidates(ctx, meta, columns, signs):
                texts = {column: _without(row[column], patterns) for column in columns if isinstance(row[column], str)}
                changed = {column: text for column, text in texts.items() if text != row[column]}
                if changed:
                    ctx.connection.update_row(meta, row["name"], changed)


def _candidates(ctx: Context, meta: DocType, columns: Collection[str], signs: Collection[str]) -> list[dict[str, str]]:
    where = any_of(*(Compare((column,), "like", containing(sign)) for column in columns for sign in signs))
    return ctx.connection.select(Query(meta, tuple(Column((one,), one) for one in ("name", *columns)), where))


def _signs(name: str) -> Iterator[str]:
    """What a text contains in which the name stands, as it is or as JSON may write it."""
    yield name
    foreign = next((letter for letter in name if not letter.isascii()), "")
    if foreign:
        yield f"u{foreign.encode('utf-16-be')[:2].hex()}"


def _quoted(name: str) -> re.Pattern[str]:
    """The name between quotes. JSON inside of JSON has a backslash before them, and more before escaped letters."""
    return re.compile(rf"""(\\*["']){"".join(map(_letter, name))}\1""")


def _letter(letter: str) -> str:
    if letter.isascii():
        return re.escape(letter)
    units = letter.encode("utf-16-be")
    escaped = "".join(rf"\\+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    return f"(?:{letter}|(?i:{escaped}))"


def _without(text: str, patterns: Mapping[re.Pattern[str], str]) -> str:
    for pattern, new in patterns.items():
        text = pattern.sub(rf"\g<1>{new}\g<1>", text)
    return text
