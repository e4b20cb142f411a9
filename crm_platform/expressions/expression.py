"""A compiled expression, and how to get one from a text or from its JSON tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from crm_platform.errors import ExpressionError
from crm_platform.expressions.closures import Closure, build
from crm_platform.expressions.functions import CLOCK_FUNCTIONS
from crm_platform.expressions.limits import MAX_CACHED
from crm_platform.expressions.parser import parse
from crm_platform.expressions.tree import Call, FieldPath, Node, Subject, field_paths, walk
from crm_platform.expressions.values import Row, Value, truth
from crm_platform.expressions.wire import dump, load

_NO_RECORD: Final[dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or formula, ready to run.

    `text` is its source ("" when it came from JSON), `fields` what it reads, `tree` its JSON form for the browser.
    """

    text: str
    root: Node
    fields: frozenset[FieldPath]
    _run: Closure = field(repr=False, compare=False)

    @property
    def tree(self) -> dict[str, Any]:
        return dump(self.root)

    @property
    def reads_clock(self) -> bool:
        """Whether the value depends on the day or hour at which it is asked for."""
        return any(isinstance(node, Call) and node.function in CLOCK_FUNCTIONS for node, _ in walk(self.root))

    def evaluate(self, scope: Mapping[str, Any]) -> Value:
        """The value for `scope`: `doc`, the record; `parent`, for a child row; `before`, the record before its change;
        `now`, the clock of today() and now().

        Raises ExpressionError, and nothing else, when a value does not suit its operator or a limit is passed.
        """
        doc, parent, before = _record(scope, "doc"), _record(scope, "parent"), _record(scope, "before")
        return self._run((doc, parent, _NO_RECORD, scope.get("now"), before))

    def holds(self, scope: Mapping[str, Any]) -> bool:
        """Whether the condition is met; raises ExpressionError as `evaluate` does."""
        return truth(self.evaluate(scope))


def _record(scope: Mapping[str, Any], name: str) -> Row:
    record = scope.get(name)
    if record is None:
        return _NO_RECORD
    if type(record) is dict or isinstance(record, Mapping):
        return record
    raise ExpressionError("{name} is not a record.", name=name)


def compile(text: str, about: Subject = "document") -> Expression:
    """The expression a person wrote: Python's or JavaScript's spelling, with or without Frappe's `eval:`.

    One about a change may read `before`, which the browser does not know.

    Raises ExpressionError with parameters `line` and `column` when the text is beyond the language or its limits.
    """
    if type(text) is not str:
        raise ExpressionError("An expression is a text (line {line}, column {column}).", line=1, column=1)
    return _compiled(text, about)


@lru_cache(maxsize=MAX_CACHED)
def _compiled(text: str, about: Subject) -> Expression:
    root = parse(text, about)
    return Expression(text, root, field_paths(root), build(root))


def loads(tree: object) -> Expression:
    """The expression of a JSON tree that `Expression.tree` made. Raises ExpressionError for anything else."""
    root = load(tree)
    return Expression("", root, field_paths(root), build(root))
