"""Names of documents: Frappe's naming rules as small functions in a table."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from crm_platform.database.system import SERIES
from crm_platform.documents.document import Document
from crm_platform.errors import FieldError, MandatoryError, NameError

if TYPE_CHECKING:
    from crm_platform.documents.context import Context
    from crm_platform.metadata.model import DocType

NAME_LENGTH = 140
FORBIDDEN = re.compile(r"[<>\x00-\x1f\x7f\ud800-\udfff]")
COUNTER = re.compile(r"#+")
NUMBERED = re.compile(r"(.*?)([0-9]{1,18})")
BRACES = re.compile(r"\{([^{}]*)\}")

DATE_TOKENS: dict[str, Callable[[datetime], str]] = {
    "YY": lambda now: now.strftime("%y"),
    "YYYY": lambda now: now.strftime("%Y"),
    "MM": lambda now: now.strftime("%m"),
    "DD": lambda now: now.strftime("%d"),
    "WW": lambda now: f"{now.isocalendar().week:02d}",
    "JJJ": lambda now: now.strftime("%j"),
    "FY": lambda now: now.strftime("%Y"),
    "timestamp": lambda now: now.strftime("%Y%m%d%H%M%S%f"),
}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a name gets the next number of its series, which is the text before it."""

    digits: int

    def filled(self, number: int) -> str:
        return str(number).zfill(self.digits)


Draft: TypeAlias = list["str | Counter"]
"""The parts of a name."""


def random_name() -> str:
    """Ten random hexadecimal characters, Frappe's `hash`."""
    return secrets.token_hex(5)


def names_for(ctx: Context, docs: Sequence[Document], requested: Sequence[str] = ()) -> list[str]:
    """The names of new documents of one DocType by its rule. `requested` counts only where the rule asks the user.

    Raises MandatoryError when the rule needs a value that is missing, NameError for a name that is not allowed.
    """
    asked = requested if docs and accepts_name(docs[0].meta) else ()
    drafts = [_draft(ctx, doc, asked[at] if at < len(asked) else "") for at, doc in enumerate(docs)]
    _number(ctx, drafts)
    return [check_name(doc.doctype, "".join(map(str, draft))) for doc, draft in zip(docs, drafts, strict=True)]


def accepts_name(meta: DocType) -> bool:
    """Whether the rule takes the name that the client asks for."""
    return meta.autoname.strip().lower() == "prompt"


def _draft(ctx: Context, doc: Document, requested: str) -> Draft:
    meta = doc.meta
    if meta.issingle:
        return [meta.name]
    if doc.get("amended_from"):
        return [_amended(ctx, doc)]
    rule = meta.autoname or ("naming_series:" if meta.field("naming_series") else "hash")
    kind, _, argument = rule.partition(":")
    handler = RULES.get(kind.strip().lower())
    return _series(ctx, doc, rule) if handler is None else handler(ctx, doc, argument.strip() or requested)


def _number(ctx: Context, drafts: Sequence[Draft]) -> None:
    """Fill in the counters; the numbers of one series are taken in one statement."""
    series: dict[str, list[tuple[Draft, int, Counter]]] = {}
    for draft in drafts:
        for at, part in enumerate(draft):
            if isinstance(part, Counter):
                series.setdefault("".join(map(str, draft[:at])), []).append((draft, at, part))
                break
    for prefix, places in series.items():
        first = ctx.connection.next_numbers(prefix, len(places))
        for number, (draft, at, counter) in enumerate(places, start=first):
            draft[at] = counter.filled(number)
    if series:  # a name may have several counters
        _number(ctx, drafts)


def is_ahead(ctx: Context, meta: DocType, name: str) -> bool:
    """Whether a series of the DocType would come to this name by itself: it could not go on then."""
    numbered, kind = NUMBERED.fullmatch(name), meta.autoname.partition(":")[0].lower()
    if numbered is None or not (kind == "naming_series" or "#" in meta.autoname or kind not in {*RULES, ""}):
        return False
    rows = ctx.connection.fetch(SERIES, {"name": numbered[1]})
    return bool(rows) and int(numbered[2]) > rows[0]["current"]


def check_name(doctype: str, name: str) -> str:
    """The name if a document may have it; leading and trailing blanks are cut."""
    name = str(name).strip()
    if not name:
        raise MandatoryError(
            "Give the {doctype} a name.", doctype=doctype, errors=[FieldError("name", "Name is missing.")]
        )
    if FORBIDDEN.search(name) or name.startswith(f"New {doctype}"):
        raise NameError(
            "{name} cannot be the name of a {doctype}: leave out <, > and control characters.",
            name=name,
            doctype=doctype,
        )
    if len(name) > NAME_LENGTH:
        raise NameError("The name of a {doctype} has at most {limit} characters.", limit=NAME_LENGTH, doctype=doctype)
    return name


