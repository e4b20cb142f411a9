"""Checks of autoname: a naming rule that can give a document its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm_platform.metadata.checks.check import Check, Fault, World, doctype_where, fault
from crm_platform.metadata.kinds import STANDARD_COLUMNS
from crm_platform.metadata.model import DocType

TOKENS = frozenset({"YY", "YYYY", "MM", "DD", "WW", "JJJ", "FY", "timestamp"})
"""Date parts of a series (Frappe's naming tokens)."""

RULES = frozenset({"prompt", "hash", "uuid", "autoincrement", "field", "naming_series", "format"})
_BRACES = re.compile(r"\{([^{}]*)\}")


def _rule(doctype: DocType) -> tuple[str, str]:
    kind, _, argument = doctype.autoname.partition(":")
    return kind.strip().lower(), argument.strip()


def _missing_name_field(doctype: DocType, _: World) -> Iterator[Fault]:
    kind, fieldname = _rule(doctype)
    named_by = doctype.field(fieldname)
    if kind == "field" and (named_by is None or not named_by.has_column):
        yield fault(name_field=fieldname)


def _missing_series_field(doctype: DocType) -> bool:
    return _rule(doctype)[0] == "naming_series" and doctype.field("naming_series") is None


def _unknown_tokens(doctype: DocType, _: World) -> Iterator[Fault]:
    kind, argument = _rule(doctype)
    if kind != "format":
        return
    for token in _BRACES.findall(argument):
        known = token in TOKENS or token in STANDARD_COLUMNS or not token.strip("#") or doctype.field(token)
        if not known:
            yield fault(token=token)


def _unknown_rule(doctype: DocType) -> bool:
    kind, argument = _rule(doctype)
    return bool(kind) and kind not in RULES and (":" in doctype.autoname or not re.search(r"[.#]", doctype.autoname))


def _empty_format(doctype: DocType) -> bool:
    kind, argument = _rule(doctype)
    return kind == "format" and not _BRACES.search(argument)


def _is(kind: str, also: Callable[[DocType], bool]) -> Callable[[DocType], bool]:
    return lambda doctype: _rule(doctype)[0] == kind and also(doctype)


CHECKS = (
    Check(
        "D401",
        _missing_name_field,
        "{doctype} is named by the field {name_field}, which is not there or holds no value.",
        'Correct the field after "field:" in autoname.',
    ),
    Check(
        "D402",
        doctype_where(_missing_series_field),
        "{doctype} is named by the field naming_series, which is not there.",
        "Add a Select field naming_series with the series as its options, or choose another naming rule.",
    ),
    Check(
        "D403",
        _unknown_tokens,
        "{doctype}: the naming format uses {{{token}}}, which is neither a field nor a date part.",
        "Correct the word in braces; as it is, it becomes part of the name.",
        "warning",
    ),
    Check(
        "D404",
        doctype_where(_empty_format),
        "{doctype}: the naming format has no part that changes, so there could be one document only.",
        "Add a counter {{####}} or a field in braces.",
    ),
    Check(
        "D405",
        doctype_where(_unknown_rule),
        "{doctype}: the naming rule is not known.",
        "Choose field:, format:, naming_series:, hash, UUID, autoincrement, prompt or a series such as A-.####.",
        "warning",
    ),
    Check(
        "D406",
        doctype_where(lambda doctype: doctype.issingle and bool(doctype.autoname)),
        "{doctype} is a Single and bears the name of its DocType; its naming rule has no effect.",
        "Clear autoname.",
        "warning",
    ),
    Check(
        "D407",
        doctype_where(_is("autoincrement", lambda doctype: doctype.allow_rename)),
        "{doctype} is numbered automatically and its documents cannot be renamed.",
        "Clear allow_rename.",
        "warning",
    ),
)
