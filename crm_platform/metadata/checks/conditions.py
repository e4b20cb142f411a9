"""Checks of conditions and formulas on fields: they compile, and read fields that are there."""

from __future__ import annotations

from collections.abc import Iterator

from crm_platform import expressions
from crm_platform.errors import ExpressionError
from crm_platform.metadata.checks.check import Check, Fault, Find, World, fault
from crm_platform.metadata.model import DocType

CONDITIONS = ("depends_on", "mandatory_depends_on", "read_only_depends_on", "collapsible_depends_on")
FORMULAS = ("formula",)
_ALWAYS_THERE = frozenset({"__islocal", "__unsaved", "_assign", "_comments", "_liked_by", "_user_tags", "doctype"})
_PARENT_KEYS = frozenset({"parent", "parentfield", "parenttype"})


def _texts(doctype: DocType, properties: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for f in doctype.fields:
        for name in properties:
            text = f.properties.get(name)
            if isinstance(text, str) and text.strip():
                yield f.fieldname, name, text


def _beyond_language(properties: tuple[str, ...]) -> Find:
    def find(doctype: DocType, _: World) -> Iterator[Fault]:
        for fieldname, name, text in _texts(doctype, properties):
            try:
                expressions.compile(text)
            except ExpressionError as error:
                yield fault(fieldname, property=name, reason=error)

    return find


def _reading_missing_fields(doctype: DocType, _: World) -> Iterator[Fault]:
    for fieldname, name, text in _texts(doctype, CONDITIONS + FORMULAS):
        for missing in unknown_fields(doctype, text):
            yield fault(fieldname, property=name, missing=missing)


def unknown_fields(doctype: DocType, text: str) -> list[str]:
    """Fields of `doctype` that the expression `text` reads and that are not there; none when it does not compile."""
    try:
        paths = expressions.compile(text).fields
    except ExpressionError:
        return []
    read = {path.name for path in paths if path.owner == "doc"} - _ALWAYS_THERE - _PARENT_KEYS
    return sorted(name for name in read if name not in doctype.columns and doctype.field(name) is None)


CHECKS = (
    Check(
        "D701",
        _beyond_language(CONDITIONS),
        "{doctype}: {property} of {field} is beyond the expression language: {reason}",
        "The condition is kept and shown read-only, without effect; rewrite it to use it.",
        "warning",
    ),
    Check(
        "D702",
        _beyond_language(FORMULAS),
        "{doctype}: the formula of {field} cannot be used: {reason}",
        "Correct the formula.",
    ),
    Check(
        "D703",
        _reading_missing_fields,
        "{doctype}: {property} of {field} reads the field {missing}, which is not there.",
        "Correct the name of the field.",
        "warning",
    ),
)
