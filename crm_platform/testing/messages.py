"""Finds, in Python and templates, every text that a person may read: what the catalogues of messages must hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from crm_platform import errors

PLACEHOLDER = re.compile(r"\{+[a-z_]+(?:![a-z])?\}+")
WORD = re.compile(r"[A-Za-z]{2}")
SENTENCE = re.compile(r"[\w\"{][^\n]* [^\n]*(?:[^\s][.?!…]|[a-z)]\. [A-Z][^\n]*)")
IN_TEMPLATE = re.compile(r'_\("([^"]+)"\)')

TAKES_TEXT = {name: 0 for name, kind in vars(errors).items() if isinstance(kind, type)} | {
    "_": 0,
    "FieldError": 1,
    "Refused": 0,
    "translate": 0,
}
"""Functions and classes → the place of the argument that is a text, whatever it looks like. A `title` always is one."""


def texts_in(file: Traversable) -> set[str]:
    """The texts of one file: sentences and texts with placeholders wherever they stand, and what TAKES_TEXT gets."""
    text = file.read_text(encoding="utf-8")
    if file.name.endswith(".html"):
        return set(IN_TEMPLATE.findall(text))
    tree = ast.parse(text)
    silent = set(_silent(tree))
    loud = [node for node in ast.walk(tree) if node not in silent]
    found = {text for node in loud if (text := _text(node)) and _reads_as_message(text)}
    calls = [node for node in loud if isinstance(node, ast.Call)]
    return found | {text for call in calls for argument in _texts_of(call) for text in _choices(argument)}


def _silent(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and the fixed parts of f-strings: no catalogue can hold those."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from node.values


def _texts_of(call: ast.Call) -> Iterator[ast.AST]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in TAKES_TEXT:
        yield from call.args[TAKES_TEXT[name] : TAKES_TEXT[name] + 1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "title")


def _choices(argument: ast.AST) -> Iterator[str]:
    """The text of an argument, or those that it chooses from."""
    if text := _text(argument):
        yield text
    elif isinstance(argument, ast.IfExp):
        yield from (*_choices(argument.body), *_choices(argument.orelse))


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _reads_as_message(text: str) -> bool:
    worded = " " in text and "\n" not in text and WORD.search(PLACEHOLDER.sub("", text)) is not None
    return worded and (PLACEHOLDER.search(text) is not None or SENTENCE.fullmatch(text) is not None)