def _amended(ctx: Context, doc: Document) -> str:
    base = str(doc.get("amended_from"))
    match = re.fullmatch(r"(.+)-(\d+)", base)
    origin = ctx.connection.get_row(doc.meta, base)
    amended_before = bool(origin and origin.get("amended_from"))
    stem, count = (match[1], int(match[2])) if match and amended_before else (base, 0)
    while ctx.connection.existing(doc.meta, [f"{stem}-{count + 1}"]):
        count += 1
    return f"{stem}-{count + 1}"


def _prompt(ctx: Context, doc: Document, requested: str) -> Draft:  # noqa: ARG001 one signature
    if not requested:
        raise MandatoryError(
            "Please set the document name.", errors=[FieldError("name", "Name is missing.", "MandatoryError")]
        )
    return [requested]


def _hash(ctx: Context, doc: Document, argument: str) -> Draft:  # noqa: ARG001
    return [random_name()]


def _uuid(ctx: Context, doc: Document, argument: str) -> Draft:  # noqa: ARG001
    return [str(uuid.uuid4())]


def _autoincrement(ctx: Context, doc: Document, argument: str) -> Draft:  # noqa: ARG001
    return [str(ctx.connection.next_numbers(doc.meta.table))]


def _field(ctx: Context, doc: Document, fieldname: str) -> Draft:  # noqa: ARG001
    return [_value(doc, fieldname)]


def _value(doc: Document, fieldname: str) -> str:
    value = doc.get(fieldname)
    if value is None or not str(value).strip():
        field = doc.meta.field(fieldname)
        raise MandatoryError(
            "{label} is required, it names the {doctype}.",
            label=field.label if field else fieldname,
            doctype=doc.doctype,
            errors=[FieldError(fieldname, "Value is missing.", "MandatoryError")],
        )
    return str(value)


def _naming_series(ctx: Context, doc: Document, argument: str) -> Draft:  # noqa: ARG001
    series = doc.get("naming_series")
    if not series:
        field = doc.meta.field("naming_series")
        series = next((choice for choice in field.choices if choice), "") if field else ""
    if not series:
        raise MandatoryError(
            "Naming Series is required.", errors=[FieldError("naming_series", "Value is missing.", "MandatoryError")]
        )
    return _series(ctx, doc, str(series))


def _format(ctx: Context, doc: Document, pattern: str) -> Draft:
    """`format:A-{field}-{YYYY}-{####}`"""
    return _join(ctx, doc, _between_braces(pattern))


def _series(ctx: Context, doc: Document, pattern: str) -> Draft:
    """`A-.field.-.YYYY.-.####`: parts between dots; `.#####` is added where no counter is."""
    return _join(ctx, doc, _between_dots(pattern))


@lru_cache(maxsize=4096)
def _between_braces(pattern: str) -> tuple[str, ...]:
    """Literal parts, and tokens marked with NUL."""
    parts: list[str] = []
    end = 0
    for match in BRACES.finditer(pattern):
        parts += (pattern[end : match.start()], _token(match[1]))
        end = match.end()
    return tuple(part for part in (*parts, pattern[end:]) if part)


@lru_cache(maxsize=4096)
def _between_dots(pattern: str) -> tuple[str, ...]:
    """As above: every part may be a token."""
    whole = pattern if "#" in pattern else f"{pattern}.#####"
    return tuple(filter(None, map(_token, whole.split("."))))


def _token(text: str) -> str:
    token = text.strip("{}")
    return f"\0{token}" if token else text


def _join(ctx: Context, doc: Document, parts: Sequence[str]) -> Draft:
    """Literal parts as they are; tokens are a counter, a part of the date, a field or literal text."""
    draft: Draft = []
    for part in parts:
        token = part[1:]
        if not part.startswith("\0"):
            draft.append(part)
        elif COUNTER.fullmatch(token):
            draft.append(Counter(len(token)))
        elif token in DATE_TOKENS:
            draft.append(DATE_TOKENS[token](ctx.now().astimezone(ctx.runtime.zone)))
        else:
            draft.append(token if doc.meta.field(token) is None else _value(doc, token))
    return draft


Rule = Callable[["Context", Document, str], Draft]

RULES: dict[str, Rule] = {
    "prompt": _prompt,
    "hash": _hash,
    "uuid": _uuid,
    "autoincrement": _autoincrement,
    "field": _field,
    "naming_series": _naming_series,
    "format": _format,
}
"""Frappe DocType.autoname before its colon; anything else is an old-style expression with dots."""
