"""What a template calls: macros that would call each other for ever, and names that it cannot call."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

CALLABLE = frozenset({"_", "caller"})
"""What may be called besides what a template defines or takes from a part: the translation, and the inside of a block
in the macro that the block calls."""


def circle_of_macros(tree: nodes.Template) -> tuple[list[str], int] | None:
    """The names of macros that call each other in a circle, the first one again at the end, and its line."""
    macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    calls = {name: [called for called, _ in _called(macro)] for name, macro in macros.items()}
    for name, macro in macros.items():
        found = _way(calls, name, name, frozenset())
        if found is not None:
            return [name, *found], macro.lineno
    return None


def _way(calls: dict[str, list[str]], start: str, goal: str, passed: frozenset[str]) -> list[str] | None:
    """The macros from `start`, which is left out, to `goal`."""
    for name in calls.get(start, ()):
        if name == goal:
            return [name]
        if name not in passed:
            further = _way(calls, name, goal, passed | {name})
            if further is not None:
                return [name, *further]
    return None


def calls_of_nothing(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Name and line of each call of something that the template neither defines nor takes from a part."""
    known = CALLABLE | _given(tree)
    return ((name, line) for name, line in _called(tree) if name not in known)


def _called(node: nodes.Node) -> Iterator[tuple[str, int]]:
    for call in node.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call.node.name, call.lineno


def _given(tree: nodes.Template) -> frozenset[str]:
    """Every name that the template gives a value, wherever."""
    names = {macro.name for macro in tree.find_all(nodes.Macro)}
    names |= {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    names |= {one.target for one in tree.find_all(nodes.Import)}
    for taken in tree.find_all(nodes.FromImport):
        names |= {one if isinstance(one, str) else one[1] for one in taken.names}
    return frozenset(names)
