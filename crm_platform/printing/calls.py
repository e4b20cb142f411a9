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
    calls = {name: [called for called, _ in _called(macro) if called in macros] for name, macro in macros.items()}
    ending: set[str] = set()
    for name in calls:
        found = _circle_from(calls, name, ending)
        if found:
            return found, macros[found[0]].lineno
    return None


def _circle_from(calls: dict[str, list[str]], start: str, ending: set[str]) -> list[str]:
    """The first circle on the ways from `start`; nothing when there is none. Every macro is looked at once, however
    many ways lead to it: those in `ending` are known to come to an end."""
    way = {start: iter(calls[start])}
    while way:
        last, further = next(reversed(way.items()))
        called = next(further, None)
        if called is None:
            del way[last]
            ending.add(last)
        elif called in way:
            names = list(way)
            return [*names[names.index(called) :], called]
        elif called not in ending:
            way[called] = iter(calls[called])
    return []


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
