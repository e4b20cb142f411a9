"""The texts of a document that its index holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from crm_platform.metadata.kinds import FIELD_KINDS
from crm_platform.search.fields import Part, Plan, Searched, number
from crm_platform.search.tokens import tokens_of, whole

HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
MARKUP = re.compile(r"<[^>]*>")
TITLE_TOKENS = 400


class Values(Protocol):
    """A document, or the row of one with its child rows under the names of their table fields."""

    def __getitem__(self, name: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One document in one part: its tokens, and a digest of what they were made of."""

    part: int
    title: list[str]
    body: list[str]
    digest: int


def plain_text(searched: Searched, value: Any) -> str:
    """A stored text as people read it: without the markup of rich text."""
    text = str(value)
    if "<" not in text or not FIELD_KINDS[searched.field.fieldtype].html:
        return text
    return html.unescape(MARKUP.sub(" ", HIDDEN.sub(" ", text)))


def texts_of(searched: Searched, values: Values) -> list[str]:
    """The texts of one field: of a table field one for each row that has any."""
    if len(searched.path) == 1:
        found = [values[searched.path[0]]]
    else:
        table, column = searched.path
        found = [row[column] for row in values[table] or ()]
    return [plain_text(searched, value) for value in found if value]


def entries_of(plan: Plan, name: str, values: Values) -> Iterator[Entry]:
    """What the index holds of a document: a part only where it has more than the part of everybody."""
    texts = {searched: texts_of(searched, values) for searched in plan.fields}
    for part in plan.parts:
        if not part.levels or any(texts[searched] for searched in part.fields if searched.levels):
            yield _entry(plan, part, name, texts)


def _entry(plan: Plan, part: Part, name: str, texts: Mapping[Searched, list[str]]) -> Entry:
    titles: list[str] = [name]
    body: list[str] = []
    for searched in part.fields:
        into = titles if searched.path == (plan.doctype.title_field,) else body
        into += texts[searched]
    title = tokens_of(titles, TITLE_TOKENS)
    for text in dict.fromkeys(titles):
        title.append(whole(text))
    return Entry(part.id, title, tokens_of(body), number(str(len(titles)), *titles, *body))
