"""The sandbox of templates: plain data, listed filters, `_`, and nothing else that has a name or can be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context as RenderContext
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS

from crm_platform.printing.records import Record
from crm_platform.printing.texts import Translation, shown

JINJA_FILTERS = (
    *("abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat"),
    *("first", "float", "groupby", "indent", "int", "join", "last", "length", "list", "lower", "map", "max", "min"),
    *("reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice", "sort", "string"),
    *("striptags", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount", "wordwrap"),
)
"""Jinja's own filters without those that reach attributes (attr), format strings (format), switch escaping off (safe)
or write attributes (xmlattr, urlize, tojson)."""

JINJA_TESTS = tuple(sorted(TESTS.keys() - {"callable", "filter", "test"}))
LOOP = frozenset(
    {"depth", "first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"}
)
LOOP_CALLS = frozenset({"cycle", "changed"})
PARTS = ("paper.html",)
PRINT_FORMAT = "<print format>"
"""File name of compiled templates: tells their frames in a traceback."""


class Unavailable(StrictUndefined):
    """A name that templates do not have; every use of it fails and names it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        if isinstance(owner, Record) and owner.kind:
            return f"{owner.kind}.{self._undefined_name}"
        return str(self._undefined_name)

    def refuse(self) -> None:
        self._fail_with_undefined_error()


class Sandbox(ImmutableSandboxedEnvironment):
    """Attributes exist on Records and loops only; macros and `_` are the only things to call."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Record) and obj.has(attribute):
            return obj.value(attribute)
        if isinstance(obj, LoopContext) and attribute in LOOP | LOOP_CALLS:
            return getattr(obj, attribute)
        return self._missing(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Record | LoopContext):
            return self.getattr(obj, str(argument))
        if isinstance(obj, str | list | tuple | Mapping):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self._missing(obj, argument)

    def call(self, context: RenderContext, callee: Any, /, *args: Any, **kwargs: Any) -> Any:
        if isinstance(callee, Unavailable):
            callee.refuse()
        owner = getattr(callee, "__self__", None)
        in_loop = isinstance(owner, LoopContext) and callee.__name__ in LOOP_CALLS
        if not (in_loop or isinstance(callee, Macro | Translation)):
            raise SecurityError(f"A value of the kind {type(callee).__name__} cannot be called.")
        return context.call(callee, *args, **kwargs)

    def _missing(self, obj: Any, name: Any) -> Undefined:
        if isinstance(obj, Unavailable):
            obj.refuse()
        return self.undefined(obj=obj, name=str(name))


@cache
def parts() -> Mapping[str, str]:
    """The shipped parts of business papers by name: macros for templates."""
    return {name: (files("crm_platform.printing") / name).read_text(encoding="utf-8") for name in PARTS}


def sandbox(filters: Mapping[str, Callable[..., Any]]) -> Sandbox:
    """An environment with Jinja's harmless filters and `filters`, without globals. A template may take macros from the
    parts that come with the product, and includes nothing else."""
    made = Sandbox(undefined=Unavailable, autoescape=True, loader=DictLoader(parts()), finalize=shown)
    made.globals = {}
    made.filters = {**{name: FILTERS[name] for name in JINJA_FILTERS}, **filters}
    made.tests = {name: TESTS[name] for name in JINJA_TESTS}
    return made
